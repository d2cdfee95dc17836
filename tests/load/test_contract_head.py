"""Id and version of a contract without the rest: the same that a whole reading finds."""

import time
from pathlib import Path

import pytest

from harness.load.contract import parse_contract
from harness.load.contract_head import Head, head_of

OURS = sorted(Path(__file__).parents[2].glob("contracts/**/*.odcs.yaml"))
REST = "apiVersion: v3.1.0\nkind: DataContract\nstatus: active\n"


def read(text):
    contract = parse_contract(text, "").contract
    return (contract.id, contract.version) if contract else ("", "")


@pytest.mark.parametrize("file", OURS, ids=lambda file: file.name)
def test_of_the_reference_platform(file):
    text = file.read_text(encoding="utf-8")
    assert head_of(text) == read(text) != ("", "")


@pytest.mark.parametrize(
    ("text", "head"),
    [
        ("id: a\nversion: 1.0.0\n", ("a", "1.0.0")),
        ("id: 'a b'\nversion: \"1.0.0\"  # the first\n", ("a b", "1.0.0")),
        ("id: a\r\nversion: 1.0.0-rc.1+5\r\n", ("a", "1.0.0-rc.1+5")),
        ("'id': a\n\"version\": 1.0.0\n", ("a", "1.0.0")),
        ("id: &x a\nversion: 1.0.0\nname: *x\n", ("a", "1.0.0")),
        ("id: >-\n  a\nversion: 1.0.0\n", ("a", "1.0.0")),
        ("id: a\nversion: 1.0.0\nschema:\n  - {id: b, version: 2.0.0}\n", ("a", "1.0.0")),
        ("id: a\nversion: 1.0.0\ndescription:\n  purpose: |\n    id: b\n    version: 2.0.0\n", ("a", "1.0.0")),
        ("version: 1.0.0\n", ("", "1.0.0")),
        ("name: nothing\n", ("", "")),
        ("id: a\nid: b\nversion: 1.0.0\n", ("", "")),
        ("id: [\n", ("", "")),
    ],
)
def test_however_it_is_written(text, head):
    assert head_of(REST + text) == head == read(REST + text)


def test_all_in_braces():
    text = '{"apiVersion": "v3.1.0", "kind": "DataContract", "id": "a", "version": "1.0.0", "status": "active"}'
    assert head_of(text) == Head("a", "1.0.0") == read(text)


def test_a_hostile_text_takes_no_longer():
    started = time.process_time()
    head_of("id: " + "a" * 200_000 + "'\n" + "version:" + " " * 200_000 + "\n")
    assert time.process_time() - started < 2
