"""What a data engineer asks of a table before it is built on: what is said, what is assumed, and what must be asked."""

from dataclasses import dataclass
from typing import Literal

from harness.model.contract import Contract, Schema
from harness.model.location import Location

Topic = Literal["source", "destination", "transformation", "quality", "performance", "operations"]
Confidence = Literal["high", "medium", "low"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The contract, or the project, says it."""

    text: str
    at: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumption:
    """Nobody says it, and it can be decided by default."""

    text: str
    confidence: Confidence
    because: str
    write: str
    """What would say it: a place in the contract or in `harness.yaml`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One answer to a question."""

    answer: str
    cost: str
    """What it costs whom, in words."""
    write: str
    """YAML of the contract that says it; "" where the answer is to do something else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Nobody says it, and a default would be a guess at other people's cost."""

    text: str
    options: tuple[Option, ...]
    at: Location


Answer = Said | Assumption | Question


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What was found out about one point of one table."""

    id: str
    """Of the point: `retention`."""
    topic: Topic
    contract: Contract
    schema: Schema
    answer: Answer

    @property
    def blocks(self) -> bool:
        """Whether the hand-off waits for it: an open question on a mart, or on a table of which no layer is known."""
        return isinstance(self.answer, Question) and self.contract.layer not in ("raw", "staging", "intermediate")
