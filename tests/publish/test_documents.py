"""What stands in the documents, and that nothing which a contract says is more than text in them."""

import html
import json
import re

import pytest
import yaml

from harness.publish.diagrams import flows, lineage, relationships
from harness.publish.kept import edition, kept_in
from harness.publish.markdown import command
from harness.uses.publish import documents


def table(name, *columns, **fields):
    return {
        "name": name,
        "properties": [{"name": column, "physicalType": "BIGINT"} for column in columns],
        **fields,
    }


def contract(id, *tables, layer="marts", **fields):
    return {
        "apiVersion": "v3.1.0",
        "kind": "DataContract",
        "id": id,
        "version": "1.0.0",
        "status": "active",
        "customProperties": [{"property": "layer", "value": layer}],
        "schema": list(tables),
        **fields,
    }


@pytest.fixture(scope="module")
def pages(made, hostile):
    return documents(made([hostile], name=hostile["id"]))


def test_a_hostile_contract_ends_no_line_and_begins_no_markup(pages):
    for page in pages.values():
        outside = re.sub(r"<!-- keep:notes -->\n<!-- /keep -->", "", page)
        assert not re.search(r"<(?!/?(code|pre)>)", outside), page
        assert not re.search(r"[\u202a-\u202e\x1b]", page)
        assert not re.search(r"(?<!`)\]\((?!(\.\./)?((tables|runbooks)/)?[\w.-]+\.md\))", outside)
        assert "@everyone" not in page
        assert "##vso[" not in page


def test_a_hostile_contract_adds_no_heading_row_or_item(pages, made, hostile):
    tame = yaml.safe_load(json.dumps({**hostile, "id": "tame"}).replace(json.dumps(hostile["id"])[1:-1], "x"))
    quiet = documents(made([tame], name="x"))

    def shapes(documents):
        return sorted(re.findall(r"^(#+ |\||- |\d\. )", page, re.MULTILINE) for page in documents.values())

    assert shapes(pages) == shapes(quiet)


def test_a_row_of_a_table_has_as_many_cells_as_its_head(pages):
    for page in pages.values():
        for block in re.findall(r"(?:^\|.*\n)+", page, re.MULTILINE):
            assert len({line.count("|") for line in block.splitlines()}) == 1


def test_a_hostile_contract_has_its_kept_parts_kept(pages):
    for name, page in pages.items():
        whole = edition(page, None, name)
        assert [part.name for part in kept_in(whole, name)] == ["notes"]


def test_pages_have_harmless_names_that_are_all_different(made, hostile):
    names = ["a/b", "a:b", "../../etc/passwd", "Orders", "orders", "", ".", "CON", "x" * 400, "été", "a.b"]
    platform = made([hostile, contract("one", *map(table, names)), contract("two", table("orders"))])
    files = [each.page for each in platform.tables]

    assert len({file.casefold() for file in files}) == len(names) + 3
    assert all(re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,120}", file) for file in files), files


@pytest.mark.parametrize(
    "words", ["make x\n```\n# heading", "a <!-- /keep --> b", "echo `date`\n<!-- keep:x -->", "<!x"]
)
def test_a_command_that_could_end_its_block_is_shown_as_it_is_in_another(words):
    shown = command(words)
    assert "\n" not in shown
    assert html.unescape(shown.removeprefix("<pre>").removesuffix("</pre>")) == words
    assert not re.search(r"<!|`", shown)


def test_a_command_stands_as_it_was_written():
    assert command("make a\n  make  b | c > d\n") == "```sh\nmake a\n  make  b | c > d\n```"


def many(count):
    """A chain of tables, each made of the one before, and each referring to the first."""
    first = table("t0", "id")
    rest = [
        {
            "name": f"t{number}",
            "properties": [
                {
                    "name": "id",
                    "physicalType": "BIGINT",
                    "transformSourceObjects": [f"t{number - 1}.id"],
                    "relationships": [{"to": "t0.id"}],
                }
            ],
        }
        for number in range(1, count)
    ]
    return [contract("many", first, *rest)]


