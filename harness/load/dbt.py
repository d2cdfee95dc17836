"""A dbt project's `target` folder -> its manifest, and the models in it with the SQL that dbt compiled."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
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


@dataclass(frozen=True, slots=True)
class Manifest:
    """A manifest that was parsed, and what its paths are relative to."""

    data: Mapping[str, Any]
    file: str
    root: Path
    project: Path | None
    """The folder of `dbt_project.yml`, where it is known: with it a model that was changed since it was compiled is
    noticed."""

    def at(self, path: str) -> Location:
        """The place of a file that dbt names as it is below its project."""
        return Location(file_in(self.project / path, self.root) if self.project else Path(path).as_posix())


def read_manifest(target: Path, root: Path, project: Path | None) -> Manifest:
    """The manifest in the folder `target`. Raises DocumentError when there is none, or none that can be read."""
    path = target / MANIFEST
    file = file_in(path, root)
    try:
        return Manifest(json.loads(path.read_bytes()), file, root, project)
    except FileNotFoundError:
        raise DocumentError("there is no manifest of dbt here", at=Location(file), hint="run `dbt compile`") from None
    except (OSError, ValueError, RecursionError) as error:
        raise DocumentError(f"the manifest of dbt cannot be read: {error}", at=Location(file)) from None


def models_in(manifest: Manifest) -> tuple[Model, ...]:
    """The models and snapshots, each after those that it is built from.

    Raises DocumentError for what is no manifest, or one without a model.
    """
    with as_dbt_writes(manifest.file):
        nodes = {key: node for key, node in manifest.data["nodes"].items() if node["resource_type"] in _BUILT_BY_SQL}
        adapter = str(manifest.data["metadata"]["adapter_type"])
        models = tuple(_model(key, nodes[key], adapter, manifest) for key in _in_order(nodes) if _is_table(nodes[key]))
    if not models:
        at = Location(manifest.file)
        raise DocumentError("the manifest of dbt has no model", at=at, hint="run `dbt compile`")
    return models


@contextmanager
def as_dbt_writes(file: str) -> Iterator[None]:
    """Makes a DocumentError of what is missing or is something else than dbt writes."""
    try:
        yield
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise DocumentError(f"this is no manifest of dbt: {error!r}", at=Location(file)) from None


def problem_of(node: Mapping[str, Any], manifest: Manifest) -> str:
    """Why the compiled SQL of a model is not known, or ""."""
    if node.get("language", "sql") != "sql":
        return "the model is not written in SQL"
    if not node.get("compiled_code"):
        return "the model is not compiled; run `dbt compile`"
    return "the model was changed after it was compiled; run `dbt compile`" if is_changed(node, manifest) else ""


def is_changed(node: Mapping[str, Any], manifest: Manifest) -> bool:
    """Whether the file is no longer what dbt read: it takes the SHA-256 of the text without the space around it."""
    if not manifest.project:
        return False
    checksum = node["checksum"]
    try:
        text = (manifest.project / node["original_file_path"]).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return True
    return bool(
        checksum["name"] == "sha256" and hashlib.sha256(text.strip().encode()).hexdigest() != checksum["checksum"]
    )


def _is_table(node: Mapping[str, Any]) -> bool:
    """An ephemeral model is no table: dbt puts its SQL into that of those that use it."""
    return bool(node["config"]["materialized"] != "ephemeral")


def _model(key: str, node: Mapping[str, Any], adapter: str, manifest: Manifest) -> Model:
    problem = problem_of(node, manifest)
    return Model(
        parts=parts_of(node),
        sql="" if problem else node["compiled_code"],
        dialect=adapter,
        at=manifest.at(node["original_file_path"]),
        problem=problem,
        snapshot=node["resource_type"] == "snapshot",
        job=_job(key, node),
    )


def parts_of(node: Mapping[str, Any]) -> tuple[str, ...]:
    """Database, schema and name of the node's table."""
    return tuple(part for part in (node["database"], node["schema"], node["alias"]) if part)


def _job(key: str, node: Mapping[str, Any]) -> str:
    kind, _, name = key.partition(".")
    parts = (node["database"], node["schema"], name, "snapshot" if kind == "snapshot" else "")
    return ".".join(part for part in parts if part)


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
