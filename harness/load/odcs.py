"""Which JSON Schema a contract is held to, and what it breaks: all of it at once, each with its place.

The schemas are those that ship with datacontract-cli; they are read as files, so its slow import is never paid.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from harness.load.did_you_mean import did_you_mean
from harness.load.place import place_of
from harness.load.yaml import Mapping
from harness.model.errors import ProjectError
from harness.model.location import Location
from harness.model.number import rounded
from harness.model.project import Violation

VERSIONS: dict[str, str] = {
    "v3.0.0": "3.0.2",
    "v3.0.1": "3.0.2",
    "v3.0.2": "3.0.2",
    "v3.1.0": "3.1.0",
    "v3.2.0": "3.2.0",
}
"""`apiVersion` -> the schema it is held to; 3.0.2 only clarified 3.0.0 and 3.0.1."""

_INSTALL = 'pip install "datacontract-cli~=1.2.8"'


def violations_of(data: Any, file: str) -> list[Violation]:
    """Every place where the parsed contract breaks the JSON Schema of the version it declares, in the file's order."""
    if not isinstance(data, Mapping):
        return [Violation(Location(file), "", "a contract must be a mapping of keys to values")]
    unknown = _version_violation(data, file)
    if unknown:
        return [unknown]
    version = VERSIONS[data["apiVersion"]]
    fast = _fast_validator(version)
    if fast.is_valid(data) or fast.is_valid(rounded(data)):
        return []
    unexplained = _SchemaError((), f"the contract breaks the JSON Schema of ODCS {version}")
    errors = list(_errors(data, version)) or [unexplained]
    # a key that the standard knows counts as unknown merely because its neighbours are wrong: they are the finding
    real = [e for e in errors if not e.follows]
    found: dict[tuple[Location, str], Violation] = {}
    for error in real or errors:
        violation = Violation(place_of(data, error.path, file), _path_text(error.path), error.message, error.hint)
        known = found.get((violation.at, violation.message))
        if known is None or not known.hint:
            found[violation.at, violation.message] = violation
    return sorted(found.values(), key=lambda v: (v.at, v.path, v.message))


@dataclass(frozen=True, slots=True)
class _SchemaError:
    path: tuple[Any, ...]
    message: str
    hint: str = ""
    follows: bool = False
    """Whether it only follows from another error."""


def _version_violation(data: Mapping, file: str) -> Violation | None:
    version = data.get("apiVersion")
    if isinstance(version, str) and version in VERSIONS:
        return None
    at = Location(file, *data.marks.get("apiVersion", (1, 1)))
    message = "`apiVersion` is missing" if version is None else f"`apiVersion` {version!r} is not supported"
    return Violation(at, "apiVersion", message, "use one of " + ", ".join(VERSIONS))


def _errors(data: Mapping, version: str) -> Iterator[_SchemaError]:
    """Each error; those of an `if/then` or `oneOf` are the errors of its nearest branch."""
    for error in _validator(version).iter_errors(data):
        for leaf in _leaves(error):
            yield from _explain(leaf, version)


def _leaves(error: Any) -> Iterator[Any]:
    branches: dict[Any, list[Any]] = {}
    for child in error.context or ():
        branches.setdefault(child.schema_path[0], []).append(child)
    alternatives = [child for children in branches.values() for child in children]
    if not branches or (error.validator == "oneOf" and all(_is_missing_key(child) for child in alternatives)):
        yield error
        return
    nearest = min(branches.values(), key=lambda errors: (min(_distance(e) for e in errors), len(errors)))
    for child in nearest:
        yield from _leaves(child)


def _is_missing_key(error: Any) -> bool:
    return error.validator == "required" and not error.context


def _distance(error: Any) -> tuple[bool, int]:
    """Prefers the branch that fails for more than its mere type, then the one that got deepest."""
    return (error.validator in ("type", "required", "const", "enum"), -len(error.absolute_path))


