"""What goes wrong later, found in the SQL and the dbt project: held where `harness.yaml` has `governance`."""

from harness.rules.antipatterns.backfill_missing import backfill_missing
from harness.rules.antipatterns.errors_swallowed import errors_swallowed
from harness.rules.antipatterns.incremental_without_key import incremental_without_key
from harness.rules.antipatterns.large_table_scanned import large_table_scanned
from harness.rules.antipatterns.late_data_ignored import late_data_ignored
from harness.rules.antipatterns.load_not_idempotent import load_not_idempotent
from harness.rules.antipatterns.non_deterministic_function import non_deterministic_function
from harness.rules.antipatterns.order_missing import order_missing
from harness.rules.antipatterns.order_not_total import order_not_total
from harness.rules.antipatterns.quality_tests_missing import quality_tests_missing
from harness.rules.antipatterns.schema_change_ignored import schema_change_ignored
from harness.rules.antipatterns.select_star import select_star
from harness.rules.antipatterns.sql_unread import sql_unread
from harness.rules.antipatterns.test_disabled import test_disabled
from harness.rules.antipatterns.test_narrowed import test_narrowed
from harness.rules.antipatterns.test_only_warns import test_only_warns
from harness.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    load_not_idempotent,
    incremental_without_key,
    late_data_ignored,
    backfill_missing,
    schema_change_ignored,
    select_star,
    large_table_scanned,
    non_deterministic_function,
    order_missing,
    order_not_total,
    errors_swallowed,
    quality_tests_missing,
    test_disabled,
    test_only_warns,
    test_narrowed,
    sql_unread,
)
