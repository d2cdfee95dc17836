"""What `harness.yaml` says of how strictly contracts are held -> Policy."""

from typing import Any

from harness.load.place import keys_of, place_of
from harness.load.settings import FILE
from harness.load.thresholds import clash_of
from harness.model.errors import ProjectError
from harness.model.project import Goal, Policy
from harness.model.result import Dimension, Severity
from harness.model.sla import canonical_sla
from harness.model.threshold import from_text
from harness.slo.calendar import calendar_of

DEFAULT_GOALS: dict[str, tuple[str, str]] = {
    "freshness": ("< 1 h", "> 2 h"),
    "completeness": ("> 99 %", "< 95 %"),
    "uniqueness": ("= 100 %", "< 100 %"),
    "validity": ("> 99 %", "< 95 %"),
    "accuracy": ("= 100 %", "< 99.9 %"),
}
DEFAULT_SEVERITIES: dict[str, dict[str, Severity | None]] = {
    # sources grow by themselves; what others build on does not
    "column-undeclared": {"raw": Severity.WARNING, "staging": Severity.WARNING},
}


def policy_in(data: Any) -> Policy:
    """The policy; what is not said is as by default. Raises ProjectError for what means nothing."""
    written = data.get("dimensions", {})
    goals = {}
    for name, (target, alert) in DEFAULT_GOALS.items():
        entry = written.get(name, {"target": target, "alert": alert})
        goals[Dimension(name)] = _goal(entry, name, data)
    sla = tuple(data.get("required_sla", ()))
    compatibility = data.get("compatibility", {})
    for index, name in enumerate(sla):
        if canonical_sla(name) is None:
            raise ProjectError(
                f"{name!r} is no service level of ODCS", at=place_of(data, ["required_sla", index], FILE)
            )
    return Policy(
        fail_on=Severity(data.get("fail_on", "error")),
        goals=goals,
        severities=DEFAULT_SEVERITIES | {rule: _severities(entry) for rule, entry in data.get("rules", {}).items()},
        places=keys_of(data.get("rules"), FILE),
        classifications=tuple(data.get("classifications", ())),
        sample_classifications=tuple(data.get("sample_classifications", ["public"])),
        required_sla=tuple(canonical_sla(name) or name for name in sla),
        max_waiver_days=data.get("max_waiver_days", Policy().max_waiver_days),
        compatibility={key: mode for key, mode in compatibility.items() if key != "contracts"},
        contract_compatibility=compatibility.get("contracts", {}),
        objectives=data.get("objectives", {}),
        approve_spent=data.get("budgets", {}).get("spent") == "needs-approval",
        calendars=_calendars(data),
    )


def _calendars(data: Any) -> dict[str, Any]:
    """The calendars as they are written; each could be read."""
    written: dict[str, Any] = data.get("calendars", {})
    for layer, entry in written.items():
        try:
            calendar_of(entry)
        except ValueError as error:
            raise ProjectError(str(error), at=place_of(data, ["calendars", layer], FILE)) from None
    return written


def _goal(entry: Any, name: str, data: Any) -> Goal:
    try:
        (target, unit), (alert, alert_unit) = from_text(entry["target"]), from_text(entry["alert"])
    except (ValueError, OverflowError) as error:
        raise ProjectError(str(error), at=place_of(data, ["dimensions", name], FILE)) from None
    expected = "seconds" if name == "freshness" else "percent"
    if unit != expected or alert_unit != expected:
        message = f"the target and the alert of {name} must be in {'a unit of time' if expected == 'seconds' else '%'}"
        raise ProjectError(message, at=place_of(data, ["dimensions", name], FILE))
    if clash := clash_of(target, alert):
        raise ProjectError(f"{name}: {clash}", at=place_of(data, ["dimensions", name, "alert"], FILE))
    return Goal(target, alert, unit)


def _severities(entry: Any) -> dict[str, Severity | None]:
    by_layer = entry if isinstance(entry, dict) else {"*": entry}
    return {layer: None if value == "off" else Severity(value) for layer, value in by_layer.items()}
