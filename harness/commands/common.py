"""What every command needs: where its text goes."""

from pathlib import Path


def write(rendered: str, output: str | None) -> None:
    """Prints the text, or writes it to a file when one is named. Raises UsageError when that cannot be."""
    from harness.output import write_file

    if output:
        write_file(Path(output), rendered)
    else:
        print(rendered, end="" if rendered.endswith("\n") else "\n")
