"""The verdict of a review, and the sentence that says why."""

from collections.abc import Sequence

from harness.model.result import VerdictOutcome


def decided(
    against: Sequence[str], unknown: int, also_unknown: Sequence[str], passes: str
) -> tuple[VerdictOutcome, str]:
    """FAIL for what speaks `against`, UNDECIDED for what nobody could tell, else PASS, in the words `passes`.

    `unknown` is how much of the contracts nobody could tell, `also_unknown` what else, in words.
    """
    told = [f"{unknown:,} {'more ' if against else ''}could not be told"] if unknown else []
    told += also_unknown
    if against:
        return VerdictOutcome.FAIL, "; ".join((*against, *told))
    if told:
        return VerdictOutcome.UNDECIDED, "; ".join(told)
    return VerdictOutcome.PASS, passes


def uncovered(count: int, by: str) -> list[str]:
    """What is against it: so many breaking changes that nothing covers."""
    changes = "1 breaking change is" if count == 1 else f"{count:,} breaking changes are"
    return [f"{changes} covered by {by}"] if count else []
