"""`harness.yaml` and the folders it points at -> Project."""

import json
import os
from collections.abc import Callable, Mapping
from datetime import datetime
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import jsonschema_rs

from harness.load.alerts import alerts_in
from harness.load.checks import parse_check_file
from harness.load.contract import parse_contract
from harness.load.did_you_mean import did_you_mean
from harness.load.governance import governance_in
from harness.load.healing import remedies_in
from harness.load.place import place_of
from harness.load.policy import policy_in
from harness.load.sequence import sequence_in
from harness.load.settings import FILE, VARIABLE, expand, seconds
from harness.load.waivers import parse_waivers
from harness.load.yaml import MAX_BYTES, read
from harness.model.contract import Server
from harness.model.errors import DocumentError, ProjectError
from harness.model.governance import Governance
from harness.model.location import Location
from harness.model.number import rounded
from harness.model.project import (
    AuditSettings,
    CheckFile,
    Document,
    HandoffSettings,
    HistorySettings,
    LineageSources,
    Policy,
    Project,
    Publishing,
    Violation,
    WaiverFile,
)
from harness.slo.schedule import cron_of, zone_named

CONTRACT_ENDINGS = (".odcs.yaml", ".odcs.yml")
WAIVER_ENDINGS = (".yaml", ".yml")
CHECK_ENDINGS = (".soda.yml", ".soda.yaml", ".sql")
LOOKALIKES = (".yaml", ".yml", ".json")
"""A file in `contracts` or `checks` with such an ending was meant to be read; in `checks`, `.sql` too."""
T = TypeVar("T")
_PLACES = ("type", "schema", "catalog", "project", "dataset", "port")
_SHORTEST_SECRET = 4


def load_project(root: Path, environ: Mapping[str, str]) -> Project:
    """The project in the folder `root`.

    A contract, check or waiver file that cannot be read is kept with its error; only `harness.yaml`
    itself, and folders that it names in vain, raise ProjectError.
    """
    path = root / FILE
    if not path.is_file():
        hint = f"name the folder with --project, or write one that holds 'version: 1' and 'name: ...' to {path}"
        raise ProjectError(f"there is no {FILE} in {root}", hint=hint)
    files: dict[str, bytes] = {}
    data = _settings(_text_of(path, files))
    contracts, checks = data.get("contracts", "contracts"), data.get("checks", "checks")
    return Project(
        name=data["name"],
        root=root,
        file=FILE,
        contracts_dir=contracts,
        checks_dir=checks,
        reports_dir=data.get("reports", "reports"),
        as_of=_moment(data),
        servers={name: _server(name, entry, environ) for name, entry in data.get("servers", {}).items()},
        default_server=data.get("server", ""),
        secrets=_secrets(data, environ),
        statement_timeout=seconds(data, ["statement_timeout"], "5 m"),
        openlineage=_openlineage(data),
        lineage=_lineage(data, environ),
        history=_history(data, environ),
        audit=_audit(data),
        publishing=_publishing(data),
        ignored_tables=tuple(data.get("ignore_tables", ())),
        policy=policy_in(data),
        remedies=remedies_in(data),
        alerts=alerts_in(data),
        governance=governance_in(data),
        handoff=HandoffSettings(**data.get("handoff", {})),
        sequence=sequence_in(data),
        documents=_documents(root, _folder(root, data, "contracts", contracts), files),
        checks=_checks(root, _folder(root, data, "checks", checks), files),
        waivers=_waivers(root, data, files),
        files=files,
    )


class Judging(NamedTuple):
    """What a `harness.yaml` says of how its contracts are judged."""

    name: str
    contracts_dir: str
    policy: Policy
    governance: Governance | None


def judging_in(text: str) -> Judging:
    """What the text of a `harness.yaml` says. Raises ProjectError."""
    data = _settings(text)
    return Judging(data["name"], data.get("contracts", "contracts"), policy_in(data), governance_in(data))


def _text_of(path: Path, files: dict[str, bytes]) -> str:
    try:
        files[FILE] = path.read_bytes()
        return files[FILE].decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ProjectError(f"{FILE} cannot be read: {error}") from None


