"""`harness publish` as a whole command."""

import re
from pathlib import Path

import pytest

from harness.load.project import load_project
from harness.uses.publish import publication

DOCUMENTS = (
    "DATA_ARCHITECTURE.md",
    "DATA_CATALOG.md",
    "tables/fct_orders.md",
    "tables/dim_customers.md",
    "runbooks/fct_orders.md",
    "runbooks/dim_customers.md",
)
NOTES = "<!-- keep:notes -->\n<!-- /keep -->"


def written(shop, name):
    return (shop.root / "docs" / name).read_text(encoding="utf-8")


def rewritten(shop, name, old, new):
    text = written(shop, name)
    assert old in text
    shop.write(f"docs/{name}", text.replace(old, new))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_document(shop, run, golden, name):
    run("publish")
    golden(f"publish/{name}", written(shop, name))


def test_it_writes_them_all_and_is_then_content(shop, run):
    code, out, err = run("publish", "--check")
    assert (code, out) == (1, "")
    assert "docs/DATA_CATALOG.md is stale; run `harness publish` and commit it\n" in err
    assert not (shop.root / "docs").exists()
    assert not (shop.root / "reports" / "catalog.html").exists()

    assert run("publish") == (0, "6 documents in docs: 6 written\nto browse: reports/catalog.html\n", "")
    assert sorted(str(each.relative_to(shop.root / "docs")) for each in (shop.root / "docs").rglob("*.md")) == sorted(
        DOCUMENTS
    )
    assert run("publish", "--check") == (0, "", "")
    assert run("publish")[:2] == (0, "6 documents in docs: 0 written\nto browse: reports/catalog.html\n")


def test_they_are_the_same_elsewhere_and_at_any_time(shop, run, tmp_path_factory):
    first = publication(load_project(shop.root, {}))
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "project"
    shop.root.rename(elsewhere)
    second = publication(load_project(elsewhere, {}))

    assert second == first
    for text in (*first.texts.values(), first.page[1]):
        assert str(shop.root) not in text


def test_words_of_people_survive_a_change_of_the_contract(shop, run):
    run("publish")
    mine = "<!-- keep:notes -->\nThe night of *4 March*.\n\n- a | b\n<!-- /keep -->"
    also = "<!-- keep:why -->\n# Not a heading of theirs\n<!-- /keep -->\n\n"
    rewritten(shop, "runbooks/fct_orders.md", NOTES, mine)
    rewritten(shop, "tables/fct_orders.md", "## People\n\n", f"{also}## People\n\n")
    assert run("publish", "--check") == (0, "", "")

    shop.table["description"] = "Changed."
    shop.saved()
    code, _, err = run("publish", "--check")
    assert code == 1
    assert "docs/runbooks/fct_orders.md is stale" in err
    assert "docs/runbooks/dim_customers.md" not in err
    run("publish")

    assert mine in written(shop, "runbooks/fct_orders.md")
    page = written(shop, "tables/fct_orders.md")
    assert "In one sentence: Changed." in page
    assert page.index("## Consumers") < page.index("# Not a heading of theirs") < page.index("## People")
    assert run("publish", "--check") == (0, "", "")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("<!-- /keep -->\n", "", r"docs/DATA_CATALOG.md:\d+:1: the part keep:notes does not end"),
        ("<!-- keep:notes -->", "<!-- keep notes -->", r"docs/DATA_CATALOG.md:\d+:1: this is no marker"),
        (NOTES, "My words.", r"docs/DATA_CATALOG.md:1:1: words outside the kept parts were changed"),
    ],
)
def test_a_broken_document_is_refused_and_nothing_is_written(shop, run, old, new, said):
    run("publish")
    rewritten(shop, "DATA_CATALOG.md", old, new)
    shop.table["description"] = "Changed."
    shop.saved()
    before = {name: written(shop, name) for name in DOCUMENTS}

    for argv in (["publish"], ["publish", "--check"]):
        code, _, err = run(*argv)
        assert code == 1
        assert re.search(said, err)
        assert {name: written(shop, name) for name in DOCUMENTS} == before


