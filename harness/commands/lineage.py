"""`harness lineage`: where columns come from, and events that were not delivered."""

import argparse
import os

from harness import arguments
from harness.commands.common import project_of, write
from harness.model.errors import ExitCode


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command to the command line."""
    lineage = commands.add_parser(
        "lineage", help="show where columns come from, or send events that were not delivered"
    )
    actions = lineage.add_subparsers(required=True, metavar="ACTION")
    show = actions.add_parser("show", help="show what a table or column comes from, and what is made of it")
    show.add_argument("name", metavar="TABLE[.COLUMN]", help="as in a contract; a database schema in front is allowed")
    show.add_argument("--up", action="store_true", help="what it comes from (default: both ways)")
    show.add_argument("--down", action="store_true", help="what is made of it")
    show.add_argument("--depth", type=_positive, metavar="N", help="at most N steps (default: all)")
    show.add_argument("--format", choices=("text", "mermaid", "json"), default="text", help="default: text")
    show.add_argument("--project", metavar="DIR", default=".", help="folder of harness.yaml (default: here)")
    show.add_argument("--output", metavar="PATH", help="write there instead of to the terminal")
    show.set_defaults(run=_show)
    replay = actions.add_parser("replay", help="send the OpenLineage events that earlier runs could not deliver")
    replay.add_argument("--dead", action="store_true", help="also those that were refused for good, after the others")
    replay.add_argument(
        "--timeout", type=arguments.seconds, metavar="SECONDS", help="the longest it may take (default: harness.yaml)"
    )
    replay.add_argument("--project", metavar="DIR", default=".", help="folder of harness.yaml (default: here)")
    replay.set_defaults(run=_replay)


def _show(args: argparse.Namespace) -> ExitCode:
    from harness.lineage.graph import Direction
    from harness.uses.lineage import show

    ways: tuple[Direction, ...] = ("up", "down")
    asked = tuple(way for way in ways if getattr(args, way))
    shown, read = show(project_of(args), args.name, asked, args.depth, args.format)
    write(shown, args.output)
    return ExitCode.PASS if read else ExitCode.UNDECIDED


def _replay(args: argparse.Namespace) -> ExitCode:
    from harness.uses.emit import replay

    delivery = replay(project_of(args), os.environ, dead=args.dead, seconds=args.timeout)
    print(f"OpenLineage: {delivery.message}")
    return ExitCode.PASS if delivery.done else ExitCode.UNDELIVERED


def _positive(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and int(text)):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of steps")
    return int(text)
