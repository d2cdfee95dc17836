"""What differs between two versions of a contract, part by part: matched, then compared; order and formatting aside.

Nothing here says whether a difference matters: that is for the rules of `harness/rules/breaking`.
"""

from harness.changes.part import Leaf, Part
from harness.changes.walk import Side, parts_of

__all__ = ["Leaf", "Part", "Side", "parts_of"]
