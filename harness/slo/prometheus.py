"""Service levels as metrics in the text format of Prometheus, for a file that its node exporter reads, or a gateway.

Source: https://prometheus.io/docs/instrumenting/exposition_formats/.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from harness.model.audit import SlaStatus
from harness.model.result import VerdictOutcome

STATES = ("ok", "burning", "spent", "too-few", "unknown")
_COUNTS = ("kept", "late", "missed", "unknown")
Labels = tuple[tuple[str, str], ...]
Sample = tuple[Labels, float]


def metrics(slas: Sequence[SlaStatus], as_of: datetime, verdict: VerdictOutcome) -> str:
    """One gauge family after another; of what is not known there is no sample."""
    families: tuple[tuple[str, str, list[Sample]], ...] = (
        ("harness_audit_timestamp_seconds", "The time that the audit looked at.", [((), as_of.timestamp())]),
        (
            "harness_audit_verdict",
            "1 for what the audit ended in.",
            [((("outcome", each.value),), float(each is verdict)) for each in VerdictOutcome],
        ),
        (
            "harness_sla_objective_ratio",
            "The share of deliveries that is to be kept.",
            [(labels_of(sla), sla.budget.objective / 100) for sla in slas],
        ),
        (
            "harness_sla_deliveries",
            "Deliveries of the window by what became of them.",
            [
                ((*labels_of(sla), ("state", state)), float(getattr(sla.budget, state)))
                for sla in slas
                for state in _COUNTS
            ],
        ),
        (
            "harness_sla_error_budget_remaining_ratio",
            "What is left of the error budget: 1 is untouched, 0 or less is spent.",
            [(labels_of(sla), sla.budget.left) for sla in slas if sla.budget.left is not None],
        ),
        (
            "harness_sla_burn_rate",
            "How many times as fast as allowed the budget goes, over the long and the short window.",
            [
                ((*labels_of(sla), ("window", window)), burn)
                for sla in slas
                for window, burn in (("long", sla.budget.burn_long), ("short", sla.budget.burn_short))
                if burn is not None
            ],
        ),
        (
            "harness_sla_state",
            "1 for the state of the budget.",
            [
                ((*labels_of(sla), ("state", state)), float(sla.budget.state == state))
                for sla in slas
                for state in STATES
            ],
        ),
    )
    return "".join(f"{line}\n" for name, text, samples in families for line in _family(name, text, samples))


def labels_of(sla: SlaStatus) -> Labels:
    """What tells one service level from another."""
    pairs = (
        ("contract", sla.contract),
        ("layer", sla.layer),
        ("owner", sla.owner),
        ("table", sla.table),
        ("property", sla.property),
        ("element", sla.element),
    )
    return tuple((name, value) for name, value in pairs if value)


def selector(labels: Iterable[tuple[str, str]]) -> str:
    """Labels in braces, as samples and queries write them."""
    return "{" + ",".join(f'{name}="{_escaped(value)}"' for name, value in labels) + "}"


def _family(name: str, text: str, samples: Sequence[Sample]) -> Iterator[str]:
    if not samples:
        return
    yield f"# HELP {name} {text}"
    yield f"# TYPE {name} gauge"
    for labels, value in samples:
        yield f"{name}{selector(labels) if labels else ''} {value:.12g}"


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
