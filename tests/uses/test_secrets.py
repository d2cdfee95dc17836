"""A value that the environment gave to a server is shown nowhere, whoever repeats it."""

import pytest

from harness.model.result import Outcome, Result, Severity
from harness.uses.secrets import masked

MARKER = "sw0rdf!sh/42"
SETTINGS = """\
version: 1
name: shop
as_of: "2024-01-06T12:00:00Z"
server: warehouse
servers:
  warehouse: {type: duckdb, database: "%s"}
"""
CONNECTS = {
    # the database of a server: what the report says in its place
    "${MARKER}.duckdb": "the DuckDB file ${MARKER}.duckdb does not exist",
    "md:shop?motherduck_token=${MARKER}": "${MARKER}",
    "${FOLDER}/broken.duckdb": "${FOLDER}/broken.duckdb cannot be opened",
}


@pytest.mark.parametrize("database", CONNECTS)
def test_a_connect_that_fails_tells_no_secret(shop, run, monkeypatch, tmp_path, database):
    folder = tmp_path / "s3cretfolder"
    folder.mkdir()
    (folder / "broken.duckdb").write_bytes(b"x" * 9999)
    monkeypatch.setenv("MARKER", MARKER)
    monkeypatch.setenv("FOLDER", str(folder))
    shop.write("harness.yaml", SETTINGS % database)
    shop.write("checks/marts/fct_orders.soda.yml", "dataset: warehouse/marts/fct_orders\nchecks: [{row_count: }]\n")

    code, out, err = run("verify", "--project", str(shop.root), "--reports", str(tmp_path / "reports"))

    assert code == 3
    assert CONNECTS[database] in out
    shown = {"stdout": out, "stderr": err}
    reports = {path.name: path.read_text() for path in (tmp_path / "reports").rglob("*") if path.is_file()}
    assert "openlineage.ndjson" in reports
    # the place of a dataset is its name in OpenLineage, so a folder from the environment stays in it
    named = {name: text for name, text in (shown | reports).items() if MARKER in text}
    assert set(named) <= ({"openlineage.ndjson"} if database == "${MARKER}.duckdb" else set())
    said = {name: text for name, text in (shown | reports).items() if name != "openlineage.ndjson"}
    assert not [name for name, text in said.items() if "s3cretfolder" in text]


def test_a_password_that_a_driver_repeats():
    def result(message, query=""):
        return Result(id="1", rule="r", outcome=Outcome.ERROR, severity=Severity.ERROR, message=message, query=query)

    secrets = {"hunter2": "PASSWORD", "hunter2-long": "TOKEN", "p@ss": "OTHER"}
    results = [result("no login as a:hunter2@host", "select 'hunter2-long'"), result("as p%40ss"), result("fine")]

    assert [(each.message, each.query) for each in masked(results, secrets)] == [
        ("no login as a:${PASSWORD}@host", "select '${TOKEN}'"),
        ("as ${OTHER}", ""),
        ("fine", ""),
    ]
    assert masked(results, {}) == results
