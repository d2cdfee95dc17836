"""A dbt project from its files, without dbt: the manifest that dbt would write, as far as rules look at it.

tests/load/test_dbt_project.py holds it against real dbt. A model's database schema is its folder below `models/`.
"""

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import yaml
from jinja2 import Environment

from harness.load.dbt import Manifest

NAME = "shop"
_CONFIG = {"enabled": True, "materialized": "view", "lookback": 1, "incremental_strategy": None, "unique_key": None}


def manifest_of(files: Mapping[str, str]) -> Manifest:
    """The manifest of the project with these files; `target/manifest.json` is the whole of it, if it is among them."""
    given = files.get("target/manifest.json")
    data = yaml.safe_load(given) if given is not None else _manifest(files)
    return Manifest(data, "target/manifest.json", Path(), None)


def _manifest(files: Mapping[str, str]) -> dict[str, Any]:
    properties = {name: yaml.safe_load(text) for name, text in files.items() if name.endswith((".yml", ".yaml"))}
    described = {
        entry["name"]: (path, entry)
        for path, each in properties.items()
        for kind in ("models", "snapshots", "seeds")
        for entry in each.get(kind, [])
    }
    sources = dict(
        _source(path, s, t) for path, p in properties.items() for s in p.get("sources", []) for t in s["tables"]
    )
    code = {path: text for path, text in files.items() if path.endswith((".sql", ".csv"))}
    named = {PurePosixPath(path).stem: path for path in code if not path.startswith(("macros/", "tests/"))}
    nodes, disabled = {}, {}
    for path, text in code.items():
        if path.startswith("macros/"):
            continue
        node = _node(path, text, described.get(PurePosixPath(path).stem), named)
        (nodes if node["config"]["enabled"] else disabled)[node["unique_id"]] = node
    for path, entry in described.values():
        for test in _tests(path, entry, f"model.{NAME}.{entry['name']}", named):
            (nodes if test["config"]["enabled"] else disabled)[test["unique_id"]] = test
    for path, each in properties.items():
        for source in each.get("sources", []):
            for table in source["tables"]:
                key = f"source.{NAME}.{source['name']}.{table['name']}"
                nodes |= {test["unique_id"]: test for test in _tests(path, table, key, named)}
    # dbt wants every source declared; a case of few words need not
    read = {each for node in nodes.values() for each in node["depends_on"]["nodes"] if each.startswith("source.")}
    for undeclared in sorted(read - set(sources)):
        of, table = undeclared.split(".")[-2:]
        sources |= dict([_source("models/_sources.yml", {"name": of}, {"name": table})])
    return {
        "metadata": {"adapter_type": "duckdb", "project_name": NAME, "dbt_version": "1.11.0"},
        "nodes": nodes,
        "sources": sources,
        "exposures": dict(_exposure(path, e, named) for path, p in properties.items() for e in p.get("exposures", [])),
        "macros": {
            f"macro.{NAME}.{name}": _macro(path, name, text)
            for path, text in code.items()
            if path.startswith("macros/")
            for name in re.findall(r"{%-?\s*macro\s+(\w+)", text)
        },
        "unit_tests": dict(_unit(path, u) for path, p in properties.items() for u in p.get("unit_tests", [])),
        "disabled": {key: [node] for key, node in disabled.items()},
    }


def _node(
    path: str, text: str, described: tuple[str, dict[str, Any]] | None, named: Mapping[str, str]
) -> dict[str, Any]:
    file = PurePosixPath(path)
    folder = file.parts[0]
    kind = {"models": "model", "snapshots": "snapshot", "seeds": "seed", "tests": "test"}[folder]
    properties_file, entry = described or ("", {})
    written = {**entry.get("config", {})}
    name, nodes, macros = file.stem, [], []
    compiled = text
    if kind != "seed":
        if block := re.search(r"{%\s*snapshot\s+(\w+)\s*%}(.*){%\s*endsnapshot\s*%}", text, re.DOTALL):
            name, text = block[1], block[2]
        compiled = _render(text, written, nodes, macros, named)
    own = {"model": {}, "snapshot": {"materialized": "snapshot"}, "seed": {"materialized": "seed"}, "test": {}}[kind]
    config = {**_CONFIG, **own, **written}
    schema = config.get("schema") or (file.parts[1] if kind == "model" and len(file.parts) > 2 else "main")
    return {
        "unique_id": f"{kind}.{NAME}.{name}",
        "resource_type": kind,
        "name": name,
        "alias": config.get("alias") or name,
        "package_name": NAME,
        "database": NAME,
        "schema": schema,
        "original_file_path": path,
        "patch_path": f"{NAME}://{properties_file}" if properties_file else None,
        "checksum": {"name": "sha256", "checksum": hashlib.sha256(text.strip().encode()).hexdigest()},
        "config": config,
        "unrendered_config": written,
        "description": entry.get("description", ""),
        "columns": {column["name"]: {"constraints": [], **column} for column in entry.get("columns", [])},
        "tags": config.get("tags", []),
        "meta": config.get("meta", {}),
        "depends_on": {"nodes": nodes, "macros": macros},
        "language": "sql",
        "raw_code": text if kind != "seed" else "",
        "compiled_code": compiled if kind != "seed" else "",
    }


