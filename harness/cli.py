"""The command line: one thin command per use, and the only place that prints or exits.

Exit codes: 0 pass, 1 fail, 2 usage or unreadable project, 3 undecided, 4 pass without the lineage that is required.
"""

import argparse
import errno
import logging
import os
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module
from types import TracebackType
from typing import NoReturn

from harness import __version__
from harness.load.evidence import SIGNING_KEY
from harness.model.errors import EvidenceError, ExitCode, HarnessError, HistoryError, PublishError, RecordError

COMMANDS = (
    "verify",
    "lint",
    "drift",
    "plan",
    "diff",
    "review",
    "history",
    "reconcile",
    "audit",
    "incidents",
    "attest",
    "publish",
    "questions",
    "handoff",
    "explain",
    "waive",
    "export",
    "lineage",
)
"""Each is a module of `harness.commands`, whose `add` adds it to the command line."""
_FULL = (errno.ENOSPC, errno.EDQUOT)


def main(argv: Sequence[str] | None = None) -> NoReturn:
    """Runs one command and exits with its code; a bug ends in a traceback and exit code 3, never in a pass."""
    sys.excepthook = _crash
    logging.getLogger("sqlglot").setLevel(logging.CRITICAL)
    words = sys.argv[1:] if argv is None else argv
    args = _parser(words).parse_args(words)
    # no project, driver or child process may see it, whatever the command
    args.signing_key = os.environ.pop(SIGNING_KEY, "")
    try:
        code: ExitCode = args.run(args)
    except HarnessError as error:
        print(f"harness: {error}", file=sys.stderr)
        unknown = isinstance(error, EvidenceError | HistoryError | PublishError | RecordError)
        code = ExitCode.UNDECIDED if unknown else ExitCode.USAGE
    sys.exit(code)


def _crash(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if isinstance(error, OSError) and error.errno in _FULL:
        print(f"harness: {error.strerror}: not all could be written, so the gate stays shut", file=sys.stderr)
    elif not issubclass(kind, KeyboardInterrupt | BrokenPipeError):
        traceback.print_exception(kind, error, trace)
        print("harness: this is a bug in the harness; nothing is known, so the gate stays shut", file=sys.stderr)
    sys.stderr.flush()
    os._exit(130 if issubclass(kind, KeyboardInterrupt) else ExitCode.UNDECIDED)


def _parser(words: Sequence[str]) -> argparse.ArgumentParser:
    """The parser of the command that is asked for; of all where none is, which takes long."""
    parser = argparse.ArgumentParser(
        prog="harness",
        description="One gate for data contracts.",
        epilog="exit codes: 0 pass, 1 fail, 2 usage or unreadable project, 3 undecided, "
        "4 lineage is required and did not arrive",
    )
    parser.add_argument("--version", action="version", version=f"harness {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    asked = words[:1] if words and words[0] in COMMANDS else COMMANDS
    for name in asked:
        import_module(f"harness.commands.{name}").add(commands)
    return parser
