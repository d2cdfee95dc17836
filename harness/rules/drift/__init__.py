"""What the warehouse says of itself against the contract: every drift rule."""

from harness.rules.drift.column_missing import column_missing
from harness.rules.drift.column_renamed import column_renamed
from harness.rules.drift.column_undeclared import column_undeclared
from harness.rules.drift.files_differ import files_differ
from harness.rules.drift.nullability_changed import nullability_changed
from harness.rules.drift.order_changed import order_changed
from harness.rules.drift.timezone_changed import timezone_changed
from harness.rules.drift.type_changed import type_changed
from harness.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    column_missing,
    column_renamed,
    type_changed,
    timezone_changed,
    column_undeclared,
    nullability_changed,
    order_changed,
    files_differ,
)