def _render(text: str, config: dict[str, Any], nodes: list[str], macros: list[str], named: Mapping[str, str]) -> str:
    def ref(*names: str) -> str:
        name = names[-1]
        nodes.append(_id_of(name, named))
        path = PurePosixPath(named.get(name, ""))
        schema = path.parts[1] if path.parts[:1] == ("models",) and len(path.parts) > 2 else "main"
        return f'"{NAME}"."{schema}"."{name}"'

    def source(name: str, table: str) -> str:
        nodes.append(f"source.{NAME}.{name}.{table}")
        return f'"{NAME}"."raw"."{table}"'

    def configure(**settings: Any) -> str:
        # what somebody wrote in a properties file wins over nothing, and what stands in the model over both
        config.update(settings)
        return ""

    def is_incremental() -> bool:
        macros.append("macro.dbt.is_incremental")
        return False

    template = Environment(extensions=["jinja2.ext.do"], trim_blocks=False).from_string(text)
    return template.render(
        ref=ref, source=source, config=configure, is_incremental=is_incremental, this=f'"{NAME}"."this"',
        var=lambda name, default=None: default, env_var=lambda name, default="": default, target={"name": "dev"},
        run_started_at="2024-01-01", invocation_id="0", adapter={}, log=lambda *_, **__: "",
    )  # fmt: skip


def _id_of(name: str, named: Mapping[str, str]) -> str:
    kind = {"snapshots": "snapshot", "seeds": "seed"}.get(PurePosixPath(named.get(name, "models/x")).parts[0], "model")
    return f"{kind}.{NAME}.{name}"


def _source(path: str, source: dict[str, Any], table: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    key = f"source.{NAME}.{source['name']}.{table['name']}"
    config = {**source.get("config", {}), **table.get("config", {})}
    inherited = {**source, **config, **{k: v for k, v in table.items() if k != "name"}}
    return key, {
        "unique_id": key,
        "resource_type": "source",
        "name": table["name"],
        "source_name": source["name"],
        "package_name": NAME,
        "database": NAME,
        "schema": source.get("schema", "raw"),
        "identifier": table.get("identifier", table["name"]),
        "original_file_path": path,
        "loader": source.get("loader", ""),
        "loaded_at_field": inherited.get("loaded_at_field"),
        "freshness": inherited.get("freshness"),
        "config": {"enabled": True, **config},
        "description": table.get("description", ""),
        "source_description": source.get("description", ""),
        "columns": {column["name"]: {"constraints": [], **column} for column in table.get("columns", [])},
        "tags": inherited.get("tags", []),
        "meta": inherited.get("meta", {}),
    }


def _tests(path: str, entry: dict[str, Any], owner: str, named: Mapping[str, str]) -> list[dict[str, Any]]:
    columns = [("", entry), *((column["name"], column) for column in entry.get("columns", []))]
    made = []
    for column, holder in columns:
        for written in [*holder.get("data_tests", []), *holder.get("tests", [])]:
            kind, arguments = next(iter(written.items())) if isinstance(written, dict) else (written, {})
            arguments = dict(arguments or {})
            config = {"enabled": True, "severity": "ERROR", **arguments.pop("config", {})}
            arguments = {**arguments, **arguments.pop("arguments", {})}
            namespace, _, name = kind.rpartition(".")
            of_source = owner.split(".")[-2:]
            model = f"{{{{ get_where_subquery(source('{of_source[0]}', '{of_source[1]}')) }}}}"
            to = re.findall(r"ref\('(\w+)'\)", str(arguments.get("to", "")))
            full = "_".join(filter(None, [name, entry["name"], column]))
            made.append(
                {
                    "unique_id": f"test.{NAME}.{full}.{len(made)}",
                    "resource_type": "test",
                    "name": full,
                    "package_name": NAME,
                    "original_file_path": path,
                    "attached_node": owner if owner.startswith("model") else None,
                    "column_name": column or None,
                    "test_metadata": {
                        "name": name,
                        "namespace": namespace or None,
                        "kwargs": {**arguments, "model": model},
                    },
                    "config": config,
                    "depends_on": {"nodes": [*(_id_of(each, named) for each in to), owner]},
                    "checksum": {"name": "none", "checksum": ""},
                }
            )
    return made


def _unit(path: str, entry: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    key = f"unit_test.{NAME}.{entry['model']}.{entry['name']}"
    node = {
        "unique_id": key, "name": entry["name"], "package_name": NAME, "model": entry["model"],
        "original_file_path": path, "config": {"enabled": True, **entry.get("config", {})},
        "depends_on": {"nodes": [f"model.{NAME}.{entry['model']}"]},
    }  # fmt: skip
    return key, node


def _exposure(path: str, entry: dict[str, Any], named: Mapping[str, str]) -> tuple[str, dict[str, Any]]:
    refs = [found for each in entry.get("depends_on", []) for found in re.findall(r"ref\('(\w+)'\)", each)]
    key = f"exposure.{NAME}.{entry['name']}"
    node = {
        **entry, "unique_id": key, "package_name": NAME, "original_file_path": path,
        "depends_on": {"nodes": [_id_of(each, named) for each in refs]},
    }  # fmt: skip
    return key, node


def _macro(path: str, name: str, text: str) -> dict[str, Any]:
    key = f"macro.{NAME}.{name}"
    return {"unique_id": key, "name": name, "package_name": NAME, "original_file_path": path, "macro_sql": text}
