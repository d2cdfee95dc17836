"""What a waiver must be, so that it stays an exception; no waiver can set these findings aside."""

from harness.rules.rule import Rule
from harness.rules.waivers.waiver_expired import waiver_expired
from harness.rules.waivers.waiver_invalid import waiver_invalid
from harness.rules.waivers.waiver_self_approved import waiver_self_approved
from harness.rules.waivers.waiver_too_long import waiver_too_long
from harness.rules.waivers.waiver_unknown_rule import waiver_unknown_rule
from harness.rules.waivers.waiver_unused import waiver_unused

RULES: tuple[Rule, ...] = (
    waiver_invalid,
    waiver_self_approved,
    waiver_too_long,
    waiver_unknown_rule,
    waiver_expired,
    waiver_unused,
)
