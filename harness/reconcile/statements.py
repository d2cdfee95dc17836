"""What one side of a reconciliation is asked, as SQL: how many rows, the sums of checksums, and rows."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlglot import exp

from harness.metrics.expressions import column, count_where, table
from harness.model.check import TableName
from harness.reconcile.forms import FORMS, bucket, exact, fill, native
from harness.reconcile.kinds import NUMBERS, Kind, Reading

_AT_ONCE = 90
"""Arguments of a function: PostgreSQL takes a hundred."""
_LONGEST = 200
"""Characters of a least or greatest text."""
_AGGREGATES = frozenset({*NUMBERS, Kind.DATE, Kind.TIMESTAMP, Kind.INSTANT, Kind.TIME, Kind.TEXT})
_MODULUS = 2**64
Sum = tuple[int, int]
"""The sum of the checksums of some rows: of the first and of the second half of each, modulo 2^64."""


@dataclass(frozen=True, slots=True)
class Field:
    """A column as one side has it, and as what both sides compare it."""

    name: str
    reading: Reading
    kind: Kind
    width: float = 0.0
    """Of the buckets of a column with a tolerance, in the unit of the tolerance; 0 for a column without one."""
    is_summed: bool = False
    zone: str = ""

    def text(self, dialect: str, value: exp.Expr | None = None) -> exp.Expr:
        """Its canonical text."""
        return exact(column(self.name) if value is None else value, self.reading, self.kind, dialect, self.zone)

    def hashed(self, dialect: str) -> exp.Expr:
        """What goes into checksums: the canonical text, or that of its bucket."""
        if not self.width:
            return self.text(dialect)
        value = native(column(self.name), self.reading, self.kind, dialect, self.zone)
        return bucket(value, self.text(dialect), self.kind, dialect, self.width)

    def framed(self, dialect: str) -> exp.Expr:
        """The same so that it can be told from its neighbours in a row, and NULL from every value."""
        shape = "COALESCE(CAST(LENGTH(x) AS TEXT) || ':' || x, '')" if self.kind is Kind.TEXT else "COALESCE(x, '')"
        return fill(shape, dialect, x=self.hashed(dialect))


@dataclass(frozen=True, slots=True)
class Scan:
    """A table of one side with the columns that are compared, in the order of both sides."""

    table: TableName
    dialect: str
    key: tuple[Field, ...]
    values: tuple[Field, ...]
    young: exp.Expr | None = None
    """The condition of a row that is too young to be compared."""


def count(scan: Scan) -> str:
    """One row: all rows, those that are too young, those of the others whose key holds a NULL."""
    young = count_where(scan.young.copy()) if scan.young is not None else exp.Literal.number(0)
    unkeyed = exp.or_(*(column(each.name).is_(exp.null()) for each in scan.key))
    old = _old(scan)
    nulls = count_where(exp.and_(unkeyed, old) if old is not None else unkeyed)
    return exp.select(exp.Count(this=exp.Star()), young, nulls).from_(table(scan.table)).sql(scan.dialect)


def totals(scan: Scan) -> str:
    """One row: rows, the sum of their checksums, then of each column its NULLs, minimum, maximum and sum."""
    fields = (*scan.key, *scan.values)
    numbers = [each for field in fields for each in _aggregates(field, scan.dialect)]
    digest = _alias(scan, "digest")
    return _over(scan, {digest: _row(scan)}, [exp.Count(this=exp.Star()), *_sums(digest, scan.dialect), *numbers])


def by_column(scan: Scan) -> str:
    """One row: of each compared column the sum of the checksums of its values, each with its row's key."""
    names = [_alias(scan, f"digest {number}") for number in range(len(scan.values))]
    digests = {name: _digest([*scan.key, field], scan.dialect) for name, field in zip(names, scan.values, strict=True)}
    return _over(scan, digests, [each for name in names for each in _sums(name, scan.dialect)])


def by_segment(scan: Scan, digits: int) -> str:
    """A row for each segment: its name, its rows, the sum of their checksums."""
    segment, digest = _alias(scan, "segment"), _alias(scan, "digest")
    selects = [column(segment), exp.Count(this=exp.Star()), *_sums(digest, scan.dialect)]
    return _over(scan, {segment: _segment(scan, digits), digest: _row(scan)}, selects, group=segment)


