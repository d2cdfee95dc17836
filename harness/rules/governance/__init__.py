"""The house rules that a team keeps beyond its contracts: held where `harness.yaml` has `governance`."""

from harness.rules.governance.fan_out_too_wide import fan_out_too_wide
from harness.rules.governance.flow_not_forward import flow_not_forward
from harness.rules.governance.folder_misplaced import folder_misplaced
from harness.rules.governance.governance_undecided import governance_undecided
from harness.rules.governance.model_without_parents import model_without_parents
from harness.rules.governance.name_unconventional import name_unconventional
from harness.rules.governance.raw_read_past_staging import raw_read_past_staging
from harness.rules.governance.relation_hard_coded import relation_hard_coded
from harness.rules.governance.source_unused import source_unused
from harness.rules.governance.staging_not_one_to_one import staging_not_one_to_one
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
)