def _settings(text: str) -> Any:
    try:
        data = read(text, FILE)
    except DocumentError as error:
        raise ProjectError(error.message, at=error.at) from None
    schema = project_schema()
    if not jsonschema_rs.is_valid(schema, rounded(data)):
        raise _settings_error(schema, data)
    if data.get("server") and data["server"] not in data.get("servers", {}):
        raise ProjectError(
            f"`server` names {data['server']!r}, which `servers` lacks", at=place_of(data, ["server"], FILE)
        )
    return data


def project_schema() -> dict[str, Any]:
    """The JSON Schema of `harness.yaml`."""
    schema: dict[str, Any] = json.loads(
        (resources.files("harness.load") / "project.schema.json").read_text(encoding="utf-8")
    )
    return schema


def _settings_error(schema: dict[str, Any], data: Any) -> ProjectError:
    """The first error, explained by the slower validator that knows why."""
    from jsonschema import Draft202012Validator

    errors = sorted(Draft202012Validator(schema).iter_errors(data), key=lambda e: list(map(str, e.absolute_path)))
    if not errors:
        return ProjectError(f"{FILE} breaks its JSON Schema", at=Location(FILE))
    error = errors[0]
    path = list(error.absolute_path)
    if error.validator == "additionalProperties" and isinstance(error.instance, dict):
        known = list(error.schema.get("properties", {}))
        key = next(key for key in error.instance if key not in known)
        hint = did_you_mean(key, known) or "known keys: " + ", ".join(known)
        return ProjectError(f"the key `{key}` does not exist here", at=place_of(data, [*path, key], FILE), hint=hint)
    where = ".".join(map(str, path)) or FILE
    return ProjectError(f"{where}: {error.message}", at=place_of(data, path, FILE))


def _moment(data: Any) -> datetime | None:
    if "as_of" not in data:
        return None
    try:
        moment = datetime.fromisoformat(data["as_of"])
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        message = f"as_of {data['as_of']!r} is no ISO 8601 time with an offset, such as 2014-01-01T12:00:00Z"
        raise ProjectError(message, at=place_of(data, ["as_of"], FILE))
    return moment


def _server(name: str, entry: Any, environ: Mapping[str, str]) -> Server:
    stated = VARIABLE.fullmatch(str(entry.get("password", "${_}")))
    if not stated or stated[2]:
        hint = "write `password: ${VARIABLE}`, and set that variable"
        raise ProjectError(
            f"the password of the server {name} is written out", at=place_of(entry, ["password"], FILE), hint=hint
        )
    values = {key: expand(value, environ, place_of(entry, [key], FILE)) for key, value in entry.items()}
    return Server(at=Location(FILE, *entry.mark), name=name, type=values.pop("type"), settings=values)


def _secrets(data: Any, environ: Mapping[str, str]) -> dict[str, str]:
    """Names of places inside a server are no secrets, and words as short as `main` would blot out whole messages."""
    texts = [
        value
        for entry in data.get("servers", {}).values()
        for key, value in entry.items()
        if isinstance(value, str) and key not in _PLACES
    ]
    texts.append(data.get("history", {}).get("url", ""))
    names = [found[1] for text in texts for found in VARIABLE.finditer(text)]
    return {environ[name]: name for name in names if len(environ.get(name, "")) >= _SHORTEST_SECRET}


def _openlineage(data: Any) -> dict[str, Any]:
    return {**data.get("openlineage", {}), "timeout": seconds(data, ["openlineage", "timeout"], "10 s")}


def _history(data: Any, environ: Mapping[str, str]) -> HistorySettings:
    url = expand(data.get("history", {}).get("url", ""), environ, place_of(data, ["history", "url"], FILE))
    return HistorySettings(url, seconds(data, ["history", "keep"], "400 d"))


def _audit(data: Any) -> AuditSettings:
    settings = AuditSettings(**data.get("audit", {}))
    for key, parse in (("schedule", cron_of), ("timezone", zone_named)):
        try:
            if written := getattr(settings, key):
                parse(written)
        except ValueError as error:
            raise ProjectError(str(error), at=place_of(data, ["audit", key], FILE)) from None
    return settings


def _publishing(data: Any) -> Publishing:
    entry = data.get("publish", {})
    folder = entry.get("folder", Publishing().folder)
    _inside(data, "publish", folder)
    return Publishing(folder, entry.get("backfill", {}))


