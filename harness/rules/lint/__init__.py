"""What a contract must say, whatever the data: rules that look at documents alone, in the order a reader meets them."""

from harness.rules.lint.bounds_contradict import bounds_contradict
from harness.rules.lint.calendar_invalid import calendar_invalid
from harness.rules.lint.check_file_unused import check_file_unused
from harness.rules.lint.classification_unknown import classification_unknown
from harness.rules.lint.contract_without_table import contract_without_table
from harness.rules.lint.description_missing import description_missing
from harness.rules.lint.grace_invalid import grace_invalid
from harness.rules.lint.key_missing import key_missing
from harness.rules.lint.layer_flows_backward import layer_flows_backward
from harness.rules.lint.layer_misplaced import layer_misplaced
from harness.rules.lint.layer_missing import layer_missing
from harness.rules.lint.lineage_incomplete import lineage_incomplete
from harness.rules.lint.lineage_undeclared import lineage_undeclared
from harness.rules.lint.lineage_unfounded import lineage_unfounded
from harness.rules.lint.name_duplicated import name_duplicated
from harness.rules.lint.objective_invalid import objective_invalid
from harness.rules.lint.owner_missing import owner_missing
from harness.rules.lint.pattern_invalid import pattern_invalid
from harness.rules.lint.relationship_target_missing import relationship_target_missing
from harness.rules.lint.schedule_invalid import schedule_invalid
from harness.rules.lint.schema_violation import schema_violation
from harness.rules.lint.sla_missing import sla_missing
from harness.rules.lint.sla_unknown import sla_unknown
from harness.rules.lint.sql_style import sql_style
from harness.rules.lint.table_without_contract import table_without_contract
from harness.rules.lint.threshold_missing import threshold_missing
from harness.rules.lint.version_not_semver import version_not_semver
from harness.rules.lint.window_short import window_short
from harness.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    # is it a contract at all
    schema_violation,
    name_duplicated,
    version_not_semver,
    # who answers for it, and where does it stand
    owner_missing,
    layer_missing,
    layer_misplaced,
    layer_flows_backward,
    # what does it promise
    description_missing,
    classification_unknown,
    key_missing,
    relationship_target_missing,
    pattern_invalid,
    bounds_contradict,
    threshold_missing,
    sla_missing,
    sla_unknown,
    schedule_invalid,
    calendar_invalid,
    grace_invalid,
    objective_invalid,
    window_short,
    # does it agree with what there is
    table_without_contract,
    contract_without_table,
    check_file_unused,
    lineage_undeclared,
    lineage_unfounded,
    lineage_incomplete,
    sql_style,
)
