"""The terms of service levels that a contract writes, as rules read them."""

from collections.abc import Iterator

from harness.model.contract import Contract
from harness.rules.rule import Finding
from harness.slo.terms import TERMS


def wrong_terms(contract: Contract | None, *names: str) -> Iterator[Finding]:
    """A finding for each of these terms, of the contract or of an entry, whose value means nothing."""
    for node in (contract, *contract.sla) if contract else ():
        for name in names:
            if name not in node.custom or (node is contract and not TERMS[name].contract):
                continue
            try:
                TERMS[name].parse(node.custom[name])
            except (ValueError, OverflowError) as error:
                at = node.where_custom(name)
                yield Finding(message=f"`{name}`: {error}", at=at, key=f"{name} {at.line} {at.column}")
