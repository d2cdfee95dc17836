"""The quality rules that are in both versions and differ, which is what the rules about them look at."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from harness.changes.part import Part
from harness.load.contract import quality_rule_in
from harness.load.yaml import Mapping
from harness.model.contract import QualityRule
from harness.rules.breaking.judge import name_of
from harness.rules.rule import Context


@dataclass(frozen=True)
class RuleChange:
    """A quality rule before and after, as it is read; `inside` are its parts that differ."""

    part: Part
    inside: tuple[Part, ...]

    @cached_property
    def before(self) -> QualityRule:
        """As it was; the spellings of ODCS 3.0 are read as later ones."""
        return _read(self.part, self.part.before)

    @cached_property
    def after(self) -> QualityRule:
        """As it is."""
        return _read(self.part, self.part.after)

    @property
    def name(self) -> str:
        """What people call it: `the rule nullValues of orders.amount`."""
        return called(self.part)

    def changed(self, *names: str) -> tuple[str, ...]:
        """Those of these keys that differ, in their order."""
        return tuple(name for name in names if name in self.part.changed)


def quality_changes(context: Context) -> Iterator[RuleChange]:
    """Each rule of which something differs, be it inside its arguments or customProperties."""
    found: dict[str, tuple[Part, list[Part]]] = {}
    for part in context.parts:
        rule = part.within("quality")
        if rule and not (rule.added or rule.removed):
            own, inside = found.setdefault(rule.path, (rule, []))
            if part is not own:
                inside.append(part)
    for part, inside in found.values():
        yield RuleChange(part, tuple(inside))


def called(part: Part) -> str:
    """What people call a quality rule."""
    rule = _read(part, part.written)
    kind = rule.metric or rule.engine or rule.type
    holder = name_of(part.holder) if part.holder else ""
    return f"the rule {rule.id or rule.name or kind} of {holder}"


def _read(part: Part, data: Mapping | None) -> QualityRule:
    return quality_rule_in(part.written if data is None else data, part.file)