def _explain(error: Any, version: str) -> Iterator[_SchemaError]:
    path = tuple(error.absolute_path)
    match error.validator:
        case "additionalProperties" | "unevaluatedProperties" if isinstance(error.instance, dict):
            yield from _unknown_keys(error, path, version)
        case "required":
            missing = re.findall(r"'([^']+)' is a required property", error.message)
            yield _SchemaError(path, f"the key `{missing[0] if missing else '?'}` is missing")
        case "oneOf" if error.context and all(_is_missing_key(child) for child in error.context):
            keys = [key for child in error.context for key in child.validator_value]
            yield _SchemaError(path, "one of these keys is missing: " + ", ".join(keys))
        case "oneOf" if isinstance(error.instance, dict) and (rivals := _rivals(error)):
            yield _SchemaError(path, "only one of these keys may be written: " + ", ".join(rivals))
        case "enum":
            allowed = [str(value) for value in error.validator_value]
            hint = did_you_mean(str(error.instance), allowed) or "one of " + ", ".join(allowed[:12])
            yield _SchemaError(path, f"{error.instance!r} is not allowed here", hint)
        case _:
            yield _SchemaError(path, error.message if len(error.message) < 200 else error.message[:197] + "...")


def _rivals(error: Any) -> list[str]:
    """The written keys of an instance that is valid in several ways: each of them asks for a way of its own."""
    ways = () if error.context else error.validator_value
    keys = {key for way in ways for key in way.get("required", ()) if key in error.instance}
    return [key for key in error.instance if key in keys] if len(keys) > 1 else []


def _unknown_keys(error: Any, path: tuple[Any, ...], version: str) -> Iterator[_SchemaError]:
    here = sorted(_known_keys(error.schema))
    for key in _unexpected(error, here):
        follows = error.validator == "unevaluatedProperties" and key in _all_keys(version)
        message = f"the key `{key}` does not exist here"
        yield _SchemaError((*path, key), message, did_you_mean(key, here), follows)


def _unexpected(error: Any, known: list[str]) -> list[str]:
    """The keys that the message names; its list is the only place where the validator says them."""
    named = re.findall(r"'([^']+)'", error.message.rsplit("(", 1)[-1])
    keys = [key for key in named if key in error.instance]
    return keys or [key for key in error.instance if key not in known]


def _known_keys(schema: Any) -> set[str]:
    if not isinstance(schema, dict):
        return set()
    keys = set(schema.get("properties", {}))
    for part in (*schema.get("allOf", ()), *schema.get("anyOf", ()), *schema.get("oneOf", ()), schema.get("then")):
        keys |= _known_keys(part)
    return keys


@cache
def _all_keys(version: str) -> frozenset[str]:
    """Every key that the standard knows anywhere."""
    keys: set[str] = set()
    left: list[Any] = [_schema(version)]
    while left:
        node = left.pop()
        if isinstance(node, dict):
            keys |= set(node["properties"]) if isinstance(node.get("properties"), dict) else set()
            left.extend(node.values())
        elif isinstance(node, list):
            left.extend(node)
    return frozenset(keys)


@cache
def _fast_validator(version: str) -> Any:
    """A hundred times faster than `_validator`, which explains: a valid contract needs no explanation."""
    from jsonschema_rs import Draft201909Validator

    return Draft201909Validator(_schema(version))


@cache
def _validator(version: str) -> Any:
    from jsonschema import Draft201909Validator

    return Draft201909Validator(_schema(version))


@cache
def _schema(version: str) -> dict[str, Any]:
    spec = find_spec("datacontract")
    if spec is None or spec.origin is None:
        raise ProjectError("datacontract-cli is not installed", hint=_INSTALL)
    path = Path(spec.origin).parent / "schemas" / f"odcs-{version}.schema.json"
    if not path.is_file():
        raise ProjectError(
            f"datacontract-cli ships no schema of ODCS {version}", hint="pip install datacontract-cli~=1.2.8"
        )
    schema: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return schema


def _path_text(path: Iterable[Any]) -> str:
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.lstrip(".")
