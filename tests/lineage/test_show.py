"""What `lineage show` writes; whole outputs are golden files in tests/cli."""

import json
import re
from importlib.resources import files

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.lineage.show import SHOWN
from harness.lineage.view import find, view_of
from harness.model.errors import UsageError
from harness.model.lineage import CONDITIONAL, FILTER, IDENTITY, ROWS, ROWS_OF, UNSAID, Edge, Field, Gap, Lineage
from harness.model.location import Location

SCHEMA = json.loads((files("harness.lineage") / "lineage.schema.json").read_text(encoding="utf-8"))
CHECK = "checks/marts/f.odd.sql"
A, B, C = Field("raw.a", "x"), Field("staging.b", "y"), Field("marts.c", "z")
LINEAGE = Lineage(
    edges=frozenset(
        {
            Edge(A, B, IDENTITY, "sql"),
            Edge(A, Field("staging.b", ROWS), FILTER, "sql"),
            Edge(Field("raw.a", ROWS), Field("staging.b", ROWS), ROWS_OF, "sql"),
            Edge(B, C, CONDITIONAL, "sql"),
            Edge(Field("staging.b", "w"), C, UNSAID, "declared"),
            Edge(Field("lake/f", "q"), C, UNSAID, "event"),
            Edge(C, Field(CHECK, ROWS), FILTER, "sql"),
        }
    ),
    tables={"raw.a": ("x",), "staging.b": ("y", "w"), "marts.c": ("z",), "lake/f": (), CHECK: ()},
    keys={("c", "facts"): "marts.c", ("a", "a"): "raw.a"},
    checks=frozenset({CHECK}),
    gaps=(
        Gap(B, "a PIVOT", Location("models/b.sql", 3)),
        Gap(Field("e.json", ROWS), "no JSON", Location("e.json"), True),
    ),
)
OWNERS = {"raw.a": "platform", "marts.c": "analytics"}


def shown(name, form, *directions, depth=None, lineage=LINEAGE):
    return SHOWN[form](view_of(lineage, name, directions, depth, OWNERS))


def test_text():
    assert (
        shown("facts.z", "text")
        == """\
marts.c.z

up: what it comes from
├─ lake/f.q  by event
├─ staging.b.w  declared
└─ staging.b.y (incomplete)  decides (conditional)
   └─ raw.a.x  identity

down: what it goes into
└─ checks/marts/f.odd.sql (rows)  decides (filter)

up: 4 columns, 3 tables; owned by platform
down: 0 columns, 0 tables, 1 check

incomplete:
  e.json: no JSON  (e.json:1)
  staging.b.y: a PIVOT  (models/b.sql:3)
"""
    )


def test_text_says_what_decides_the_rows():
    assert """
rows: what decides which staging.b has
└─ raw.a.x  decides (filter)
""" in shown("staging.b.y", "text", "up")


def test_text_of_a_table():
    assert (
        shown("b", "text", "down", depth=1)
        == """\
staging.b (incomplete)

down: what it goes into
└─ marts.c

down: 1 table; owned by analytics

incomplete:
  e.json: no JSON  (e.json:1)
  staging.b.y: a PIVOT  (models/b.sql:3)
"""
    )


def test_a_diamond_is_spelled_out_once():
    tables = [Field(name, ROWS) for name in "abcde"]
    a, b, c, d, e = tables
    pairs = [(a, b), (a, c), (b, d), (c, d), (d, e)]
    lineage = Lineage(
        edges=frozenset(Edge(*pair, UNSAID, "sql") for pair in pairs), tables={each.table: () for each in tables}
    )
    assert shown("a", "text", "down", lineage=lineage).splitlines()[2:8] == [
        "down: what it goes into",
        "├─ b",
        "│  └─ d",
        "│     └─ e",
        "└─ c",
        "   └─ d …",
    ]


