"""The files of `checks/`: what their name and header say."""

import pytest

from harness.load.checks import parse_check_file

NAMES = {
    # file: kind, layer, dataset, name
    "checks/marts/fct_flights.distance.sql": ("sql", "marts", "fct_flights", "distance"),
    "checks/marts/fct_flights.a.b.sql": ("sql", "marts", "fct_flights", "a.b"),
    "checks/marts/fct_flights.sql": ("sql", "marts", "fct_flights", "sql"),
    "checks/fct_flights.distance.sql": ("sql", "", "fct_flights", "distance"),
    "checks/raw/old/flights.soda.yml": ("soda", "raw", "flights", "soda"),
    "checks/raw/marts/flights.soda.yaml": ("soda", "marts", "flights", "soda"),
}


@pytest.mark.parametrize("file", NAMES)
def test_the_path_says_what_is_checked(file):
    read = parse_check_file("a: 1", file)
    assert (read.kind, read.layer, read.dataset, read.name) == NAMES[file]


HEADERS = {
    "-- description: no ghosts\n--target:= 0\nselect 1": {"description": "no ghosts", "target": "= 0"},
    "-- a comment\n\n-- severity: warning\nselect 1": {"severity": "warning"},
    "  -- alert: > 5 % \nselect 1": {"alert": "> 5 %"},
    "-- Note: of a person\nselect 1": {},
    "select 1\n-- severity: warning": {},
    "": {},
}


@pytest.mark.parametrize("text", HEADERS)
def test_header(text):
    read = parse_check_file(text, "checks/marts/t.x.sql")
    assert (read.header, read.error) == (HEADERS[text], None)


def test_an_unknown_header_is_an_error():
    read = parse_check_file("-- severty: warning\nselect 1", "checks/marts/t.x.sql")
    assert read.error.message == "the header `severty` does not exist"
    assert read.error.hint == "known: description, dimension, severity, target, alert"


def test_soda_yaml_is_read_or_has_its_error():
    assert parse_check_file("dataset: t\n", "checks/t.soda.yml").data == {"dataset": "t"}
    broken = parse_check_file("dataset: [\n", "checks/t.soda.yml")
    assert (broken.data, str(broken.error.at)) == (None, "checks/t.soda.yml:2:1")