def rows(scan: Scan, digits: int, segments: Sequence[str], wanted: Sequence[int]) -> str:
    """The rows of these segments: key, values of the `wanted` columns, checksum, whether it is too young."""
    selects = [field.text(scan.dialect) for field in scan.key]
    selects += [scan.values[number].text(scan.dialect) for number in wanted]
    young = scan.young.copy() if scan.young is not None else exp.false()
    selects += [_row(scan), exp.func("COALESCE", young, exp.false())]
    query = exp.select(*selects).from_(table(scan.table))
    if len(segments) < 16**digits:
        names = [exp.Literal.string(name) for name in segments]
        query = query.where(exp.In(this=_segment(scan, digits), expressions=names))
    return query.sql(scan.dialect)


def sum_of(first: object, second: object) -> Sum:
    """The sum of checksums as servers give it, signed or not; of no rows it is NULL."""
    return int(str(first or 0)) % _MODULUS, int(str(second or 0)) % _MODULUS


def digest_sum(digests: Sequence[str]) -> Sum:
    """The same of checksums that were fetched."""
    return sum(int(each[:16], 16) for each in digests) % _MODULUS, sum(
        int(each[16:], 16) for each in digests
    ) % _MODULUS


def _over(scan: Scan, digests: dict[str, exp.Expr], selects: Sequence[exp.Expr], group: str = "") -> str:
    own = [column(each.name) for each in dict.fromkeys((*scan.key, *scan.values))]
    inner = exp.select(*own, *(exp.alias_(made, name, quoted=True) for name, made in digests.items()))
    inner = inner.from_(table(scan.table))
    old = _old(scan)
    inner = inner.where(old) if old is not None else inner
    query = exp.select(*selects).from_(inner.subquery("checked"))
    return (query.group_by(column(group)) if group else query).sql(scan.dialect)


def _alias(scan: Scan, name: str) -> str:
    """The name, so that no column of the table is called the same."""
    taken = {each.name.casefold() for each in (*scan.key, *scan.values)}
    while name.casefold() in taken:
        name += "_"
    return name


def _old(scan: Scan) -> exp.Expr | None:
    """A row without a time is as old as can be."""
    return None if scan.young is None else exp.not_(exp.func("COALESCE", scan.young.copy(), exp.false()))


def _row(scan: Scan) -> exp.Expr:
    return _digest([*scan.key, *scan.values], scan.dialect)


def _segment(scan: Scan, digits: int) -> exp.Expr:
    digest = _digest(scan.key, scan.dialect)
    return exp.Substring(this=digest, start=exp.Literal.number(1), length=exp.Literal.number(digits))


def _digest(fields: Sequence[Field], dialect: str) -> exp.Expr:
    return fill(FORMS[dialect].digest, dialect, x=_joined([field.framed(dialect) for field in fields]))


def _joined(texts: list[exp.Expr]) -> exp.Expr:
    while len(texts) > _AT_ONCE:
        texts = [_joined(texts[start : start + _AT_ONCE]) for start in range(0, len(texts), _AT_ONCE)]
    return exp.Anonymous(this="CONCAT_WS", expressions=[exp.Literal.string("|"), *texts])


def _sums(name: str, dialect: str) -> list[exp.Expr]:
    forms = FORMS[dialect]
    return [exp.Sum(this=fill(half, dialect, x=column(name))) for half in (forms.first, forms.second)]


def _aggregates(field: Field, dialect: str) -> list[exp.Expr]:
    """NULLs, minimum, maximum and sum; NULL for what the kind has not."""
    own, forms = column(field.name), FORMS[dialect]
    nulls = count_where(own.copy().is_(exp.null()))
    if field.kind not in _AGGREGATES:
        return [nulls, exp.null(), exp.null(), exp.null()]
    if field.kind is Kind.TEXT:
        text = field.text(dialect)
        ends = [fill(shape, dialect, x=text) for shape in (forms.least, forms.greatest)]
        ends = [exp.Left(this=end, expression=exp.Literal.number(_LONGEST)) for end in ends]
    elif field.reading.kind is Kind.BOOLEAN:
        ends = [exp.null(), exp.null()]
    else:
        ends = [field.text(dialect, made(this=own.copy())) for made in (exp.Min, exp.Max)]
    total = field.text(dialect, exp.Sum(this=own.copy())) if field.is_summed else exp.null()
    return [nulls, *ends, total]
