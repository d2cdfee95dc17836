"""The review as OMDS, the Open Metadata Difference Standard that Bitol drafts (RFC-0039): a YAML document a contract.

The draft leaves three things open; here it is read as it recommends: paths are its hybrid notation
(`/schema[name=orders]/properties[name=amount]`), values are given, and no impact is more lenient than its table.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from harness.model.change import BUMPS, Bump, Judged, largest
from harness.model.review import ContractReview, Review
from harness.model.version import next_version
from harness.reporters.plain import inert, plain

API_VERSION = "v1.0.0"
_LISTS = {
    "servers": "server", "schema": "name", "properties": "name", "slaProperties": "property", "quality": "name",
    "relationships": "to", "roles": "role", "support": "channel", "members": "username", "customProperties": "property",
    "authoritativeDefinitions": "url",
}  # fmt: skip
"""A list of the contract -> the key that its entries are told apart by."""
_MAJOR = ("name", "physicalName", "logicalType", "physicalType", "required", "unique", "criticalDataElement")
_MINOR = ("properties", *_MAJOR, "quality")
_HOLDERS = frozenset(
    [*_LISTS, "items", "map", "key", "value", "logicalTypeOptions", "arguments", "verifiedStatements", "constraints"]
)
"""What a path goes on with after an entry, whose name may have dots in it."""
_MARKS = re.compile(r"[\]/\[\\]")


class _Dumper(yaml.SafeDumper):
    """One of our own: other packages teach the shared one their ways."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)


def render(review: Review) -> str:
    """A document for each contract that is there in both versions: the draft cannot say that one is new or gone."""
    documents = [_document(review, each) for each in review.contracts if each.state == "changed"]
    lone = (each for each in review.contracts if each.state != "changed")
    others = [f"# {plain(each.contract)} is {each.state}, which the draft cannot say\n" for each in lone]
    text = yaml.dump_all(documents, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120) if documents else ""
    return inert("".join(others) + text or "# no contract changed\n")


def _document(review: Review, contract: ContractReview) -> dict[str, Any]:
    diffs = [_diff(change) for change in contract.changes]
    counts = Counter(diff["impactLevel"] for diff in diffs)
    needed = largest(_bump(diff["impactLevel"]) for diff in diffs)
    suggested = next_version(contract.version.before, needed)
    return {
        "apiVersion": API_VERSION,
        "kind": "MetadataDifference",
        "sourceKind": "DataContract",
        "source1": {"id": contract.contract, "version": contract.version.before},
        "source2": {"id": contract.contract, "version": contract.version.after},
        "scope": "all",
        "impact": {level: counts[level.upper()] for level in ("major", "minor", "patch")},
        **({"suggestedVersion": suggested} if suggested else {}),
        "diffs": diffs,
        "customProperties": [{"property": "generatedBy", "value": f"contract-harness/{review.harness_version}"}],
    }


def _bump(level: str) -> Bump:
    return next(bump for bump in BUMPS if bump == level.lower())


def _diff(change: Judged) -> dict[str, Any]:
    path, key = change.change.leaves[0] if change.change.leaves else (change.change.path, "")
    steps = [*_steps(path), *([(key, "")] if key else [])]
    before, after = change.change.before, change.change.after
    kind = "CHANGE" if (before is None) is (after is None) else "ADD" if before is None else "REMOVE"
    section = steps[0][0] if steps else "id"
    # of an entry that comes or goes, the field is the list that it stands in
    field = steps[-1][0] if steps else "id"
    sides = {"value1": _plain(before)} if before is not None else {}
    sides |= {"value2": _plain(after)} if after is not None else {}
    return {
        "type": kind,
        "section": section,
        "field": field,
        "path": "".join(f"/{name}{f'[{_LISTS[name]}={entry}]' if entry else ''}" for name, entry in steps) or "/",
        **sides,
        "message": plain(change.message),
        "impactLevel": _level(kind, section, field, change.bump),
    }


def _steps(path: str) -> Iterator[tuple[str, str]]:
    """`schema.marts.orders.properties.id` -> `schema` with its entry `marts.orders`, `properties` with `id`."""
    parts = path.split(".") if path else []
    while parts:
        name, entry = parts.pop(0), list[str]()
        while name in _LISTS and parts and (not entry or parts[0] not in _HOLDERS):
            entry.append(parts.pop(0))
        yield name, _MARKS.sub("_", ".".join(entry))


def _level(kind: str, section: str, field: str, bump: Bump) -> str:
    """The stricter of the draft's table and of what the rule says."""
    if section == "schema":
        table: dict[str, Bump] = {
            "REMOVE": "major",
            "CHANGE": "major" if field in _MAJOR else "minor" if field == "quality" else "patch",
            "ADD": "minor" if field in _MINOR else "patch",
        }
    else:
        table = {"REMOVE": "minor", "CHANGE": "patch" if field == "contractCreatedTs" else "minor", "ADD": "patch"}
    return largest((table[kind], bump)).upper()


def _plain(value: Any) -> Any:
    """The value without the marks of the file it was read from."""
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else value
