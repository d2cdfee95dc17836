"""Where a report stands in the job and repository that it is of."""

import re
from collections.abc import Mapping
from pathlib import PurePath

_ADDRESS = re.compile(r"https?://[^\s<>\"'`|\\\x00-\x20\x7f]+")


def job_page(environ: Mapping[str, str]) -> str:
    """The address of the page of the running job, as GitHub Actions, GitLab and Jenkins tell it; "" elsewhere."""
    github = [environ.get(f"GITHUB_{name}", "") for name in ("SERVER_URL", "REPOSITORY", "RUN_ID")]
    run = "{}/{}/actions/runs/{}".format(*github) if all(github) else ""
    told = (run, environ.get("CI_JOB_URL", ""), environ.get("BUILD_URL", ""))
    return next((each for each in told if is_address(each)), "")


def is_address(text: str) -> bool:
    """Whether it is a web address that can stand in Markdown as it is."""
    return _ADDRESS.fullmatch(text) is not None


def folder_in(repository: PurePath, root: PurePath) -> str:
    """Where the project is in its repository, as `data/contracts/`; "" when it is all of it."""
    folder = root.relative_to(repository).as_posix()
    return "" if folder == "." else f"{folder}/"
