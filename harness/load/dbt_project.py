"""A manifest of dbt -> DbtProject: all that rules look at, beside the SQL that lineage takes from the same manifest."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

from harness.load.dbt import Manifest, as_dbt_writes, is_changed, parts_of, problem_of
from harness.load.yaml import read
from harness.model.dbt import (
    DbtColumn,
    DbtExposure,
    DbtFreshness,
    DbtMacro,
    DbtNode,
    DbtProject,
    DbtSource,
    DbtTest,
    NodeKind,
)
from harness.model.errors import DocumentError
from harness.model.location import Location

_NODES = get_args(NodeKind)
_SECONDS = {"minute": 60.0, "hour": 3600.0, "day": 86400.0}
Node = Mapping[str, Any]


def dbt_project_in(manifest: Manifest) -> DbtProject:
    """The project. Raises DocumentError for what is no manifest."""
    data, reader = manifest.data, _Reader(manifest)
    with as_dbt_writes(manifest.file):
        name = str(data["metadata"].get("project_name") or "")
        nodes = list(data["nodes"].values())
        return DbtProject(
            name=name,
            version=str(data["metadata"].get("dbt_version") or ""),
            adapter=str(data["metadata"]["adapter_type"]),
            at=Location(manifest.file),
            nodes={node["unique_id"]: reader.node(node) for node in nodes if node["resource_type"] in _NODES},
            sources={key: reader.source(node) for key, node in data.get("sources", {}).items()},
            tests=(
                *(reader.test(node) for node in nodes if node["resource_type"] == "test"),
                *(reader.unit_test(node) for node in data.get("unit_tests", {}).values()),
            ),
            exposures=tuple(reader.exposure(node) for node in data.get("exposures", {}).values()),
            macros=tuple(reader.macro(m) for m in data.get("macros", {}).values() if m["package_name"] == name),
            disabled=tuple(_disabled(data, reader)),
            stale=tuple(_stale(manifest, name)),
        )


def _stale(manifest: Manifest, name: str) -> Iterator[Location]:
    """The models' files that are not those of the manifest; of properties files nobody can tell."""
    if not manifest.project:
        return
    data, known = manifest.data, set()
    switched_off = (node for versions in (data.get("disabled") or {}).values() for node in versions)
    for node in (*data["nodes"].values(), *switched_off):
        if node["package_name"] == name:
            known.add(node["original_file_path"].replace("\\", "/"))
            if node["resource_type"] in ("model", "snapshot") and is_changed(node, manifest):
                yield manifest.at(node["original_file_path"])
    for folder in _model_folders(manifest.project):
        for path in sorted((manifest.project / folder).rglob("*")):
            file = path.relative_to(manifest.project).as_posix()
            if path.suffix in (".sql", ".py") and path.is_file() and file not in known:
                yield manifest.at(file)


def _model_folders(project: Path) -> list[str]:
    """Where dbt looks for models and snapshots."""
    try:
        settings = read((project / "dbt_project.yml").read_text(encoding="utf-8"), "dbt_project.yml")
    except (OSError, UnicodeDecodeError, DocumentError):
        settings = {}
    stated = settings if isinstance(settings, dict) else {}
    folders = [stated.get("model-paths", ["models"]), stated.get("snapshot-paths", ["snapshots"])]
    return [name for listed in folders if isinstance(listed, list) for name in listed if isinstance(name, str)]


def _disabled(data: Node, reader: "_Reader") -> Iterator[DbtNode | DbtTest | DbtSource]:
    for versions in (data.get("disabled") or {}).values():
        for node in versions:
            if node["resource_type"] in _NODES:
                yield reader.node(node)
            elif node["resource_type"] == "test":
                yield reader.test(node)
            elif node["resource_type"] == "source":
                yield reader.source(node)


