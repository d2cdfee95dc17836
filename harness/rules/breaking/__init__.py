"""Breaking rules: what a change of a contract does to the promise, and so to those who read and write the data."""

from harness.rules.breaking.change_unknown import change_unknown
from harness.rules.breaking.classification_changed import classification_changed
from harness.rules.breaking.column_added import column_added
from harness.rules.breaking.column_removed import column_removed
from harness.rules.breaking.critical_element_changed import critical_element_changed
from harness.rules.breaking.encryption_changed import encryption_changed
from harness.rules.breaking.limitations_changed import limitations_changed
from harness.rules.breaking.owner_changed import owner_changed
from harness.rules.breaking.price_changed import price_changed
from harness.rules.breaking.required_changed import required_changed
from harness.rules.breaking.roles_changed import roles_changed
from harness.rules.breaking.server_added import server_added
from harness.rules.breaking.server_moved import server_moved
from harness.rules.breaking.server_removed import server_removed
from harness.rules.breaking.server_renamed import server_renamed
from harness.rules.breaking.support_changed import support_changed
from harness.rules.breaking.team_changed import team_changed
from harness.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    column_added,
    column_removed,
    required_changed,
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
    # last: it is about what no other rule said anything of
    change_unknown,
)
