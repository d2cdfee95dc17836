"""Which privileges of SQL the access of a role stands for."""

import re

from harness.model.contract import Role

_WRITE = frozenset(("INSERT", "UPDATE", "DELETE", "TRUNCATE"))
_WORDS: dict[str, frozenset[str]] = {
    "": frozenset(("SELECT",)),
    "read": frozenset(("SELECT",)),
    "readonly": frozenset(("SELECT",)),
    "select": frozenset(("SELECT",)),
    "write": _WRITE,
    "readwrite": frozenset(("SELECT",)) | _WRITE,
    "insert": frozenset(("INSERT",)),
    "update": frozenset(("UPDATE",)),
    "delete": frozenset(("DELETE",)),
    "truncate": frozenset(("TRUNCATE",)),
    "admin": frozenset(("SELECT",)) | _WRITE,
    "owner": frozenset(("SELECT",)) | _WRITE,
    "all": frozenset(("SELECT",)) | _WRITE,
}


def privileges_of(role: Role) -> frozenset[str] | None:
    """The privileges on a table; those of reading where no access is written, None for one that nobody can read."""
    words = re.findall(r"[a-z]+", role.access.lower().replace("-", "").replace("_", "")) or [""]
    known = [_WORDS.get(word) for word in words if word != "and"]
    return frozenset[str]().union(*(each for each in known if each)) if all(known) else None
