"""Id and version of a contract file, without reading the rest of it: parsing takes long, and there may be very many."""

import re
from typing import NamedTuple

from harness.load.contract import parse_contract

_LINE = (
    r"^[\"']?{}[\"']?[ \t]*:[ \t]*"
    r"(?P<quote>['\"]?)(?P<value>[^\s'\"#{{}}\[\]&*!|>%@`,]+)(?P=quote)[ \t]*(?:#.*)?\r?$"
)
_ID, _VERSION = (re.compile(_LINE.format(key), re.MULTILINE) for key in ("id", "version"))


class Head(NamedTuple):
    """What a contract calls itself; "" where it does not, or where the file cannot be read."""

    id: str = ""
    version: str = ""


def head_of(text: str) -> Head:
    """Taken from its two lines where each is there once, as in nearly all files; else the file is parsed."""
    ids, versions = list(_ID.finditer(text)), list(_VERSION.finditer(text))
    if len(ids) == len(versions) == 1:
        return Head(ids[0]["value"], versions[0]["value"])
    contract = parse_contract(text, "").contract
    return Head(contract.id, contract.version) if contract else Head()
