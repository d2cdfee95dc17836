"""Breaking rules: what a change of a contract does to the promise, and so to those who read and write the data."""

from harness.rules.breaking.bound_changed import bound_changed
from harness.rules.breaking.change_unknown import change_unknown
from harness.rules.breaking.classification_changed import classification_changed
from harness.rules.breaking.column_added import column_added
from harness.rules.breaking.column_moved import column_moved
from harness.rules.breaking.column_name_changed import column_name_changed
from harness.rules.breaking.column_removed import column_removed
from harness.rules.breaking.column_type_changed import column_type_changed
from harness.rules.breaking.contract_added import contract_added
from harness.rules.breaking.contract_id_changed import contract_id_changed
from harness.rules.breaking.contract_removed import contract_removed
from harness.rules.breaking.critical_element_changed import critical_element_changed
from harness.rules.breaking.custom_property_changed import custom_property_changed
from harness.rules.breaking.deprecation_changed import deprecation_changed
from harness.rules.breaking.documentation_changed import documentation_changed
from harness.rules.breaking.domain_changed import domain_changed
from harness.rules.breaking.encryption_changed import encryption_changed
from harness.rules.breaking.enum_changed import enum_changed
from harness.rules.breaking.format_changed import format_changed
from harness.rules.breaking.grain_changed import grain_changed
from harness.rules.breaking.layer_changed import layer_changed
from harness.rules.breaking.limitations_changed import limitations_changed
from harness.rules.breaking.lineage_changed import lineage_changed
from harness.rules.breaking.multiple_changed import multiple_changed
from harness.rules.breaking.object_fields_changed import object_fields_changed
from harness.rules.breaking.owner_changed import owner_changed
from harness.rules.breaking.partition_key_changed import partition_key_changed
from harness.rules.breaking.pattern_changed import pattern_changed
from harness.rules.breaking.price_changed import price_changed
from harness.rules.breaking.primary_key_changed import primary_key_changed
from harness.rules.breaking.quality_arguments_changed import quality_arguments_changed
from harness.rules.breaking.quality_check_changed import quality_check_changed
from harness.rules.breaking.quality_rule_added import quality_rule_added
from harness.rules.breaking.quality_rule_removed import quality_rule_removed
from harness.rules.breaking.quality_rule_replaced import quality_rule_replaced
from harness.rules.breaking.quality_severity_changed import quality_severity_changed
from harness.rules.breaking.quality_threshold_changed import quality_threshold_changed
from harness.rules.breaking.relationship_changed import relationship_changed
from harness.rules.breaking.required_changed import required_changed
from harness.rules.breaking.roles_changed import roles_changed
from harness.rules.breaking.semantic_type_changed import semantic_type_changed
from harness.rules.breaking.server_added import server_added
from harness.rules.breaking.server_moved import server_moved
from harness.rules.breaking.server_removed import server_removed
from harness.rules.breaking.server_renamed import server_renamed
from harness.rules.breaking.size_changed import size_changed
from harness.rules.breaking.sla_added import sla_added
from harness.rules.breaking.sla_changed import sla_changed
from harness.rules.breaking.sla_element_changed import sla_element_changed
from harness.rules.breaking.sla_removed import sla_removed
from harness.rules.breaking.status_changed import status_changed
from harness.rules.breaking.structural_check_changed import structural_check_changed
from harness.rules.breaking.structure_id_changed import structure_id_changed
from harness.rules.breaking.sunset_changed import sunset_changed
from harness.rules.breaking.support_changed import support_changed
from harness.rules.breaking.table_added import table_added
from harness.rules.breaking.table_kind_changed import table_kind_changed
from harness.rules.breaking.table_moved import table_moved
from harness.rules.breaking.table_removed import table_removed
from harness.rules.breaking.table_renamed import table_renamed
from harness.rules.breaking.team_changed import team_changed
from harness.rules.breaking.time_zone_changed import time_zone_changed
from harness.rules.breaking.tolerance_changed import tolerance_changed
from harness.rules.breaking.transform_changed import transform_changed
from harness.rules.breaking.unique_changed import unique_changed
from harness.rules.breaking.unique_items_changed import unique_items_changed
from harness.rules.breaking.vector_changed import vector_changed
from harness.rules.breaking.version_bump_too_small import version_bump_too_small
from harness.rules.breaking.version_lowered import version_lowered
from harness.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    contract_added,
    contract_removed,
    table_added,
    table_removed,
    table_renamed,
    table_moved,
    table_kind_changed,
    column_added,
    column_removed,
    column_name_changed,
    column_moved,
    column_type_changed,
    required_changed,
    unique_changed,
    semantic_type_changed,
    primary_key_changed,
    partition_key_changed,
    relationship_changed,
    deprecation_changed,
    structure_id_changed,
    # governance
    classification_changed,
    encryption_changed,
    critical_element_changed,
    limitations_changed,
    owner_changed,
    team_changed,
    support_changed,
    roles_changed,
    price_changed,
    server_added,
    server_removed,
    server_moved,
    server_renamed,
    contract_id_changed,
    status_changed,
    sunset_changed,
    domain_changed,
    grain_changed,
    transform_changed,
    lineage_changed,
    layer_changed,
    structural_check_changed,
    version_lowered,
    # clauses
    bound_changed,
    size_changed,
    multiple_changed,
    unique_items_changed,
    object_fields_changed,
    pattern_changed,
    format_changed,
    time_zone_changed,
    vector_changed,
    enum_changed,
    quality_rule_added,
    quality_rule_removed,
    quality_rule_replaced,
    quality_threshold_changed,
    tolerance_changed,
    quality_severity_changed,
    quality_check_changed,
    quality_arguments_changed,
    sla_added,
    sla_removed,
    sla_changed,
    sla_element_changed,
    # what is said of the same keys by a rule before goes before
    custom_property_changed,
    documentation_changed,
    # last: it is about what no other rule said anything of
    change_unknown,
)
VERSION_RULES: tuple[Rule, ...] = (version_bump_too_small,)
"""Run last, over what all others found: they judge the version, which is no promise itself."""
