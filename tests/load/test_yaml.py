"""YAML from strangers: what is read, where it stands, and what is refused before it costs anything."""

import copy
import math
import re
import time
from decimal import Decimal

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from harness.load.yaml import MAX_BYTES, MAX_DEPTH, Mapping, Sequence, read
from harness.model.errors import DocumentError
from harness.model.location import Location
from harness.model.number import rounded

FILE = "contracts/a.odcs.yaml"

SCALARS = {
    # the core schema of YAML 1.2: what 1.1 takes for booleans, dates and base-60 numbers is text
    "no": "no", "on": "on", "yes": "yes", "off": "off", "y": "y", "NO": "NO",
    "1:30": "1:30", "2024-01-01": "2024-01-01", "2024-01-01T00:00:00Z": "2024-01-01T00:00:00Z",
    "true": True, "False": False, "TRUE": True, "tRue": "tRue",
    "null": None, "~": None, "Null": None, "nUll": "nUll", "": None,
    "1": 1, "-1": -1, "+1": 1, "007": 7, "0o17": 15, "0x1F": 31, "1_000": "1_000", "0b11": "0b11",
    "1.5": 1.5, ".5": 0.5, "5.": 5.0, "1e3": 1000.0, "1E-3": 0.001, "-.5": -0.5, ".": ".", "1.2.3": "1.2.3",
    ".inf": ".inf", "-.inf": "-.inf", ".nan": ".nan", "1e999": "1e999", "-1e999": "-1e999",
    "'1'": "1", '"true"': "true", "!!str 1": "1", "! 1": "1", "a b": "a b", "é": "é", "=": "=",
}  # fmt: skip


@pytest.mark.parametrize("text", SCALARS)
def test_scalar(text):
    value = read(f"key: {text}", FILE)["key"]
    assert value == SCALARS[text]
    assert type(value) is type(SCALARS[text])


@pytest.mark.parametrize(
    ("text", "exact"),
    [("99999999999999.9999", "99999999999999.9999"), ("-.10000000000000000001", "-0.10000000000000000001")],
)
def test_a_number_keeps_the_digits_that_a_float_has_not(text, exact):
    found = read(f"a: {text}", FILE)["a"]
    assert (str(found), Decimal(repr(found)), float(found)) == (exact, Decimal(exact), float(text))
    assert found != read(f"a: {exact}1", FILE)["a"]
    assert type(rounded([found])[0]) is float
    assert copy.deepcopy(found) == found


@pytest.mark.parametrize(
    "text", ["0.1", "1e3", "1.50", "2251799813685249.5", "1e-999999999", "1.00000000000000000001e2"]
)
def test_other_numbers_are_plain(text):
    assert type(read(f"a: {text}", FILE)["a"]) is float


def test_every_number_fits_a_float():
    for text in ("9" * 240, "0x" + "f" * 238, "-" + "9" * 239):
        assert math.isfinite(float(read(f"a: {text}", FILE)["a"]) * 604800)
    assert read(f"a: {'9' * 241}", FILE)["a"] == "9" * 241


def test_every_key_and_item_knows_its_place():
    text = "a: 1\n\n# comment\nb:\n  - x\n  -   y: 2\n      é: {z: 3, w: [4]}\n"
    data = read(text, FILE)
    assert data.mark == (1, 1)
    assert data.marks == {"a": (1, 1), "b": (4, 1)}
    assert data["b"].mark == (5, 3)
    assert data["b"].marks == [(5, 5), (6, 7)]
    inner = data["b"][1]
    assert inner.marks == {"y": (6, 7), "é": (7, 7)}
    assert inner["é"].marks == {"z": (7, 11), "w": (7, 17)}
    assert inner["é"]["w"].marks == [(7, 21)]


def test_aliases_are_values():
    data = read("a: &x {k: 1}\nb: [*x, *x]\n", FILE)
    assert data["b"] == [{"k": 1}, {"k": 1}]
    assert data["b"][0].marks == {"k": (1, 8)}


def test_a_byte_order_mark_is_no_part_of_the_first_key():
    assert read("\ufeffid: x", FILE) == {"id": "x"}