def test_graphs_of_many_tables_are_cut_and_say_so(made):
    platform = made(many(200))
    by_name = {each.name: each for each in platform.tables}

    assert "200 tables are too many for one picture" in flows(platform)
    shown = lineage(platform, by_name["t100"])
    assert shown.count("-->") == 59
    assert "leaves out 140 tables, the furthest first" in shown
    assert '"main.t99"' in shown or '"t99"' in shown
    keys = relationships(platform, by_name["t0"])
    assert "leaves out 140 tables and 140 flows" in keys
    assert max(len(page) for name, page in documents(platform).items() if name.startswith("tables/")) < 50_000


LABEL = r'"(?:[\w ./:(),*-]|[#]\d+;)*"'
MERMAID = re.compile(
    rf"""\s*(flowchart\ LR|erDiagram|end|}}|subgraph\ l\d+\[{LABEL}\]|[nl]\d+(\(\[{LABEL}\]\)|\[{LABEL}\])
    |[nl]\d+\ -->(\|{LABEL}\|)?\ [nl]\d+|t\d+\[{LABEL}\]\ {{|t\d+\ }}o--\|\|\ t\d+\ :\ {LABEL}
    |[A-Za-z]\w*\ [A-Za-z]\w*(\ (PK|FK|PK,\ FK))?|classDef\ \w+\ stroke-[\w: ]+|class\ [\w,]+\ \w+)""",
    re.VERBOSE | re.ASCII,
)


@pytest.mark.parametrize(
    "word", ['x"] --> evil["', "<b>|a|<i>", "a\n  b --> c", "%%{init: {}}%%", "end", "#quot;", "`x`"]
)
def test_no_name_gets_out_of_its_place_in_a_graph(made, word):
    column = {"name": word, "physicalType": word, "primaryKey": True}
    child = {
        **column,
        "transformSourceObjects": [f"{word}.{word}", f"other{word}.x"],
        "relationships": [{"to": f"{word}.{word}"}],
    }
    two = [contract("one", {"name": word, "properties": [column]}, layer=word)]
    two += [contract("two", {"name": f"{word}2", "properties": [child]}, layer=word)]
    shown = "\n".join(documents(made(two)).values())
    graphs = re.findall(r"```mermaid\n(.*?)\n```", shown, re.DOTALL)

    assert len(graphs) == 5
    assert [line for graph in graphs for line in graph.split("\n") if not MERMAID.fullmatch(line)] == []


def test_of_a_small_platform_all_is_drawn(made):
    platform = made(many(3))
    assert flows(platform).count("-->") == 2
    assert lineage(platform, platform.tables[0]).count("-->") == 2
    assert "leaves out" not in "".join(documents(platform).values())


def test_what_leads_nowhere_is_said(made):
    orders = table("orders", "id")
    orders["properties"][0]["relationships"] = [{"to": "nowhere.id"}]
    page = documents(made([contract("orders", orders)]))["tables/orders.md"]
    assert "| `id` | `nowhere`, which no contract declares (`id`) |" in page


@pytest.mark.parametrize(
    ("at_table", "at_contract", "shown"),
    [
        ("make one", "make all", "```sh\nmake one\n```"),
        (None, "make all", "```sh\nmake all\n```"),
        (None, None, "No command is declared"),
        (["no text"], None, "No command is declared"),
    ],
)
def test_the_backfill_of_the_table_wins(made, at_table, at_contract, shown):
    def said(value):
        return [] if value is None else [{"property": "backfill", "value": value}]

    orders = table("orders", "id", customProperties=said(at_table))
    page = documents(made([contract("orders", orders, customProperties=said(at_contract))]))["runbooks/orders.md"]
    assert shown in page


def test_every_column_and_field_is_in_the_dictionary(made):
    orders = table("orders", "id")
    address = {"name": "address", "logicalType": "object", "properties": [{"name": "zip", "logicalType": "string"}]}
    items = {"name": "items", "logicalType": "array", "items": {"name": "item", "logicalType": "object"}}
    orders["properties"] += [address, items]
    pages = documents(made([contract("orders", orders)]))
    for page in (pages["DATA_CATALOG.md"], pages["tables/orders.md"]):
        for name in ("id", "address", "address.zip", "items"):
            assert f"| `{name}` |" in page
        assert "items&#91;&#93;" in page
