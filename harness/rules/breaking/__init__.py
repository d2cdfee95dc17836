"""Breaking rules: what a change of a contract does to the promise, and so to those who read and write the data."""

from harness.rules.breaking.change_unknown import change_unknown
from harness.rules.breaking.column_added import column_added
from harness.rules.breaking.column_removed import column_removed
from harness.rules.breaking.required_changed import required_changed
from harness.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    column_added,
    column_removed,
    required_changed,
    # last: it is about what no other rule said anything of
    change_unknown,
)