def _lineage(data: Any, environ: Mapping[str, str]) -> LineageSources:
    entry = data.get("lineage", {})

    def paths(key: str) -> tuple[str, ...]:
        value = entry.get(key, [])
        at = place_of(data, ["lineage", key], FILE)
        return tuple(expand(path, environ, at) for path in ([value] if isinstance(value, str) else value))

    return LineageSources(
        dbt="".join(paths("dbt")), dbt_project="".join(paths("dbt_project")), sql=paths("sql"), events=paths("events")
    )


def _folder(root: Path, data: Any, key: str, name: str) -> Path:
    """The folder that `key` names; only that of the checks may be missing, and only when nobody named it."""
    folder, at = root / name, _inside(data, key, name)
    if not folder.is_dir() and (key in data or key == "contracts"):
        raise ProjectError(f"the folder {name} does not exist", at=at, hint=f"create it, or set `{key}`")
    return folder


def _inside(data: Any, key: str, name: str) -> Location:
    """The place of `key`, whose value must not lead out of the project."""
    at = place_of(data, [key], FILE)
    if Path(name).is_absolute() or ".." in Path(name).parts:
        raise ProjectError(f"{name} is outside the project", at=at, hint=f"name a place below {FILE}")
    return at


def _waivers(root: Path, data: Any, files: dict[str, bytes]) -> WaiverFile:
    """The file that `waivers` names; it may be missing only when nobody named it."""
    name = data.get("waivers", WaiverFile().file)
    at = _inside(data, "waivers", name)
    if not os.path.lexists(root / name):
        if "waivers" in data:
            raise ProjectError(f"the file {name} does not exist", at=at, hint="create it, or set `waivers`")
        return WaiverFile(file=name)

    def unread(file: str, error: Violation) -> WaiverFile:
        return WaiverFile(file=file, violations=(error,))

    return _read(root / name, root, WAIVER_ENDINGS, parse_waivers, unread, files)


def _documents(root: Path, folder: Path, files: dict[str, bytes]) -> tuple[Document, ...]:
    def unread(file: str, error: Violation) -> Document:
        return Document(file=file, error=error)

    paths = _files(folder, LOOKALIKES)
    return tuple(_read(path, root, CONTRACT_ENDINGS, parse_contract, unread, files) for path in paths)


def _checks(root: Path, folder: Path, files: dict[str, bytes]) -> tuple[CheckFile, ...]:
    def unread(file: str, error: Violation) -> CheckFile:
        return parse_check_file("", file, error)

    paths = _files(folder, (*LOOKALIKES, ".sql"))
    return tuple(_read(path, root, CHECK_ENDINGS, parse_check_file, unread, files) for path in paths)


def _files(folder: Path, endings: tuple[str, ...]) -> list[Path]:
    """Every file below `folder` that was meant to be read; a part that cannot be seen is an error, not nothing."""

    def refuse(error: OSError) -> None:
        raise ProjectError(f"the folder {error.filename} cannot be read: {error.strerror}")

    found: list[Path] = []
    for parent, folders, names in os.walk(folder, onerror=refuse) if folder.is_dir() else ():
        links = [name for name in folders if (Path(parent) / name).is_symlink()]
        if links:
            raise ProjectError(f"{Path(parent) / links[0]} is a link to a folder, which is not followed")
        found += [Path(parent) / name for name in names if name.lower().endswith(endings)]
    return sorted(found)


def _read(
    path: Path,
    root: Path,
    endings: tuple[str, ...],
    parse: Callable[[str, str], T],
    unread: Callable[[str, Violation], T],
    files: dict[str, bytes],
) -> T:
    """What `parse` makes of the file, or `unread` of why it cannot be read; its bytes are added to `files`."""
    file = path.relative_to(root).as_posix()
    if not path.name.endswith(endings):
        message = f"the file is not read: its name does not end in {' or '.join(endings)}"
        return unread(file, Violation(Location(file), "", message, "rename it, or move it elsewhere"))
    try:
        with path.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            # never a part of it: the clauses behind the cut would be lost without a word
            return unread(file, Violation(Location(file), "", f"the file is larger than {MAX_BYTES:,} bytes"))
        files[file] = content
        text = content.decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        return unread(file, Violation(Location(file), "", f"the file cannot be read: {error}"))
    return parse(text, file)
