"""Evidence and keys, read from where the command line and the environment say."""

from pathlib import Path

from harness.model.errors import UsageError

SIGNING_KEY = "HARNESS_SIGNING_KEY"
"""The variable that holds a private key in PEM, or names a file with one."""
_LARGEST_KEY = 100_000


def signing_key(value: str) -> bytes:
    """The PEM that the variable holds or names. Raises UsageError, which never quotes it: it may be half a key."""
    if not value:
        hint = f"set {SIGNING_KEY} to a private key in PEM, or to the path of one; `harness attest keygen` makes one"
        raise UsageError(f"evidence needs a key, and {SIGNING_KEY} is not set", hint=hint)
    if "-----BEGIN" in value:
        return value.encode("utf-8", "surrogateescape")
    try:
        return _head(Path(value), _LARGEST_KEY)
    except (OSError, ValueError):
        hint = "it must be a PEM, or the path of a file with one"
        raise UsageError(f"{SIGNING_KEY} names no file that can be read", hint=hint) from None


def content_of(path: Path, largest: int) -> bytes:
    """The bytes of a file, one more than `largest` at most. Raises UsageError when it cannot be read."""
    try:
        return _head(path, largest)
    except (OSError, ValueError) as error:
        said = error.strerror if isinstance(error, OSError) else error
        raise UsageError(f"{path} cannot be read: {said}") from None


def _head(path: Path, largest: int) -> bytes:
    with path.open("rb") as stream:
        return stream.read(largest + 1)
