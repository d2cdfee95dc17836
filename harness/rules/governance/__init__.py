"""The house rules that a team keeps beyond its contracts: held where `harness.yaml` has `governance`."""

from harness.rules.governance.compliance_field_missing import compliance_field_missing
from harness.rules.governance.description_says_nothing import description_says_nothing
from harness.rules.governance.dictionary_incomplete import dictionary_incomplete
from harness.rules.governance.fan_out_too_wide import fan_out_too_wide
from harness.rules.governance.flow_not_forward import flow_not_forward
from harness.rules.governance.folder_misplaced import folder_misplaced
from harness.rules.governance.governance_undecided import governance_undecided
from harness.rules.governance.grant_missing import grant_missing
from harness.rules.governance.grant_undeclared import grant_undeclared
from harness.rules.governance.key_untested import key_untested
from harness.rules.governance.large_table_unpartitioned import large_table_unpartitioned
from harness.rules.governance.model_without_parents import model_without_parents
from harness.rules.governance.name_unconventional import name_unconventional
from harness.rules.governance.personal_data_in_values import personal_data_in_values
from harness.rules.governance.personal_data_lowered import personal_data_lowered
from harness.rules.governance.personal_data_unclassified import personal_data_unclassified
from harness.rules.governance.personal_data_unprotected import personal_data_unprotected
from harness.rules.governance.personal_data_without_purpose import personal_data_without_purpose
from harness.rules.governance.question_open import question_open
from harness.rules.governance.raw_read_past_staging import raw_read_past_staging
from harness.rules.governance.relation_hard_coded import relation_hard_coded
from harness.rules.governance.relationship_untested import relationship_untested
from harness.rules.governance.required_untested import required_untested
from harness.rules.governance.retention_missing import retention_missing
from harness.rules.governance.row_count_unmonitored import row_count_unmonitored
from harness.rules.governance.runbook_missing import runbook_missing
from harness.rules.governance.source_freshness_missing import source_freshness_missing
from harness.rules.governance.source_unused import source_unused
from harness.rules.governance.staging_not_one_to_one import staging_not_one_to_one
from harness.rules.governance.storage_not_as_declared import storage_not_as_declared
from harness.rules.governance.support_missing import support_missing
from harness.rules.governance.table_without_sla import table_without_sla
from harness.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    governance_undecided,
    # which way does data flow
    staging_not_one_to_one,
    raw_read_past_staging,
    flow_not_forward,
    relation_hard_coded,
    model_without_parents,
    source_unused,
    fan_out_too_wide,
    # what is it called, and where does it lie
    name_unconventional,
    folder_misplaced,
    # who is called, and what can they read
    support_missing,
    runbook_missing,
    description_says_nothing,
    dictionary_incomplete,
    table_without_sla,
    retention_missing,
    question_open,
    # who would notice
    key_untested,
    required_untested,
    relationship_untested,
    source_freshness_missing,
    row_count_unmonitored,
    # how does it lie on the server, and who may read it
    large_table_unpartitioned,
    storage_not_as_declared,
    grant_undeclared,
    grant_missing,
    # what is personal
    personal_data_unclassified,
    personal_data_in_values,
    personal_data_lowered,
    personal_data_unprotected,
    personal_data_without_purpose,
    compliance_field_missing,
)
