"""What a use tells while it goes on."""

from typing import Protocol

from harness.model.result import Coverage


class Progress(Protocol):
    """Told by a use as it proceeds, of several tables at once and from any thread; shown by the command line."""

    def stage(self, name: str, checks: int = 0) -> None:
        """A stage begins; in it, so many checks are measured table by table."""
        ...

    def table(self, layer: str, table: str, checks: int) -> None:
        """The measuring of a table begins."""
        ...

    def done(self, layer: str, table: str, found: Coverage, seconds: float) -> None:
        """The measuring of a table has ended."""
        ...
