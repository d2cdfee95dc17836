"""The manifest of a small project that real dbt compiles, and the builder of tests/dbt.py held against it."""

import os
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from harness.load.dbt import models_in, read_manifest
from harness.load.dbt_project import dbt_project_in
from harness.model.dbt import DbtFreshness
from harness.model.errors import DocumentError

SHOP = Path(__file__).parents[1] / "cases" / "dbt" / "shop"
manifest_of = runpy.run_path(str(Path(__file__).parents[1] / "dbt.py"))["manifest_of"]


@pytest.fixture(scope="module")
def compiled(tmp_path_factory):
    """The folder of the project, with its `target`."""
    root = tmp_path_factory.mktemp("dbt")
    shutil.copytree(SHOP, root / "shop")
    command = [sys.executable, "-c", "from dbt.cli.main import cli; cli()", "compile", "--no-use-colors"]
    environment = {**os.environ, "SHOP_DB": str(root / "shop.duckdb"), "DO_NOT_TRACK": "1"}
    run = subprocess.run(command, env=environment, cwd=root / "shop", capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout
    return root


@pytest.fixture
def manifest(compiled):
    return read_manifest(compiled / "shop" / "target", compiled, compiled / "shop")


@pytest.fixture
def project(manifest):
    return dbt_project_in(manifest)


def test_nodes(project):
    orders = project.nodes["model.shop.stg_shop__orders"]
    assert (project.name, project.adapter, str(project.at)) == ("shop", "duckdb", "shop/target/manifest.json:1:1")
    assert (orders.kind, orders.materialized, orders.parts) == (
        "model", "incremental", ("shop", "staging", "stg_shop__orders")
    )  # fmt: skip
    assert str(orders.at) == "shop/models/staging/stg_shop__orders.sql:1:1"
    assert orders.path == "models/staging/stg_shop__orders.sql"
    assert orders.config["unique_key"] == "order_id"
    assert orders.config["lookback"] == 1
    assert "lookback" not in orders.configured
    assert orders.configured["incremental_strategy"] == "delete+insert"
    assert orders.depends_on == ("source.shop.shop.orders",)
    assert "macro.dbt.is_incremental" in orders.macros
    assert "is_incremental()" in orders.raw_code
    assert '"raw"."orders"' in orders.compiled_code
    assert (orders.problem, orders.changed, orders.described_at) == ("", False, None)
    fact = project.nodes["model.shop.fct_orders"]
    assert str(fact.described_at) == "shop/models/marts/_marts.yml:3:1"
    assert (fact.description, fact.tags, fact.meta) == ("One row per order.", ("finance",), {"owner": "sales"})
    assert fact.column("ORDER_ID").description == "The order."
    assert [node.kind for node in project.nodes.values()].count("snapshot") == 1
    assert project.nodes["seed.shop.rates"].problem == ""


def test_relatives(project):
    fact = project.nodes["model.shop.fct_orders"]
    assert {parent.name for parent in project.parents(fact)} == {"stg_shop__orders", "stg_shop__customers", "rates"}
    assert {node.name for node in project.readers["model.shop.stg_shop__customers"]} == {
        "fct_orders",
        "customer_history",
    }
    assert project.relations["raw.orders"] is project.sources["source.shop.shop.orders"]
    assert project.relations["marts.fct_orders"] is fact
    assert len(project.own) == len(project.nodes) == 5


def test_sources(project):
    orders, customers = project.sources["source.shop.shop.orders"], project.sources["source.shop.shop.customers"]
    assert str(orders.at) == "shop/models/staging/_sources.yml:10:1"
    assert (orders.loaded_at, orders.freshness) == ("loaded_at", DbtFreshness(43200, 172800))
    assert (customers.loaded_at, customers.freshness) == ("", DbtFreshness())
    assert (customers.loader, customers.source_description) == ("nightly copy", "The shop's own database.")


def test_tests(project):
    found = {(test.kind, test.column): test for test in project.tests}
    not_null = found["not_null", "order_id"]
    assert (not_null.severity, not_null.where, not_null.node) == ("warn", "amount > 0", "model.shop.fct_orders")
    assert str(not_null.at) == "shop/models/marts/_marts.yml:3:1"
    assert str(found["singular", ""].at) == "shop/tests/amounts_are_positive.sql:1:1"
    assert found["unit", ""].node == "model.shop.fct_orders"
    assert found["unique", "id"].node == "source.shop.shop.orders"
    assert {test.kind for test in project.tests_of["model.shop.fct_orders"]} == {"unique", "not_null", "unit"}


def test_what_is_switched_off(project):
    off = {item.id.split(".")[0]: item for item in project.disabled}
    assert off["model"].name == "fct_old"
    assert not off["model"].enabled
    assert (off["test"].kind, off["test"].enabled) == ("relationships", False)
    assert off["test"].arguments == {"to": "ref('stg_shop__customers')", "field": "customer_id"}


def test_exposures_and_macros(project):
    (exposure,) = project.exposures
    assert (exposure.type, exposure.owner, exposure.depends_on) == ("dashboard", "Ada", ("model.shop.fct_orders",))
    (macro,) = project.macros
    assert (macro.name, str(macro.at)) == ("generate_schema_name", "shop/macros/names.sql:1:1")


def test_a_model_that_changed_since(compiled, manifest):
    path = compiled / "shop" / "models" / "marts" / "fct_orders.sql"
    before = path.read_text()
    path.write_text(before + "where true\n")
    try:
        fact = dbt_project_in(manifest).nodes["model.shop.fct_orders"]
    finally:
        path.write_text(before)
    assert fact.changed
    assert fact.compiled_code == ""
    assert fact.problem.startswith("the model was changed")


def test_models_that_the_manifest_does_not_know(compiled, manifest, project):
    """New ones, deleted ones and changed ones; what is switched off is known."""
    assert project.stale == ()
    new, gone = compiled / "shop/models/marts/new.sql", compiled / "shop/snapshots/customer_history.sql"
    before = gone.read_text()
    new.write_text("select 1 as id")
    gone.unlink()
    try:
        found = [str(at) for at in dbt_project_in(manifest).stale]
    finally:
        new.unlink()
        gone.write_text(before)
    assert found == ["shop/snapshots/customer_history.sql:1:1", "shop/models/marts/new.sql:1:1"]


def test_both_views_are_of_one_manifest(manifest, project):
    models = {model.parts: model for model in models_in(manifest)}
    tables = {node.parts: node for node in project.nodes.values() if node.kind != "seed"}
    assert models.keys() == tables.keys()
    assert all(model.sql == tables[parts].compiled_code for parts, model in models.items())


@pytest.mark.parametrize(
    "data", ["{}", "{metadata: {adapter_type: x}, nodes: {a: 1}}", "[]", "{metadata: 1, nodes: 2}"]
)
def test_what_is_no_manifest(data):
    with pytest.raises(DocumentError, match="no manifest of dbt"):
        dbt_project_in(manifest_of({"target/manifest.json": data}))


def test_the_builder_says_what_dbt_says(project):
    files = {path.relative_to(SHOP).as_posix(): path for path in SHOP.rglob("*") if path.is_file()}
    texts = {name: path.read_text() for name, path in files.items() if name.count("/")}
    built = dbt_project_in(manifest_of(texts))
    assert {key: _node(node) for key, node in built.nodes.items()} == {
        key: _node(node) for key, node in project.nodes.items()
    }
    assert {key: _source(source) for key, source in built.sources.items()} == {
        key: _source(source) for key, source in project.sources.items()
    }
    assert sorted(map(_test, built.tests)) == sorted(map(_test, project.tests))
    assert sorted(type(item).__name__ + item.name.split("_")[0] for item in built.disabled) == sorted(
        type(item).__name__ + item.name.split("_")[0] for item in project.disabled
    )
    assert [(e.id, e.owner, e.depends_on) for e in built.exposures] == [
        (e.id, e.owner, e.depends_on) for e in project.exposures
    ]
    assert [(m.id, m.sql.split()[:3]) for m in built.macros] == [(m.id, m.sql.split()[:3]) for m in project.macros]


def _node(node):
    config = {key: node.config.get(key) for key in ("materialized", "unique_key", "lookback", "enabled")}
    columns = [(c.name, c.description) for c in node.columns]
    incremental = "macro.dbt.is_incremental" in node.macros
    schema = "main" if node.kind == "snapshot" else node.parts[1]
    return (
        (node.kind, node.name, node.package, schema, node.path, node.description, node.tags, node.meta),
        (sorted(node.depends_on), incremental, config, columns, node.enabled, bool(node.compiled_code)),
    )


def _source(source):
    columns = [column.name for column in source.columns]
    return (source.source, source.name, source.parts[1:], source.loaded_at, source.freshness, source.loader, columns)


def _test(test):
    arguments = sorted(test.arguments.items())
    return (test.kind, test.node, test.column, arguments, test.severity, test.where, sorted(test.depends_on))