@dataclass(frozen=True, slots=True)
class _Reader:
    """The parts of one manifest; it reads each properties file once, for the lines that the manifest lacks."""

    manifest: Manifest
    lines: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def node(self, node: Node) -> DbtNode:
        config = node["config"]
        seed = node["resource_type"] == "seed"
        # nothing of a seed is compiled
        problem = "" if seed else problem_of(node, self.manifest)
        patch = _patch(node)
        return DbtNode(
            id=node["unique_id"],
            kind=node["resource_type"],
            name=node["name"],
            package=node["package_name"],
            parts=parts_of(node),
            at=self.manifest.at(node["original_file_path"]),
            path=node["original_file_path"].replace("\\", "/"),
            described_at=self._named(patch, node["name"]) if patch else None,
            materialized=str(config.get("materialized") or ""),
            config=config,
            configured=node.get("unrendered_config") or {},
            description=(node.get("description") or "").strip(),
            columns=_columns(node),
            tags=tuple(node.get("tags") or ()),
            meta=_meta(node),
            depends_on=_depends_on(node),
            macros=tuple((node.get("depends_on") or {}).get("macros") or ()),
            language=node.get("language") or "sql",
            raw_code=node.get("raw_code") or "",
            compiled_code="" if problem else node.get("compiled_code") or "",
            problem=problem,
            changed=not seed and is_changed(node, self.manifest),
            enabled=bool(config.get("enabled", True)),
            access=str(node.get("access") or ""),
            contract_enforced=bool((config.get("contract") or {}).get("enforced")),
        )

    def source(self, node: Node) -> DbtSource:
        config = node.get("config") or {}
        return DbtSource(
            id=node["unique_id"],
            source=node["source_name"],
            name=node["name"],
            package=node["package_name"],
            parts=tuple(part for part in (node["database"], node["schema"], node["identifier"]) if part),
            at=self._named(node["original_file_path"], node["name"], after=node["source_name"]),
            loader=node.get("loader") or "",
            loaded_at=node.get("loaded_at_field") or node.get("loaded_at_query") or "",
            freshness=_freshness(node.get("freshness") or config.get("freshness") or {}),
            description=(node.get("description") or "").strip(),
            source_description=(node.get("source_description") or "").strip(),
            columns=_columns(node),
            tags=tuple(node.get("tags") or ()),
            meta=_meta(node),
            enabled=bool(config.get("enabled", True)),
        )

    def test(self, node: Node) -> DbtTest:
        config, generic = node["config"], node.get("test_metadata") or {}
        name = ".".join(part for part in (generic.get("namespace"), generic.get("name")) if part)
        arguments = dict(generic.get("kwargs") or {})
        column = node.get("column_name") or arguments.get("column_name") or ""
        attached = node.get("attached_node") or _tested_source(node, str(arguments.get("model") or ""))
        owner = attached.rpartition(".")[2]
        file = node["original_file_path"]
        return DbtTest(
            id=node["unique_id"],
            name=node["name"],
            package=node["package_name"],
            kind=name or "singular",
            at=self._named(file, owner) if generic else self.manifest.at(file),
            node=attached,
            column=str(column),
            arguments={key: value for key, value in arguments.items() if key not in ("model", "column_name")},
            depends_on=_depends_on(node),
            severity=str(config.get("severity") or "error").lower(),
            where=str(config.get("where") or ""),
            warn_if=str(config.get("warn_if") or "!= 0"),
            error_if=str(config.get("error_if") or "!= 0"),
            limit=int(config["limit"]) if config.get("limit") is not None else None,
            enabled=bool(config.get("enabled", True)),
            tags=tuple(node.get("tags") or ()),
            meta=_meta(node),
            raw_code="" if generic else node.get("raw_code") or "",
        )

    def unit_test(self, node: Node) -> DbtTest:
        depends_on = _depends_on(node)
        return DbtTest(
            id=node["unique_id"],
            name=node["name"],
            package=node["package_name"],
            kind="unit",
            at=self._named(node["original_file_path"], node["name"]),
            node=next((each for each in depends_on if each.endswith(f".{node['model']}")), ""),
            depends_on=depends_on,
            enabled=bool((node.get("config") or {}).get("enabled", True)),
        )

    def exposure(self, node: Node) -> DbtExposure:
        owner = node.get("owner") or {}
        return DbtExposure(
            id=node["unique_id"],
            name=node["name"],
            type=node.get("type") or "",
            at=self._named(node["original_file_path"], node["name"]),
            owner=_first(owner.get("name"), owner.get("email")),
            description=(node.get("description") or "").strip(),
            depends_on=_depends_on(node),
            meta=_meta(node),
        )

    def macro(self, macro: Node) -> DbtMacro:
        at = self.manifest.at(macro["original_file_path"])
        return DbtMacro(id=macro["unique_id"], name=macro["name"], at=at, sql=macro["macro_sql"])

    def _named(self, path: str, name: str, after: str = "") -> Location:
        """The first line that names `name`, behind one that names `after`; the top of the file when none is found."""
        at = self.manifest.at(path)
        lines = self._lines(path)
        first = _line_of(after, lines, 0) if after else 0
        return Location(at.file, _line_of(name, lines, first) or 1)

    def _lines(self, path: str) -> tuple[str, ...]:
        if path not in self.lines:
            try:
                text = (self.manifest.project / path).read_text(encoding="utf-8") if self.manifest.project else ""
            except (OSError, UnicodeDecodeError):
                # the place is lost, not the fact: that is in the manifest
                text = ""
            self.lines[path] = tuple(text.splitlines())
        return self.lines[path]


