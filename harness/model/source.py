"""Where a project's files are under version control."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The commit of a checkout; no address here has a user or a password."""

    repository: str
    """An https address."""
    commit: str
    folder: str = ""
    """Of the project in the repository: "" or with a slash at its end."""
    branch: str = ""
    pull_request: str = ""
    """The number of the pull or merge request that a CI server builds."""