def test_a_page_that_somebody_wrote_is_refused(shop, run):
    shop.write("docs/DATA_CATALOG.md", "# Ours\n")
    code, _, err = run("publish")
    assert code == 1
    assert "docs/DATA_CATALOG.md:1:1: the document was not written by `harness publish` (move it away" in err
    assert written(shop, "DATA_CATALOG.md") == "# Ours\n"
    assert not (shop.root / "docs" / "tables").exists()


def test_a_document_that_is_no_text_is_refused(shop, run):
    (shop.root / "docs").mkdir()
    (shop.root / "docs" / "DATA_CATALOG.md").write_bytes(b"\xff\xfe")
    code, _, err = run("publish")
    assert code == 1
    assert "docs/DATA_CATALOG.md:1:1: the document cannot be read" in err


def test_pages_of_a_table_that_is_gone_go_unless_somebody_wrote_in_them(shop, run):
    run("publish")
    rewritten(shop, "runbooks/fct_orders.md", NOTES, NOTES.replace("\n", "\nMy words.\n"))
    shop.write("docs/tables/other.md", "# Of somebody else\n")
    (shop.root / shop.orders_file).unlink()
    code, _, err = run("publish")
    assert code == 1
    assert "docs/runbooks/fct_orders.md:1:1: its table is not under contract any more" in err

    rewritten(shop, "runbooks/fct_orders.md", "My words.\n", "")
    assert "docs/tables/fct_orders.md is of no table any more" in run("publish", "--check")[2]
    assert run("publish")[1].startswith("4 documents in docs: 4 written, 2 deleted\n")
    assert not (shop.root / "docs" / "tables" / "fct_orders.md").exists()
    assert written(shop, "tables/other.md") == "# Of somebody else\n"


def test_without_a_contract_nothing_is_written(shop, run):
    shop.write("contracts/marts/fct_broken.odcs.yaml", "id: x\nschema: [\n")
    for argv in (["publish"], ["publish", "--check"]):
        code, out, err = run(*argv)
        assert (code, out) == (3, "")
        assert "contracts/marts/fct_broken.odcs.yaml:3" in err
        assert "no document is written, for it would lack a contract" in err
    assert not (shop.root / "docs").exists()


def test_without_lineage_that_harness_yaml_names_nothing_is_written(shop, run):
    (shop.root / "etl" / "marts.sql").unlink()
    code, out, err = run("publish")
    assert (code, out) == (3, "")
    assert "no document is written, for lineage could not be read" in err


def test_another_folder(shop, run):
    shop.settings("publish: {folder: handbook/data}\n")
    assert run("publish")[1].startswith("6 documents in handbook/data: 6 written\n")
    assert (shop.root / "handbook/data/tables/fct_orders.md").is_file()
    shop.settings("publish: {folder: ../data}\n")
    assert run("publish")[0] == 2


def test_every_link_leads_to_a_document(shop, run):
    run("publish")
    for name in DOCUMENTS:
        links = re.findall(r"\]\(([^)]+)\)", written(shop, name))
        assert links
        for link in links:
            assert (shop.root / "docs" / name).parent.joinpath(link).resolve().is_file(), (name, link)


def test_no_value_of_the_environment_is_in_them(shop, monkeypatch):
    secret = "hunter2-of-the-warehouse"
    shop.write(
        "harness.yaml",
        "version: 1\nname: shop\nserver: w\nservers:\n"
        "  w: {type: postgres, host: '${DB_HOST}', database: d, user: u, password: '${DB_PASSWORD}'}\n",
    )
    made = publication(load_project(Path(shop.root), {"DB_HOST": "db.internal", "DB_PASSWORD": secret}))
    for text in (*made.texts.values(), made.page[1]):
        assert secret not in text
        assert "db.internal" not in text
