"""The stages of a contract's life, in whatever words its `status` has."""

import re
from collections.abc import Mapping
from typing import Any

STAGES: dict[str, frozenset[str]] = {
    "draft": frozenset(
        {"draft", "proposed", "proposal", "development", "indevelopment", "dev", "experimental", "planned", "review",
         "inreview", "test", "testing", "preview", "alpha", "beta"}
    ),
    "active": frozenset(
        {"active", "production", "inproduction", "prod", "live", "published", "released", "stable", "current",
         "approved", "ga", "generallyavailable", "operational"}
    ),
    "deprecated": frozenset({"deprecated", "sunset", "sunsetting", "phasingout", "phaseout", "endofsupport"}),
    "retired": frozenset(
        {"retired", "removed", "deleted", "decommissioned", "discontinued", "obsolete", "archived", "withdrawn",
         "terminated", "endoflife", "eol", "inactive", "disabled", "shutdown", "closed"}
    ),
}  # fmt: skip
"""Stage -> its words, without blanks and signs."""


def stage_of(status: Any) -> str:
    """The stage that a status names; "" for a word that nobody knows."""
    word = re.sub(r"[^a-z]", "", str(status or "").lower())
    return next((stage for stage, words in STAGES.items() if word in words), "")


def is_ending(entry: Mapping[str, Any] | None) -> bool:
    """Whether a contract, table or column says that it goes, or has gone."""
    data = entry or {}
    return data.get("deprecated") is True or stage_of(data.get("status")) in ("deprecated", "retired")
