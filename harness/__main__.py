"""What the command `harness` and `python -m harness` start."""

import gc
from typing import NoReturn

_GARBAGE = 500_000
"""New objects after which Python looks for cycles among them; 700 by default."""


def main() -> NoReturn:
    """Runs the command line."""
    # a run makes many objects and hardly a cycle, and ends soon: to look for garbage again and again finds nothing
    gc.set_threshold(_GARBAGE)
    from harness.cli import main as run

    run()


if __name__ == "__main__":
    main()
