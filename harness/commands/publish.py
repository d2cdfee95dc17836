"""`harness publish`: the documents of a project, written from its contracts and lineage."""

import argparse
import sys

from harness.commands.common import project_of
from harness.model.errors import ExitCode


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command to the command line."""
    publish = commands.add_parser(
        "publish", help="write the documents of the platform: architecture, catalog, a page and a runbook per table"
    )
    publish.add_argument(
        "--check", action="store_true", help="write nothing; exit 1 and name the documents that are stale"
    )
    publish.add_argument("--project", metavar="DIR", default=".", help="folder of harness.yaml (default: here)")
    publish.set_defaults(run=run)


def run(args: argparse.Namespace) -> ExitCode:
    """Writes all documents or none; FAIL when one would lose what people wrote or, with --check, when one is stale."""
    from harness.output import remove_file, write_file
    from harness.uses.publish import publication

    project = project_of(args)
    made = publication(project)
    for error in made.refused:
        print(f"harness: {error}", file=sys.stderr)
    if args.check:
        for file in made.stale:
            print(f"{file} is stale; run `harness publish` and commit it", file=sys.stderr)
        for file in made.gone:
            print(f"{file} is of no table any more; run `harness publish` and commit that", file=sys.stderr)
        return ExitCode.FAIL if made.refused or made.stale or made.gone else ExitCode.PASS
    if made.refused:
        print("harness: nothing was written", file=sys.stderr)
        return ExitCode.FAIL
    for file in made.stale:
        write_file(project.root / file, made.texts[file])
    for file in made.gone:
        remove_file(project.root / file)
    write_file(project.root / made.page[0], made.page[1])
    said = f", {len(made.gone):,} deleted" if made.gone else ""
    print(f"{len(made.texts):,} documents in {project.publishing.folder}: {len(made.stale):,} written{said}")
    print(f"to browse: {made.page[0]}")
    return ExitCode.PASS
