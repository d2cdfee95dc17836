"""A reconciliation for people, and as JSON for programs."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from harness.model.reconciliation import ComparedColumn, Divergence, Pair, Reconciliation, Traffic
from harness.reporters.plain import encodable, inert, plain
from harness.reporters.words import plural

_WORDS: dict[bool | None, tuple[str, str]] = {
    True: ("✓ EQUAL", "Exit code 0: the tables are equal."),
    False: ("✗ DIFFERENT", "Exit code 1: the tables differ."),
    None: ("? COULD NOT TELL", "Exit code 3: undecided is never equal."),
}
_STEPS = 9
"""Letters of the longest step."""


def as_json(found: Reconciliation) -> str:
    """One document. Its keys: docs/reconcile.md."""
    document = {
        "equal": found.equal,
        "reason": found.reason or None,
        "share": found.share,
        "missing": found.missing,
        "extra": found.extra,
        "different": found.different,
        "complete": found.is_complete,
        "columns": {each.name: _column(each) for each in found.columns},
        "missing_columns": list(found.only_a),
        "extra_columns": list(found.only_b),
        "ignored_columns": list(found.ignored),
        "first_divergence": _divergence(found.first) if found.first else None,
        "a": found.a,
        "b": found.b,
        "key": list(found.key),
        "proven_at": found.proven_at.value if found.proven_at else None,
        "rows": _pair(found.rows),
        "equal_rows": found.same,
        "left_out": _pair(found.left_out),
        "null_keys": _pair(found.null_keys),
        "duplicate_keys": _pair(found.duplicate_keys),
        "steps": [
            {"step": each.step.value, "found": each.said, "seconds": round(each.seconds, 3)} for each in found.steps
        ],
        "traffic": {side: _traffic(each) for side, each in zip("ab", found.traffic, strict=True)},
        "samples": [_divergence(each) for each in found.samples],
        "not_shown": list(found.hidden),
    }
    return inert(encodable(json.dumps(document, indent=2, ensure_ascii=False)), hash="\\u0023") + "\n"


def as_text(found: Reconciliation) -> str:
    """The verdict, what differs, how it was proven and what was moved."""
    verdict, code = _WORDS[found.equal]
    lines = [f"A {plain(found.a)}", f"B {plain(found.b)}", f"key {plain(', '.join(found.key))}", ""]
    lines.append(f"{verdict}{_proof(found)}")
    lines += [f"  {line}" for line in (*_rows(found), *_columns(found), *_firsts(found))]
    if found.steps:
        lines.append("")
        lines += [f"{each.step.value:{_STEPS}} {each.seconds:7.2f} s  {plain(each.said)}" for each in found.steps]
        moved = (f"{side} {_moved(each)}" for side, each in zip("AB", found.traffic, strict=True))
        lines += [f"{'moved':{_STEPS}} {'; '.join(moved)}"]
    return inert("\n".join([*lines, "", code])) + "\n"


RECONCILIATIONS: Mapping[str, Callable[[Reconciliation], str]] = {"text": as_text, "json": as_json}


def _column(each: ComparedColumn) -> dict[str, Any]:
    return {
        "compared_as": each.kind or None,
        "tolerance": each.tolerance or None,
        "different": each.different,
        "nulls": _pair(each.nulls) if each.nulls else None,
        "differs_in": list(each.apart),
        "totals": {name: {"a": mine, "b": theirs} for name, (mine, theirs) in each.totals.items()},
        "could_not_tell": each.untold or None,
    }


def _divergence(each: Divergence) -> dict[str, Any]:
    return {
        "difference": each.difference.value,
        "key": dict(each.key),
        "columns": list(each.columns),
        "values": {name: {"a": mine, "b": theirs} for name, mine, theirs in each.values},
    }


def _pair(pair: Pair) -> dict[str, int]:
    return {"a": pair.a, "b": pair.b}


def _traffic(each: Traffic) -> dict[str, int]:
    return {"statements": each.statements, "rows": each.rows, "bytes": each.bytes}


def _proof(found: Reconciliation) -> str:
    if found.equal is None:
        return f": {plain(found.reason, 2000)}"
    every = found.same + found.missing + found.extra + found.different
    if found.equal:
        step = f", proven by the step `{found.proven_at.value}`" if found.proven_at else ""
        rows = f"{'all ' if found.same > 1 else ''}{plural(found.same, 'row')}"
        return f": {rows}{step}" if found.same else ": both are empty"
    if found.share is None:
        return ": how many rows is not known"
    return f": {found.same:,} of {every:,} rows are equal ({_percent(found.share)})"


def _percent(share: float) -> str:
    """Never rounds a few differing rows up to all, nor a few equal ones down to none."""
    if 0 < share < 0.0001 or 0.9999 < share < 1:
        return "< 0.01 %" if share < 0.5 else "> 99.99 %"
    return f"{100 * share:.2f} %"


def _rows(found: Reconciliation) -> list[str]:
    least = "" if found.is_complete else "at least "
    told = [
        (found.missing, "missing", "in A, not in B"),
        (found.extra, "extra", "in B, not in A"),
        (found.different, "different", "in both, with other values"),
    ]
    lines = [f"{name:{_STEPS}} {least}{plural(number, 'row')}  {means}" for number, name, means in told if number]
    sides = [
        (found.left_out, "left out", "younger than the lag, or their other half is"),
        (found.null_keys, "NULL keys", "rows without a whole key are never paired: alike or not, row by row"),
        (found.duplicate_keys, "shared", "keys that several rows have; those are never paired either"),
    ]
    return lines + [
        f"{name:{_STEPS}} {pair.a:,} in A, {pair.b:,} in B  {means}" for pair, name, means in sides if pair != Pair()
    ]


def _columns(found: Reconciliation) -> list[str]:
    lines = []
    for each in found.columns:
        name = plain(each.name)
        if each.untold:
            lines.append(f"{name}: could not be compared: {plain(each.untold)}")
        elif each.different:
            lines.append(f"{name}: {_differ(each.different)} (compared as {each.kind}{_borne(each)}){_totals(each)}")
        elif each.different is None and each.apart:
            lines.append(f"{name}: differs in {', '.join(each.apart)}{_totals(each)}")
    lines += [f"{plain(name)}: only A has this column" for name in found.only_a]
    return lines + [f"{plain(name)}: only B has this column" for name in found.only_b]


def _differ(rows: int) -> str:
    return f"{plural(rows, 'row')} {'differs' if rows == 1 else 'differ'}"


def _borne(each: ComparedColumn) -> str:
    return f", {each.tolerance} apart at most" if each.tolerance else ""


def _totals(each: ComparedColumn) -> str:
    said = [
        f"{name} {_value(mine)} / {_value(theirs)}"
        for name, (mine, theirs) in each.totals.items()
        if name in each.apart
    ]
    return f"; {', '.join(said)}" if said else ""


def _firsts(found: Reconciliation) -> list[str]:
    lines = [f"first     {_said(found.first)}"] if found.first else []
    lines += [f"row       {_said(each)}" for each in found.samples]
    return lines + [f"not shown {plain(why)}" for why in found.hidden]


def _said(each: Divergence) -> str:
    key = ", ".join(f"{plain(name)} {_value(value)}" for name, value in each.key)
    if each.values:
        values = (f"{plain(name)} {_value(mine)} / {_value(theirs)}" for name, mine, theirs in each.values)
        return f"{key}: {', '.join(values)}"
    columns = f" in {plain(', '.join(each.columns))}" if each.columns else ""
    return f"{key}: {each.difference.value}{columns}"


def _value(value: str | None) -> str:
    return "NULL" if value is None else plain(value)


def _moved(each: Traffic) -> str:
    size = f"{each.bytes:,} bytes" if each.bytes < 10_000 else f"{each.bytes / 1000:,.0f} kB"
    return f"{size} in {each.statements} statements, {each.rows:,} rows fetched"