def _line_of(name: str, lines: tuple[str, ...], start: int) -> int:
    named = re.compile(rf"\s*(-\s+)?(\{{\s*)?name:\s*(['\"]?){re.escape(name)}\3\s*([,#}}].*)?$")
    return next((number for number, line in enumerate(lines[start:], start + 1) if named.match(line)), 0)


def _patch(node: Node) -> str:
    """`shop://models/_core.yml` -> `models/_core.yml`."""
    return (node.get("patch_path") or "").partition("://")[2]


def _depends_on(node: Node) -> tuple[str, ...]:
    return tuple((node.get("depends_on") or {}).get("nodes") or ())


def _tested_source(node: Node, model: str) -> str:
    """The source that a generic test is of; dbt attaches it to nothing, but names it in the argument `model`."""
    named = re.search(r"""source\(\s*['"](.+?)['"]\s*,\s*['"](.+?)['"]\s*\)""", model)
    ending = f".{named[1]}.{named[2]}" if named else None
    return next((each for each in _depends_on(node) if ending and each.endswith(ending)), "")


def _columns(node: Node) -> tuple[DbtColumn, ...]:
    return tuple(
        DbtColumn(
            name=column["name"],
            description=(column.get("description") or "").strip(),
            data_type=column.get("data_type") or "",
            constraints=tuple(str(each["type"]) for each in column.get("constraints") or ()),
            tags=tuple(column.get("tags") or ()),
            meta=_meta(column),
        )
        for column in (node.get("columns") or {}).values()
    )


def _meta(node: Node) -> dict[str, Any]:
    """Of the part and of its configuration: which of the two dbt fills depends on its version."""
    return {**(node.get("meta") or {}), **((node.get("config") or {}).get("meta") or {})}


def _freshness(written: Node) -> DbtFreshness:
    return DbtFreshness(_age(written.get("warn_after")), _age(written.get("error_after")))


def _age(written: Node | None) -> float | None:
    count, period = (written or {}).get("count"), (written or {}).get("period")
    return float(count) * _SECONDS[str(period)] if count is not None and period else None


def _first(*texts: Any) -> str:
    """The first that says something; dbt takes a list of addresses too."""
    found = next(filter(None, texts), "")
    return ", ".join(map(str, found)) if isinstance(found, list) else str(found)
