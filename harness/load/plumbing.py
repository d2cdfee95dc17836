"""git as a process: of this repository alone, whatever git was told of another, and of its objects as they are."""

import hashlib
import os
import subprocess
from pathlib import Path

from harness.model.errors import HistoryError

_SECONDS = 120.0
_UNHEARD = (
    *("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR"),
    *("GIT_IMPLICIT_WORK_TREE", "GIT_NAMESPACE", "GIT_REPLACE_REF_BASE", "GIT_SHALLOW_FILE"),
    *("GIT_LITERAL_PATHSPECS", "GIT_GLOB_PATHSPECS", "GIT_NOGLOB_PATHSPECS", "GIT_ICASE_PATHSPECS"),
)
"""What git tells a hook of the repository that it runs for (the project may be in another, a submodule), and what makes
it read other commits, or names of files in another way."""


def run_git(
    root: Path, *words: str, stdin: bytes = b"", seconds: float = _SECONDS
) -> "subprocess.CompletedProcess[bytes]":
    """What git answers in the folder `root`, whether it succeeds or not. Raises HistoryError when it cannot be run."""
    environ = {key: value for key, value in os.environ.items() if key not in _UNHEARD}
    environ |= {"LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "GIT_GRAFT_FILE": os.devnull}
    command = ["git", "-C", str(root), "-c", "advice.graftFileDeprecated=false", "--no-replace-objects", *words]
    try:
        return subprocess.run(command, input=stdin, capture_output=True, timeout=seconds, check=False, env=environ)
    except FileNotFoundError:
        raise HistoryError("git is not installed, so nobody knows what the contracts were before") from None
    except (OSError, subprocess.SubprocessError) as error:
        raise HistoryError(f"git cannot be run: {error}") from None


def out_of_git(root: Path, *words: str, stdin: bytes = b"") -> bytes:
    """What git prints. Raises HistoryError when it fails."""
    found = run_git(root, *words, stdin=stdin)
    if found.returncode:
        raise HistoryError(f"`git {' '.join(words)}` failed: {said_by(found)}")
    return found.stdout


def said_by(done: "subprocess.CompletedProcess[bytes]") -> str:
    """Why git failed, in its words."""
    return " ".join(done.stderr.decode("utf-8", "replace").split()) or f"it ended with {done.returncode}"


def blob_hash(content: bytes, like: str) -> str:
    """The name that git gives to a file's content, in the algorithm of the hash `like` (SHA-1 or SHA-256)."""
    algorithm = hashlib.sha256 if len(like) == 64 else hashlib.sha1
    return algorithm(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
