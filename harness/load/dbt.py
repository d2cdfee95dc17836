"""A dbt project's `target` folder -> its models with the SQL that dbt compiled."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.load.place import file_in
from harness.model.errors import DocumentError
from harness.model.location import Location

MANIFEST = "manifest.json"
_BUILT_BY_SQL = ("model", "snapshot")


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A table that dbt builds."""

    parts: tuple[str, ...]
    """Database, schema and name of the table."""
    sql: str
    """The compiled query; "" when there is none, and `problem` says why."""
    dialect: str
    """The adapter's name: `duckdb`, `postgres`, `snowflake`, ..."""
    at: Location
    """The model's file."""
    problem: str = ""
    snapshot: bool = False
    """dbt adds columns of its own to what the query gives."""
    job: str = ""
    """What `dbt-ol` calls the job that builds it: `warehouse.marts.nyc_flights.dim_airlines`."""


def read_models(target: Path, root: Path, project: Path | None) -> tuple[Model, ...]:
    """The models and snapshots in the manifest of `target`, each after those that it is built from.

    `project` is the folder of `dbt_project.yml`: with it a model that was changed since it was compiled is noticed.
    Raises DocumentError when there is no manifest, or none that can be read.
    """
    path = target / MANIFEST
    file = file_in(path, root)
    try:
        manifest = json.loads(path.read_bytes())
        nodes = {key: node for key, node in manifest["nodes"].items() if node["resource_type"] in _BUILT_BY_SQL}
        adapter = str(manifest["metadata"]["adapter_type"])
        models = tuple(
            _model(key, nodes[key], adapter, root, project) for key in _in_order(nodes) if _is_table(nodes[key])
        )
    except FileNotFoundError:
        raise DocumentError("there is no manifest of dbt here", at=Location(file), hint="run `dbt compile`") from None
    except (OSError, ValueError, RecursionError) as error:
        raise DocumentError(f"the manifest of dbt cannot be read: {error}", at=Location(file)) from None
    except (KeyError, TypeError, AttributeError) as error:
        raise DocumentError(f"this is no manifest of dbt: {error!r}", at=Location(file)) from None
    if not models:
        raise DocumentError("the manifest of dbt has no model", at=Location(file), hint="run `dbt compile`")
    return models


def _is_table(node: Mapping[str, Any]) -> bool:
    """An ephemeral model is no table: dbt puts its SQL into that of those that use it."""
    return bool(node["config"]["materialized"] != "ephemeral")


def _model(key: str, node: Mapping[str, Any], adapter: str, root: Path, project: Path | None) -> Model:
    path = node["original_file_path"]
    source = project / path if project else None
    problem = ""
    if node.get("language", "sql") != "sql":
        problem = "the model is not written in SQL"
    elif not node.get("compiled_code"):
        problem = "the model is not compiled; run `dbt compile`"
    elif source and _changed(source, node["checksum"]):
        problem = "the model was changed after it was compiled; run `dbt compile`"
    return Model(
        parts=tuple(part for part in (node["database"], node["schema"], node["alias"]) if part),
        sql="" if problem else node["compiled_code"],
        dialect=adapter,
        at=Location(file_in(source, root) if source else Path(path).as_posix()),
        problem=problem,
        snapshot=node["resource_type"] == "snapshot",
        job=_job(key, node),
    )


def _job(key: str, node: Mapping[str, Any]) -> str:
    kind, _, name = key.partition(".")
    parts = (node["database"], node["schema"], name, "snapshot" if kind == "snapshot" else "")
    return ".".join(part for part in parts if part)


def _changed(source: Path, checksum: Mapping[str, str]) -> bool:
    """Whether the file is no longer what dbt read: it takes the SHA-256 of the text without the space around it."""
    try:
        text = source.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return True
    return checksum["name"] == "sha256" and hashlib.sha256(text.strip().encode()).hexdigest() != checksum["checksum"]


def _in_order(nodes: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """The keys of the nodes, each after those that it depends on."""
    done: set[str] = set()
    for first in sorted(nodes):
        stack = [(first, False)]
        while stack:
            key, ready = stack.pop()
            if ready:
                yield key
            elif key not in done:
                done.add(key)
                stack.append((key, True))
                stack += ((other, False) for other in nodes[key]["depends_on"]["nodes"] if other in nodes)
