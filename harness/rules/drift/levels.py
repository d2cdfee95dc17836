"""What a contract declares beside what is there, level by level: the columns of a table, then the fields of each."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from harness.lattice import Type, parse_type
from harness.lattice.alike import places, renames
from harness.model.contract import Property
from harness.model.fields import Each, Field, closed, inside
from harness.model.location import Location
from harness.model.result import Severity
from harness.rules.rule import Context


@dataclass(frozen=True, slots=True)
class Seen:
    """A declared column or field, and what became of it."""

    field: Field
    state: Literal["there", "absent", "hidden"] = "absent"
    """`hidden` when the type of what holds it does not say what is inside."""
    type: Type | None = None
    """None when it is not there, or of a type that nobody knows."""
    spelled: str = ""
    """Its type in the warehouse's words."""
    remark: str = ""
    """What the engine says of its values."""
    untold: str = ""
    """Why nobody can tell its type, or ""."""
    called: str = ""
    """The name that the warehouse itself gave its type, as of a domain or an enum."""

    @property
    def item(self) -> Property:
        """As the contract declares it."""
        return self.field.item

    @property
    def path(self) -> str:
        """As in `address.zip` and `orders[].id`."""
        return self.field.column


@dataclass(frozen=True, slots=True)
class Level:
    """Columns or fields that stand side by side: those declared, and those there that are not."""

    holder: Seen | None
    """What they are inside of; None for the table."""
    at: Location
    seen: tuple[Seen, ...]
    present: tuple[str, ...] = ()
    """The names that are there, in their order."""
    undeclared: Mapping[str, str] = field(default_factory=dict)
    """Name -> type."""
    renames: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Declared name that is gone -> the undeclared one that it has become, and why that is probable."""

    @property
    def path(self) -> str:
        """Of what holds them; "" for the table."""
        return self.holder.path if self.holder else ""


def levels(context: Context) -> Sequence[Level]:
    """Every level of the context's table, from the outside in; what the plan sets aside as closed is left out."""
    if "levels" not in context.known:
        context.known["levels"] = tuple(_levels(context))
    found: Sequence[Level] = context.known["levels"]
    return found


def _levels(context: Context) -> Iterator[Level]:
    declared, observed = context.declared, context.observed
    if not declared or not observed:
        return
    real = {item.name: item for item in observed.properties}
    columns = [Field(item, item.name, (item.column,)) for item in declared.properties]
    found = [(name, _known(item.physical_type, context.dialect)) for name, item in real.items()]
    top = _level(None, declared.where("properties"), columns, found, context)
    spelled = tuple(_as_spelled(each, real.get(each.item.column)) for each in top.seen)
    yield replace(top, seen=spelled, undeclared={name: real[name].physical_type for name in top.undeclared})
    for each in spelled:
        yield from _below(each, context)


def _as_spelled(column: Seen, real: Property | None) -> Seen:
    """The column with the warehouse's own words of it."""
    if real is None:
        return column
    remark, untold = str(real.custom.get("values", "")), str(real.custom.get("untold", ""))
    called = str(real.custom.get("called", ""))
    return replace(column, spelled=real.physical_type, remark=remark, untold=untold, called=called)


def _below(holder: Seen, context: Context) -> Iterator[Level]:
    """The levels inside a column or field that is there, as far as the contract declares any."""
    children = [child for child in inside(holder.field) if not closed(child)]
    fields = [child for child in children if not isinstance(child.path[-1], Each)]
    if holder.state != "there":
        return
    nested = [_record(holder, fields, context)] if fields else []
    elements = [child for child in children if isinstance(child.path[-1], Each)]
    for level in [*nested, *(_element(holder, child) for child in elements)]:
        yield level
        for each in level.seen:
            yield from _below(each, context)


def _record(holder: Seen, fields: Sequence[Field], context: Context) -> Level:
    at = holder.item.where("properties")
    if holder.type is None or holder.type.domain != "struct":
        # JSON may hold anything; a text holds no fields
        state: Literal["hidden", "absent"] = (
            "hidden" if holder.type is None or "object" in holder.type.logical else "absent"
        )
        return Level(holder, at, tuple(Seen(each, state, spelled=holder.spelled) for each in fields))
    level = _level(holder, at, fields, holder.type.fields, context)
    written = _known(holder.item.physical_type, context.dialect)
    # what the physical type spells out is declared too
    promised = {name for name, _ in written.fields} if written else set()
    return replace(level, undeclared={name: type_ for name, type_ in level.undeclared.items() if name not in promised})


def _element(holder: Seen, element: Field) -> Level:
    """The items of an array, or the keys or values of a map; where there are none, nothing is to be said of them."""
    steps = {Each.ITEM: ("list", ""), Each.KEY: ("map", "key"), Each.VALUE: ("map", "value")}
    last = element.path[-1]
    domain, name = steps[last] if isinstance(last, Each) else ("", "")
    type_ = holder.type.field(name) if holder.type and holder.type.domain == domain else None
    seen = (Seen(element, "there", type_, type_.name),) if type_ else ()
    return Level(holder, element.item.at, seen)


def _level(
    holder: Seen | None,
    at: Location,
    fields: Sequence[Field],
    found: Sequence[tuple[str, Type | None]],
    context: Context,
) -> Level:
    types = dict(found)
    seen = tuple(_seen(each, types) for each in fields if not closed(each))
    names = {each.item.column for each in fields}
    undeclared = {name: type_.name if type_ else "" for name, type_ in found if name not in names}
    gone = [each.item.column for each in seen if each.state == "absent"]
    pairs: dict[str, tuple[str, str]] = {}
    if gone and undeclared and _renames_are_told(context):
        promised = [(each.item.column, _known(each.item.physical_type, context.dialect)) for each in fields]
        pairs = renames(places(promised, gone), places(found, undeclared))
    return Level(holder, at, seen, tuple(types), undeclared, pairs)


def _seen(each: Field, types: Mapping[str, Type | None]) -> Seen:
    if each.item.column not in types:
        return Seen(each)
    type_ = types[each.item.column]
    return Seen(each, "there", type_, type_.name if type_ else "")


def _renames_are_told(context: Context) -> bool:
    """Whether one finding may stand for two: only where it matters no less than either of them."""
    layer, policy = context.contract.layer if context.contract else "", context.project.policy
    ranks = {
        rule: severity.rank if (severity := policy.severity(rule, layer, Severity.ERROR)) else -1
        for rule in ("column-renamed", "column-missing", "column-undeclared")
    }
    return ranks["column-renamed"] == max(ranks.values()) and ranks["column-renamed"] >= 0


def _known(text: str, dialect: str) -> Type | None:
    try:
        return parse_type(text, dialect) if text else None
    except ValueError:
        return None