REFUSED = [
    # text, line, column, what is said
    ("", 1, 1, "the file is empty"),
    ("# only a comment\n", 1, 1, "the file is empty"),
    ("a: 1\n---\nb: 2\n", 2, 1, "more than one document"),
    ("--- \n...\n---\n", 3, 1, "more than one document"),
    ("a: 1\nb: 2\na: 3\n", 3, 1, "the key 'a' stands twice in one mapping, first in line 1"),
    ("- x: 1\n  'x': 2\n", 2, 3, "first in line 1"),
    ("a: !!python/object/apply:os.system [ls]\n", 1, 4, "the tag"),
    ("a: !include b.yaml\n", 1, 4, "the tag '!include' is not allowed"),
    ("!!set {a, b}\n", 1, 1, "the tag"),
    ("a: !!binary aGk=\n", 1, 4, "the tag"),
    ("a: &x {k: 1}\nb:\n  <<: *x\n", 3, 3, "merge keys"),
    ("? [a]\n: 1\n", 1, 3, "a key must be text, not a collection"),
    ("a: &x 1\n*x : 2\n", 2, 1, "a key must be text, not an alias"),
    ("a: *x\n", 1, 4, "has no anchor"),
    ("a: &x [*x]\n", 1, 8, "stands inside it"),
    ("a: 'x\n", 2, 1, "while scanning a quoted scalar"),
    ("a:\n\t- b\n", 2, 1, "cannot start any token"),
    ("a: b: c\n", 1, 5, "mapping values are not allowed"),
    ("a: [1, 2\n", 2, 1, "while parsing a flow sequence"),
    ("a: 1\0\n", 1, 1, "control characters are not allowed"),
    ("a: \ud800\n", 1, 1, "surrogates not allowed"),
    ('a: "\\ud800"\n', 1, 7, "invalid Unicode character escape"),
]


@pytest.mark.parametrize(("text", "line", "column", "said"), REFUSED, ids=[repr(r[0])[:30] for r in REFUSED])
def test_refused(text, line, column, said):
    with pytest.raises(DocumentError) as caught:
        read(text, FILE)
    assert said in caught.value.message
    assert "\n" not in caught.value.message
    assert caught.value.at == Location(FILE, line, column)


def laughs(levels, width=10):
    lines = ["a0: &a0 [lol]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * width)}]" for n in range(1, levels)]
    return "\n".join(lines)


def towers(count):
    """Each as deep as is allowed, and standing on the one before."""
    half = (MAX_DEPTH - 1) // 2
    lines = [f"a0: &a0 {'[' * half}{']' * half}"]
    lines += [f"a{n}: &a{n} {'[' * half}*a{n - 1}{']' * half}" for n in range(1, count)]
    return "\n".join(lines)


BOMBS = {
    "billion laughs": (laughs(10), "stands for more than"),
    "laughs of mappings": ("\n".join(["a0: &a0 {x: 1}"] + [
        f"a{n}: &a{n} {{{', '.join(f'k{i}: *a{n - 1}' for i in range(10))}}}" for n in range(1, 10)
    ]), "stands for more than"),
    "deep": ("[" * 100_000, "nested deeper than"),
    "deep mappings": ("a: {" * 100_000, "nested deeper than"),
    "deep by indentation": ("\n".join(" " * n + "a:" for n in range(2_000)), "nested deeper than"),
    "towers of aliases": (towers(40), "nested deeper than"),
    "large": ("a" * (MAX_BYTES + 1), "larger than"),
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_at_once(name):
    text, said = BOMBS[name]
    started = time.process_time()
    with pytest.raises(DocumentError) as caught:
        read(text, FILE)
    assert said in caught.value.message
    assert time.process_time() - started < 1


def test_what_is_within_the_limits_is_read():
    assert read("[" * MAX_DEPTH + "]" * MAX_DEPTH, FILE) == eval("[" * MAX_DEPTH + "]" * MAX_DEPTH)
    assert len(read(laughs(5), FILE)["a4"]) == 10
    assert read(towers(2), FILE)["a0"]


@settings(max_examples=300)
@given(text=st.text() | st.text(alphabet="abc:-?[]{},&*!|>'\"#%@`\n\t 01.~<é", max_size=60))
@example(text="? : x")
@example(text="- &a\n- *a")
@example(text="&a : *a")
def test_any_text_is_read_or_refused(text):
    assert where_refused(text) in (None, FILE)


def where_refused(text):
    try:
        read(text, FILE)
    except DocumentError as error:
        return error.at.file if error.at else "nowhere"
    return None


KEYS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=8).filter(
    # PyYAML leaves `1e3` and `0o17` bare: in YAML 1.1 they are text
    lambda key: key != "<<" and not re.match(r"[-+.]?\d", key)
)
PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | KEYS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@given(data=st.dictionaries(KEYS, PLAIN, min_size=1, max_size=4), flow=st.booleans())
def test_plain_data_comes_back_as_it_was(data, flow):
    """PyYAML quotes all that YAML 1.1 could mistake, and that is more than 1.2 could."""
    text = yaml.safe_dump(data, allow_unicode=True, default_flow_style=flow, width=10_000)
    assert read(text, FILE) == data


@settings(max_examples=50)
@given(data=st.dictionaries(KEYS, PLAIN, min_size=1, max_size=4))
def test_every_mark_is_inside_the_text(data):
    text = yaml.safe_dump(data, allow_unicode=True)
    lines = text.splitlines()

    def walk(node):
        if isinstance(node, Mapping | Sequence):
            marks = node.marks.values() if isinstance(node, Mapping) else node.marks
            for line, column in (node.mark, *marks):
                assert 1 <= line <= len(lines) + 1
                assert column >= 1
            for child in node.values() if isinstance(node, Mapping) else node:
                walk(child)

    walk(read(text, FILE))