def test_mermaid():
    assert (
        shown("marts.c.z", "mermaid", "up")
        == """\
flowchart LR
  subgraph t0["lake/f"]
    n0["q"]
  end
  subgraph t1["marts.c"]
    n1["z"]
  end
  subgraph t2["raw.a"]
    n2["x"]
  end
  subgraph t3["staging.b"]
    n3["w"]
    n4["y"]
  end
  n0 -->|"by event"| n1
  n2 -->|"identity"| n4
  n3 -->|"declared"| n1
  n4 -.->|"decides (conditional)"| n1
  classDef incomplete stroke-dasharray: 5 5
  classDef root stroke-width: 3px
  class n4 incomplete
  class n1 root
"""
    )


LINE = re.compile(
    r"""flowchart\ LR|\ \ end|\ \ classDef\ [a-z0-9: -]+|\ \ class\ [n0-9,]+\ (root|incomplete)
    |\ \ subgraph\ t\d+\["[^"<>`]*"\]|\ \ \ \ n\d+\["[^"<>`]*"\]|\ \ n\d+\ -\.?->\|"[a-z ]+"\|\ n\d+""",
    re.VERBOSE,
)


@given(st.text(min_size=1), st.text(min_size=1))
def test_nothing_ends_a_label_of_mermaid(table, column):
    lineage = Lineage(edges=frozenset({Edge(Field(table, column), Field("b", "y"), IDENTITY, "sql")}), tables={"b": ()})
    lines = shown("b.y", "mermaid", "up", lineage=lineage).split("\n")
    assert [line for line in lines if not LINE.fullmatch(line)] == [""]


@pytest.mark.parametrize("name", ["facts.z", "b", "raw.a.x", CHECK])
@pytest.mark.parametrize("directions", [(), ("up",), ("down",), ("up", "down")])
def test_json_is_as_its_schema_says(name, directions):
    data = json.loads(shown(name, "json", *directions))
    jsonschema.Draft202012Validator(SCHEMA).validate(data)
    assert data["complete"] is False


def test_json():
    data = json.loads(shown("facts.z", "json", "up", depth=1))
    assert data["root"] == {"table": "marts.c", "column": "z"}
    assert [(node["table"], node["column"], node["up"], node["down"]) for node in data["nodes"]] == [
        ("lake/f", "q", True, None),
        ("marts.c", "z", False, None),
        ("staging.b", "w", True, None),
        ("staging.b", "y", True, None),
    ]
    assert data["edges"][-1] == {
        "source": {"table": "staging.b", "column": "y"},
        "target": {"table": "marts.c", "column": "z"},
        "transformations": [{"type": "INDIRECT", "subtype": "CONDITIONAL", "masking": False}],
        "by": ["sql"],
    }
    assert data["gaps"][-1] == {
        "table": "staging.b",
        "column": "y",
        "reason": "a PIVOT",
        "file": "models/b.sql",
        "line": 3,
    }


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("marts.c", Field("marts.c", ROWS)),
        ("C", Field("marts.c", ROWS)),
        ("facts", Field("marts.c", ROWS)),
        ("FACTS.Z", C),
        ("marts.c.z", C),
        (CHECK, Field(CHECK, ROWS)),
        ("lake/f.q", Field("lake/f", "q")),
    ],
)
def test_a_name_is_found(name, found):
    assert find(LINEAGE, name) == found


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("marts.cc", "there is no table and no column `marts.cc` (did you mean `marts.c`?)"),
        ("fakts.z", "did you mean `facts`?"),
        ("facts.zz", "the table `marts.c` has no column `zz` (did you mean `z`?)"),
        ("facts.other", "the table `marts.c` has no column `other` (it has z)"),
        ("facts.*", "has no column `*`"),
        ("", "there is no table and no column ``"),
    ],
)
def test_a_name_that_is_not_there(name, said):
    with pytest.raises(UsageError) as error:
        find(LINEAGE, name)
    assert said in str(error.value)


def test_a_name_of_two_tables():
    lineage = Lineage(tables={"raw.orders": (), "marts.orders": ()})
    with pytest.raises(UsageError, match=r"may be any of marts\.orders, raw\.orders"):
        find(lineage, "orders")
