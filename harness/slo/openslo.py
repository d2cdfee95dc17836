"""Service levels as OpenSLO v1: a Service for each contract, and an SLO for each promise, on our own metrics.

Source: https://github.com/OpenSLO/OpenSLO, version 1.
"""

import re
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import yaml

from harness.model.audit import SlaStatus
from harness.slo.prometheus import labels_of, selector

_VERSION = "openslo/v1"
_MOST = 63
_DURATION = re.compile(r"\s*(\d+)\s*([A-Za-z]+)\s*\Z", re.ASCII)
_ISO = re.compile(r"P(\d+)([DWMY])\Z", re.ASCII)
_POSTFIX = {
    "min": "m", "minute": "m", "h": "h", "hr": "h", "hour": "h", "d": "d", "day": "d", "w": "w", "week": "w",
    "mo": "M", "month": "M", "y": "Y", "yr": "Y", "year": "Y",
}  # fmt: skip
_NAMELESS = re.compile(r"[^a-z0-9]+")


def documents(slas: Sequence[SlaStatus]) -> str:
    """A stream of YAML documents; a comment names what the standard has no words for."""
    said, left = list[dict[str, Any]](), list[str]()
    names: dict[str, int] = {}
    services: dict[str, str] = {}
    for sla in slas:
        if sla.contract not in services:
            services[sla.contract] = _unique(_name(sla.contract), names)
            said.append(_service(services[sla.contract], sla))
    for sla in slas:
        if sla.budget.objective >= 100:
            left.append(f"{_title(sla)}: an objective of 100 % cannot be said, for a target is below 1")
            continue
        name = _unique(_name(f"{sla.contract} {sla.table} {sla.element.rpartition('.')[2]} {sla.property}"), names)
        said.append(_slo(name, services[sla.contract], sla))
    comments = "".join(f"# {_line(text)}\n" for text in left)
    return comments + yaml.safe_dump_all(said, sort_keys=False, allow_unicode=True, width=110, explicit_start=True)


def _service(name: str, sla: SlaStatus) -> dict[str, Any]:
    spec = {"description": f"The data contract {sla.contract} {sla.version}".rstrip() + "."}
    metadata: dict[str, Any] = {"name": name, "displayName": sla.contract, "labels": _labels(sla)}
    return {"apiVersion": _VERSION, "kind": "Service", "metadata": metadata, "spec": spec}


def _slo(name: str, service: str, sla: SlaStatus) -> dict[str, Any]:
    of = labels_of(sla)
    spec: dict[str, Any] = {
        "description": f"{_title(sla)}: {sla.budget.objective:g} % of deliveries over {sla.budget.window}."[:1050],
        "service": service,
        "indicator": {
            "metadata": {"name": _cut(f"{name}-sli")},
            "spec": {
                "ratioMetric": {
                    "counter": False,
                    "good": _source(f"harness_sla_deliveries{selector((*of, ('state', 'kept')))}"),
                    "total": _source(f"sum(harness_sla_deliveries{selector(of)})"),
                }
            },
        },
        **_window(sla.budget.window),
        "budgetingMethod": "Occurrences",
        "objectives": [{"displayName": "kept", "target": round(sla.budget.objective / 100, 9)}],
    }
    metadata = {"name": name, "displayName": _title(sla), "labels": _labels(sla)}
    return {"apiVersion": _VERSION, "kind": "SLO", "metadata": metadata, "spec": spec}


def _source(query: str) -> dict[str, Any]:
    return {"metricSource": {"type": "Prometheus", "spec": {"query": query}}}


def _window(text: str) -> dict[str, Any]:
    """A number of deliveries is no time, so there is no window then."""
    found = _DURATION.match(text)
    unit = _POSTFIX.get(found[2].lower(), _POSTFIX.get(found[2].lower().removesuffix("s"), "")) if found else ""
    if not unit and (found := _ISO.match(text)):
        unit = found[2] if found[2] in "MY" else found[2].lower()
    return {"timeWindow": [{"duration": f"{int(found[1])}{unit}", "isRolling": True}]} if found and unit else {}


def _labels(sla: SlaStatus) -> dict[str, str]:
    pairs = (("layer", sla.layer), ("owner", sla.owner))
    return {key: text for key, value in pairs if (text := re.sub(r"[^A-Za-z0-9._-]+", "-", value).strip("._-")[:_MOST])}


def _title(sla: SlaStatus) -> str:
    return f"{sla.property} of {sla.element or sla.table} ({sla.contract})"


def _name(text: str) -> str:
    return _cut(_NAMELESS.sub("-", text.lower()).strip("-") or "unnamed")


def _cut(name: str) -> str:
    """At most 63 characters that still tell two long names apart."""
    return name if len(name) <= _MOST else f"{name[:54].rstrip('-')}-{sha256(name.encode()).hexdigest()[:8]}"


def _unique(name: str, names: dict[str, int]) -> str:
    names[name] = names.get(name, 0) + 1
    return name if names[name] == 1 else _cut(f"{name}-{names[name]}")


def _line(text: str) -> str:
    return " ".join(text.split())
