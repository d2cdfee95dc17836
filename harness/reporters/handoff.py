"""What a hand-off record says, for people."""

from collections.abc import Mapping, Sequence
from typing import Any

from harness.model.handoff import Condition
from harness.reporters.plain import inert, plain


def summary(name: str, record: Mapping[str, Any], conditions: Sequence[Condition]) -> str:
    """Whether it is complete and why not, then the numbers."""
    head = f"{plain(name)}   hand-off   {record['handoff']['status'].upper()}"
    lines = [f"{'✓' if all(each.holds for each in conditions) else '✗'} {head}", ""]
    for each in conditions:
        said = [each.said] if each.holds else list(each.why_not)
        lines.append(f"  {'✓' if each.holds else '✗'} {each.phase:14} {plain(said[0])}")
        lines += [f"{'':19}{plain(more)}" for more in said[1:]]
    lines += ["", *_numbers(record), ""]
    return inert("\n".join(lines)) + "\n"


def _numbers(record: Mapping[str, Any]) -> list[str]:
    built, flows, models = record["architecture"], record["pipelines"], record["data_models"]
    quality, healed = record["data_quality"], record["self_healing_log"]
    hours = (
        "no mart promises when" if flows["sla_hours"] is None else f"the strictest mart within {flows['sla_hours']:g} h"
    )
    built_by = f"{models['staging']:,} staging, {models['intermediate']:,} intermediate, {models['marts']:,} marts"
    tests = f"{quality['test_count']:,} tests on {quality['coverage']:g} % of the tables"
    rows = (
        ("from, to", f"{record['handoff']['agent']} to {record['next_agent'] or 'nobody who is named'}"),
        ("architecture", ", ".join(_said(built[key]) for key in ("pattern", "warehouse", "orchestrator"))),
        ("pipelines", f"{flows['total']:,}: {flows['batch']:,} batch, {flows['streaming']:,} streaming; {hours}"),
        ("data models", f"{built_by}; {_said(models['tool'])}"),
        (
            "data quality",
            f"{tests}; freshness of {quality['freshness_monitored']:,}; {quality['waived']:,} failures waived",
        ),
        ("sources", ", ".join(each["table"] for each in record["sources"]) or "none"),
        ("destinations", ", ".join(each["name"] for each in record["destinations"]) or "none"),
        ("documentation", f"{record['documentation']['documents']:,} documents in {record['documentation']['folder']}"),
        ("attempts", f"{len(healed['attempts']):,}, the last one: {healed['final_status']}"),
    )
    return [f"  {title:14} {plain(text)}" for title, text in rows]


def _said(value: Any) -> str:
    return str(value) if value is not None else "not said"
