"""The file of waivers: where it is looked for, and that nothing broken in it is ever in force."""

import re
from datetime import date

import pytest
from jsonschema import Draft202012Validator

from harness.load.waivers import parse_waivers, waivers_schema
from harness.model.errors import ProjectError
from harness.model.project import WaiverFile

ENTRY = "  - {rule: nullValues, path: t, reason: r, approver: maria, author: ada, expires: 2026-04-30}\n"
FILE = "version: 1\nwaivers:\n" + ENTRY


def test_an_entry_with_everything():
    text = """\
version: 1
waivers:
  # the tail numbers
  - fingerprint: "3f2a9c1b7d04"
    rule: nullValues
    path: fct_flights/tail_number
    reason: the vendor delivers them in April
    approver: maria
    author: ada
    created: 2026-03-01
    expires: 2026-04-30
"""
    read = parse_waivers(text, "waivers.yaml")
    (waiver,) = read.entries
    assert read.violations == ()
    assert str(waiver) == "nullValues on fct_flights/tail_number [3f2a9c1b7d04]"
    assert str(waiver.at) == "waivers.yaml:4:5"
    assert (waiver.reason, waiver.approver, waiver.author) == ("the vendor delivers them in April", "maria", "ada")
    assert (waiver.created, waiver.expires) == (date(2026, 3, 1), date(2026, 4, 30))


def test_a_broken_entry_takes_no_other_down():
    read = parse_waivers(FILE + ENTRY.replace("path: t", "path: u").replace("2026-04-30", "never"), "waivers.yaml")
    assert [waiver.path for waiver in read.entries] == ["t"]
    (violation,) = read.violations
    assert (str(violation.at), violation.path) == ("waivers.yaml:4:74", "waivers.1.expires")


@pytest.mark.parametrize(
    "frame", ["waver: 1\n" + FILE, FILE.replace("version: 1", "version: 3"), FILE + "version: 1\n"]
)
def test_in_a_broken_frame_nothing_is_in_force(frame):
    read = parse_waivers(frame, "waivers.yaml")
    assert read.entries == ()
    assert read.violations


def test_the_schema_is_a_schema_that_describes_every_key():
    Draft202012Validator.check_schema(waivers_schema())
    definitions = waivers_schema()["$defs"]
    assert all("description" in field for field in definitions["waiver"]["properties"].values())


def test_an_absent_file_holds_no_waivers(load):
    assert load().waivers == WaiverFile()


def test_it_is_looked_for_beside_harness_yaml(load):
    waivers = load(**{"waivers.yaml": FILE}).waivers
    assert (waivers.file, waivers.text, len(waivers.entries)) == ("waivers.yaml", FILE, 1)


def test_harness_yaml_says_where_it_is(load):
    waivers = load("waivers: policy/exceptions.yml\n", **{"policy/exceptions.yml": FILE}).waivers
    assert str(waivers.entries[0].at) == "policy/exceptions.yml:3:5"


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ("waivers: nowhere.yaml", "the file nowhere.yaml does not exist (create it, or set `waivers`)"),
        ("waivers: ../waivers.yaml", "../waivers.yaml is outside the project"),
        ("waivers: /etc/waivers.yaml", "/etc/waivers.yaml is outside the project"),
        ("waivers: [a]", "is not of type 'string'"),
        ("max_waiver_days: 0", "0 is less than the minimum of 1"),
        ("max_waiver_days: 90 d", "is not of type 'integer'"),
    ],
)
def test_refused(load, settings, said):
    with pytest.raises(ProjectError, match=re.escape(said)) as caught:
        load(settings + "\n")
    assert str(caught.value).startswith("harness.yaml:3:1: ")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff", "the file cannot be read"),
        (b"#" * 4_000_001, "the file is larger than 4,000,000 bytes"),
        (b"a: &a [1]\nb: *c\n", "has no anchor"),
        (b"!!python/object:os.system {}\n", "is not allowed"),
        (b"version: 1\nversion: 1\n", "stands twice"),
    ],
)
def test_a_file_that_cannot_be_read_is_a_violation(load, content, said):
    waivers = load(**{"waivers.yaml": content}).waivers
    (violation,) = waivers.violations
    assert waivers.entries == ()
    assert said in violation.message


def test_a_folder_in_its_place(load, tmp_path):
    (tmp_path / "waivers.yaml").mkdir()
    assert "cannot be read" in load().waivers.violations[0].message


def test_a_link_that_leads_nowhere(load, tmp_path):
    (tmp_path / "waivers.yaml").symlink_to("gone.yaml")
    assert "cannot be read" in load().waivers.violations[0].message
