"""What data must show: every metric, by its id. Reading this table is reading the design."""

from harness.metrics.bounds import exclusive_maximum, exclusive_minimum, maximum, minimum
from harness.metrics.duplicates import duplicate_values, primary_key, unique
from harness.metrics.end_of_life import end_of_life, end_of_support
from harness.metrics.enum import enum
from harness.metrics.format import format_
from harness.metrics.freshness import freshness
from harness.metrics.invalid_values import invalid_values
from harness.metrics.items import max_items, min_items, unique_items
from harness.metrics.late import late
from harness.metrics.length import max_length, min_length
from harness.metrics.metric import Metric
from harness.metrics.missing_values import missing_values
from harness.metrics.multiple_of import multiple_of
from harness.metrics.null_values import null_values
from harness.metrics.object_properties import max_properties, min_properties, required_properties
from harness.metrics.partitions import frequency, partition
from harness.metrics.pattern import pattern
from harness.metrics.point_in_time import point_in_time
from harness.metrics.reconcile import reconcile_count, reconcile_rows, reconcile_sums
from harness.metrics.relationship import relationship
from harness.metrics.required import required
from harness.metrics.retention import retention
from harness.metrics.row_count import row_count
from harness.metrics.scd import scd_current, scd_gap, scd_interval, scd_overlap
from harness.metrics.sql_rule import failed_rows, sql_rule
from harness.metrics.timezone import timezone
from harness.metrics.vector import dimensions, element_type, normalized
from harness.metrics.volume import volume

METRICS: dict[str, Metric] = {
    metric.id: metric
    for metric in (
        required,
        unique,
        primary_key,
        relationship,
        enum,
        min_length,
        max_length,
        minimum,
        maximum,
        exclusive_minimum,
        exclusive_maximum,
        pattern,
        format_,
        multiple_of,
        timezone,
        min_items,
        max_items,
        unique_items,
        min_properties,
        max_properties,
        required_properties,
        dimensions,
        element_type,
        normalized,
        row_count,
        null_values,
        missing_values,
        invalid_values,
        duplicate_values,
        sql_rule,
        failed_rows,
        freshness,
        retention,
        frequency,
        partition,
        end_of_support,
        end_of_life,
        scd_current,
        scd_overlap,
        scd_gap,
        scd_interval,
        late,
        volume,
        point_in_time,
        reconcile_count,
        reconcile_sums,
        reconcile_rows,
    )
}
