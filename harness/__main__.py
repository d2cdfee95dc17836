"""What the command `harness` and `python -m harness` start."""

import gc
import os
import sys
from typing import NoReturn

_GARBAGE = 500_000
"""New objects after which Python looks for cycles among them; 700 by default."""


def main() -> NoReturn:
    """Runs the command line, and ends the process with its code."""
    # a run makes many objects and hardly a cycle, and ends soon: to look for garbage again and again finds nothing
    gc.set_threshold(_GARBAGE)
    from harness.cli import main as run

    try:
        run()
    except SystemExit as end:
        if not isinstance(end.code, int):
            raise
        # a process may be started without them
        for stream in filter(None, (sys.stdout, sys.stderr)):
            stream.flush()
        # all is written, closed and sent: to take a hundred thousand objects and an engine apart would tell nobody more
        os._exit(end.code)


if __name__ == "__main__":
    main()
