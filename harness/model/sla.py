"""The names of service levels: ODCS writes them in any case, and gives most a synonym of two letters.

Source: ODCS, service-level agreement, https://bitol-io.github.io/open-data-contract-standard/latest/service-level-agreement/.
"""

SYNONYMS: dict[str, tuple[str, ...]] = {
    "availability": ("av",),
    "throughput": ("th",),
    "errorRate": ("er",),
    "generalAvailability": ("ga",),
    "endOfSupport": ("es",),
    "endOfLife": ("el",),
    "retention": ("re",),
    "frequency": ("fy",),
    "latency": ("ly",),
    "freshness": ("fr",),
    "timeOfAvailability": ("ta",),
    "timeToDetect": ("td",),
    "timeToNotify": ("tn",),
    "timeToRepair": ("tr",),
}
"""Canonical name -> its synonyms. `freshness` is the older word for `latency`; both are the age of the newest row."""

_CANONICAL = {spelling.lower(): name for name, synonyms in SYNONYMS.items() for spelling in (name, *synonyms)}


def canonical_sla(name: str) -> str | None:
    """The canonical name of a service level written as `name`, or None when the standard does not know it."""
    return _CANONICAL.get(name.strip().lower())
