"""The errors that end a command, and the exit codes they end it with.

    HarnessError                 what is wrong, where, and what to do next
    ├── UsageError               the command line asks for something that is not there      exit 2
    ├── ProjectError             harness.yaml cannot be read or contradicts itself          exit 2
    ├── HistoryError             git cannot tell what the contracts were before             exit 3
    ├── RecordError              the history of runs cannot be read or written              exit 3
    ├── EvidenceError            evidence of a run cannot be read                           exit 3
    ├── PublishError             what documents are made of cannot be read                  exit 3
    ├── DocumentError            a contract or check file cannot be read                    becomes an ERROR result
    └── EngineError              a server or a statement gave no answer                     becomes an ERROR result
        └── UnansweredError      it was busy, not there, or too slow: asked again, it may

Only `harness.cli` catches HarnessError to exit; the stages of `harness.verify` turn the last three into Results.
"""

from enum import IntEnum

from harness.model.location import Location


class ExitCode(IntEnum):
    """What the process says to its caller; `PASS` is the only one that opens the gate."""

    PASS = 0
    FAIL = 1
    USAGE = 2
    UNDECIDED = 3
    UNDELIVERED = 4
    """The verdict is pass, but lineage was required and did not arrive."""


class HarnessError(Exception):
    """Base of every error a user can cause; `str()` is the whole message with its place and its remedy."""

    def __init__(self, message: str, *, at: Location | None = None, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.at = at
        self.hint = hint

    def __str__(self) -> str:
        place = f"{self.at}: " if self.at else ""
        return f"{place}{self.message}" + (f" ({self.hint})" if self.hint else "")


class UsageError(HarnessError):
    """The command line names something that does not exist."""


class ProjectError(HarnessError):
    """`harness.yaml` is missing, unreadable or contradicts itself."""


class HistoryError(HarnessError):
    """What the contracts were before cannot be read: without it, no change is known to be compatible."""


class RecordError(HarnessError):
    """The history of runs cannot be read or written; it never changes the verdict of a verification."""


class EvidenceError(HarnessError):
    """What should be evidence of a run is none that this version can read: what it says is not known."""


class SignatureError(EvidenceError):
    """The evidence was signed with another key, or was changed since."""


class PublishError(HarnessError):
    """A contract or a source of lineage cannot be read: documents made without it would look whole."""


class DocumentError(HarnessError):
    """A contract, a Soda file or a SQL check cannot be read."""


class EngineError(HarnessError):
    """A server cannot be reached, or refuses a statement."""


class UnansweredError(EngineError):
    """A server is busy, is not there, or took too long: asked again later, it may answer."""


class NoAnswer(str):
    """Why nothing is known, in the words of an UnansweredError."""

    __slots__ = ()


def words_of(error: EngineError) -> str:
    """What the error says; a NoAnswer when another attempt may tell more."""
    return NoAnswer(error) if isinstance(error, UnansweredError) else str(error)
