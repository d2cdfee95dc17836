"""dbt's manifest, SQL scripts and event files; the manifest of a real build is read in tests/platform."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from harness.load.lineage import read_sources
from harness.load.project import load_project
from harness.model.errors import ProjectError

HEAD = "version: 1\nname: shop\n"
SQL = "select 1 as id"


def node(name: str, *before: str, **more: Any) -> dict[str, Any]:
    return {
        "resource_type": "model",
        "database": "shop",
        "schema": "marts",
        "alias": name,
        "language": "sql",
        "compiled_code": SQL,
        "original_file_path": f"models/{name}.sql",
        "checksum": {"name": "sha256", "checksum": hashlib.sha256(SQL.encode()).hexdigest()},
        "config": {"materialized": "table"},
        "depends_on": {"nodes": [f"model.{each}" for each in before] + ["source.raw"]},
        **more,
    }


def manifest(*nodes: dict[str, Any]) -> str:
    named = {f"model.{each['alias']}": each for each in nodes}
    return json.dumps({"metadata": {"adapter_type": "duckdb"}, "nodes": named})


@pytest.fixture
def sources(tmp_path: Path) -> Any:
    """What is read of a project with these settings and files."""

    def read(settings: str, files: dict[str, str], *, built: bool = True) -> Any:
        for name, text in {"harness.yaml": HEAD + settings, "contracts/.keep": "", **files}.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return read_sources(load_project(tmp_path, {"TARGET": "out"}), built=built)

    return read


DBT = "lineage: {dbt: out, dbt_project: dbt}\n"


def test_models_come_after_what_they_are_built_from(sources: Any) -> None:
    nodes = (node("a", "c", "b"), node("b", "c"), node("c"), node("d", "a", "d"))
    found = sources("lineage: {dbt: out}\n", {"out/manifest.json": manifest(*nodes)})
    order = [model.parts[-1] for model in found.models]
    assert sorted(order) == ["a", "b", "c", "d"]
    assert order.index("c") < order.index("b") < order.index("a") < order.index("d")
    assert {model.dialect for model in found.models} == {"duckdb"}
    assert found.models[0].parts == ("shop", "marts", "c")
    assert found.gaps == ()


def test_a_variable_may_name_the_folder(sources: Any) -> None:
    files = {"out/manifest.json": manifest(node("a"))}
    assert len(sources("lineage: {dbt: '${TARGET}'}\n", files).models) == 1
    with pytest.raises(ProjectError, match=r"harness\.yaml:3:.*NOWHERE is not set"):
        sources("lineage: {dbt: '${NOWHERE}'}\n", files)


def test_a_model_has_the_place_of_its_file(sources: Any) -> None:
    files = {"out/manifest.json": manifest(node("a")), "dbt/models/a.sql": f"\n{SQL}\n"}
    (model,) = sources(DBT, files).models
    assert (str(model.at), model.problem, model.sql) == ("dbt/models/a.sql:1:1", "", SQL)


@pytest.mark.parametrize(
    ("more", "source", "problem"),
    [
        ({}, "select 2 as id", "the model was changed after it was compiled; run `dbt compile`"),
        ({"compiled_code": None}, SQL, "the model is not compiled; run `dbt compile`"),
        ({"language": "python"}, SQL, "the model is not written in SQL"),
        ({"original_file_path": "models/gone.sql"}, SQL, "the model was changed after it was compiled"),
        ({"checksum": {"name": "none", "checksum": ""}}, "select 2 as id", ""),
    ],
)
def test_a_model_whose_sql_is_not_known_says_why(sources: Any, more: Any, source: str, problem: str) -> None:
    files = {"out/manifest.json": manifest(node("a", **more)), "dbt/models/a.sql": source}
    (model,) = sources(DBT, files).models
    assert model.problem.startswith(problem)
    assert bool(model.problem) == bool(problem) == (model.sql == "")


@pytest.mark.parametrize(
    ("key", "database", "name"),
    [
        ("model.acme.orders", "shop", "shop.marts.acme.orders"),
        ("snapshot.acme.orders", "shop", "shop.marts.acme.orders.snapshot"),
        ("model.acme.orders.v2", None, "marts.acme.orders.v2"),
    ],
)
def test_a_job_has_the_name_that_dbt_ol_gives_it(sources: Any, key: str, database: str | None, name: str) -> None:
    one = node("orders", resource_type=key.partition(".")[0], database=database)
    text = json.dumps({"metadata": {"adapter_type": "duckdb"}, "nodes": {key: one}})
    (model,) = sources("lineage: {dbt: out}\n", {"out/manifest.json": text}).models
    assert model.job == name


def test_only_tables_are_models(sources: Any) -> None:
    nodes = (
        node("a", config={"materialized": "ephemeral"}),
        node("b", resource_type="test"),
        node("c", resource_type="seed"),
        node("d", resource_type="snapshot"),
    )
    found = sources("lineage: {dbt: out}\n", {"out/manifest.json": manifest(*nodes)})
    assert [(model.parts[-1], model.snapshot) for model in found.models] == [("d", True)]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "the manifest of dbt cannot be read"),
        ("{", "the manifest of dbt cannot be read"),
        ("[" * 100_000, "the manifest of dbt cannot be read"),
        ("{}", "this is no manifest of dbt: KeyError"),
        ('{"metadata": {"adapter_type": "duckdb"}, "nodes": {}}', "the manifest of dbt has no model"),
        ("[]", "this is no manifest of dbt: TypeError"),
        ('{"metadata": {"adapter_type": "duckdb"}, "nodes": {"a": {"resource_type": "model"}}}', "no manifest of dbt"),
    ],
)
def test_a_manifest_that_cannot_be_read_is_a_gap(sources: Any, text: str, reason: str) -> None:
    (gap,) = sources("lineage: {dbt: out}\n", {"out/manifest.json": text}, built=False).gaps
    assert gap.unread
    assert (gap.at.file, gap.at.line) == ("out/manifest.json", 1)
    assert reason in gap.reason


@pytest.mark.parametrize("settings", ["{dbt: out}", "{events: out/events.ndjson}", "{sql: [etl]}"])
def test_what_a_build_leaves_is_a_gap_only_after_one(sources: Any, settings: str) -> None:
    assert sources(f"lineage: {settings}\n", {}, built=False).gaps == ()
    (gap,) = sources(f"lineage: {settings}\n", {}, built=True).gaps
    assert gap.unread


def test_scripts_are_read_from_folders_and_files(sources: Any) -> None:
    files = {"etl/b.sql": "select 2", "etl/a/a.sql": "select 1", "etl/notes.md": "no", "more.txt": "select 3"}
    found = sources("lineage: {sql: [etl, more.txt]}\n", files).scripts
    assert [(script.at.file, script.sql) for script in found] == [
        ("etl/a/a.sql", "select 1"),
        ("etl/b.sql", "select 2"),
        ("more.txt", "select 3"),
    ]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ('{"a": 1}\n\n{"a": 2}\n', [1, 3]),
        ('[{"a": 1}, {"a": 2}]', [1, 1]),
        ('{\n  "a": 1\n}', [1]),
    ],
)
def test_events_are_read_line_by_line_or_as_one_document(sources: Any, text: str, lines: list[int]) -> None:
    found = sources("lineage: {events: logs}\n", {"logs/e.ndjson": text})
    assert [event.at.line for event in found.events] == lines
    assert found.gaps == ()


@pytest.mark.parametrize(
    ("settings", "files", "reason"),
    [
        ("{events: e.ndjson}", {"e.ndjson": " \n"}, "the file holds no event"),
        ("{events: logs}", {"logs/readme.md": ""}, "the folder has no file that ends in .json"),
        ("{sql: etl}", {"etl/readme.md": ""}, "the folder has no file that ends in .sql"),
    ],
)
def test_what_holds_nothing_is_a_gap(sources: Any, settings: str, files: Any, reason: str) -> None:
    (gap,) = sources(f"lineage: {settings}\n", files).gaps
    assert gap.unread
    assert gap.reason.startswith(reason)


def test_a_line_that_is_no_event_is_a_gap_at_its_line(sources: Any) -> None:
    found = sources("lineage: {events: e.ndjson}\n", {"e.ndjson": '{"a": 1}\n{"a":\n7\n{"a": 2}\n'})
    assert [event.data for event in found.events] == [{"a": 1}, {"a": 2}]
    assert [(gap.at.line, gap.unread) for gap in found.gaps] == [(2, True), (3, True)]


def test_the_project_of_dbt_needs_its_target(sources: Any) -> None:
    with pytest.raises(ProjectError, match="dbt"):
        sources("lineage: {dbt_project: dbt}\n", {})
