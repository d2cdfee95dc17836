"""Examples of the rows that violate a clause: its key and what the clause reads, never a classified column.

A sample informs and decides nothing: whatever goes wrong here is a note in it.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from itertools import takewhile

from sqlglot import exp
from sqlglot.errors import SqlglotError

from harness.engines import Engine
from harness.metrics import METRICS
from harness.metrics.expressions import ROW, column, literal, table, value_at
from harness.metrics.origins import origins
from harness.metrics.render import sql_of
from harness.model.check import Check, TableName
from harness.model.contract import Schema
from harness.model.errors import EngineError
from harness.model.fields import Each, Path, text_of
from harness.model.result import Sample

MOST = 100
"""The most rows that can be asked for."""
_LONGEST = 80
"""Characters of a value."""
_READ = 1000
"""Characters of a value that are read at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampler:
    """How samples are taken of the tables of one server."""

    engine: Engine
    dialect: str
    default_schema: str
    limit: int
    why_hidden: Callable[[Schema, TableName, str], str]
    """Why a column of a table may not be shown, or ""."""
    masked: Callable[[str], str]
    """A text without the secrets of the run."""

    def sample(self, check: Check, real: Collection[str]) -> Sample:
        """Up to `limit` violating rows of the check; `real` are the columns that its table has."""
        metric = METRICS.get(check.rule)
        if metric is None or metric.violating is None:
            return Sample(note=f"{check.rule} tells how many rows violate it, but not which")
        try:
            rows = metric.violating(check)
            if check.rule == "failedRows" and isinstance(rows, exp.Query):
                chosen = self._returned(check, rows, real)
            else:
                chosen = self._own(check, rows)
            if not chosen.statement:
                return Sample(hidden=chosen.hidden, note=chosen.note)
            found = self.engine.rows(sql_of(chosen.statement, self.dialect), self.limit)
        except (ValueError, LookupError, TypeError, RecursionError, SqlglotError) as error:
            return Sample(note=f"no statement gives the rows: {self.masked(str(error))}")
        except EngineError as error:
            return Sample(note=f"the rows could not be read: {self.masked(str(error))}")
        except Exception as error:  # noqa: BLE001 - the boundary around an engine call: no sample may end the run
            return Sample(note=f"the rows could not be read: {type(error).__name__}")
        shown = tuple(tuple(self._value(value) for value in row) for row in found)
        return Sample(
            columns=chosen.names, rows=shown, hidden=chosen.hidden, note="" if shown else "there are none now"
        )

    def _own(self, check: Check, rows: exp.Expr) -> "_Chosen":
        """The key and the check's columns, of the rows that one of our own metrics names."""
        read = [_one_of_a_row(check.path(name)) for name in check.columns]
        ways = {text_of(path): path for path in (*((name,) for name in _key(check)), *read)}
        names, hidden = self._told(check, ways)
        if not any(text_of(path) in names for path in read):
            return _Chosen(hidden=hidden, note="it reads no column that may be shown")
        if isinstance(rows, exp.Query):
            given = rows.named_selects
            names = tuple(name for name in names if "*" in given or name in given)
            source = exp.select().from_(rows.subquery(ROW))
        else:
            source = exp.select().from_(table(check.table, ROW)).where(rows)
        if not names:
            return _Chosen(hidden=hidden, note="it compares values within rows, and names no row")
        return _Chosen(names, hidden, self._statement(source, [value_at(ways[name], ROW) for name in names]))

    def _returned(self, check: Check, query: exp.Query, real: Collection[str]) -> "_Chosen":
        """The columns of a user's query that are plain columns of the table, under the names that it gives them."""
        existing = {name.casefold() for name in real}
        found = origins(query, check.table, self.default_schema)
        if found == [("*", "*")]:
            return self._key_of_whole_rows(check, query, existing)
        shown, hidden = {}, []
        for index, (name, origin) in enumerate(found):
            if origin and origin.casefold() in existing:
                why = self.why_hidden(check.schema, check.table, origin)
            else:
                why = f"{name} is no plain column of {check.table}"
            if why:
                hidden.append(why)
            else:
                shown[f"c{index}"] = name
        told = tuple(dict.fromkeys(hidden))
        if not shown or any(name == "*" for name, _ in found):
            return _Chosen(hidden=told, note="its query gives no column that may be shown")
        # by position: two columns of a query may have one name
        positions = [exp.to_identifier(f"c{index}", quoted=True) for index in range(len(found))]
        alias = exp.TableAlias(this=exp.to_identifier(ROW, quoted=True), columns=positions)
        source = exp.select().from_(exp.Subquery(this=query, alias=alias))
        return _Chosen(tuple(shown.values()), told, self._statement(source, [column(name, ROW) for name in shown]))

    def _key_of_whole_rows(self, check: Check, query: exp.Query, existing: Collection[str]) -> "_Chosen":
        names, hidden = self._told(check, [name for name in _key(check) if name.casefold() in existing])
        if not names:
            return _Chosen(hidden=hidden, note="its query gives whole rows, and there is no key that may be shown")
        source = exp.select().from_(query.subquery(ROW))
        return _Chosen(names, hidden, self._statement(source, [column(name, ROW) for name in names]))

    def _told(self, check: Check, names: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Those of the columns that may be shown, and why the others may not."""
        why = {name: self.why_hidden(check.schema, check.table, name) for name in names}
        return tuple(name for name in why if not why[name]), tuple(filter(None, why.values()))

    def _statement(self, source: exp.Select, values: Iterable[exp.Expr]) -> exp.Select:
        """Values as text: a driver cannot hold every date that a database can."""
        texts = [exp.Left(this=exp.cast(value, "text"), expression=literal(_READ)) for value in values]
        return source.select(*texts).limit(self.limit)

    def _value(self, value: object) -> str | None:
        return None if value is None else visible(self.masked(str(value)))


@dataclass(frozen=True, slots=True)
class _Chosen:
    """What is shown of a check's rows: the columns, why not others, and the statement, or why there is none."""

    names: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    statement: exp.Select | None = None
    note: str = ""


def _key(check: Check) -> list[str]:
    return [item.column for item in check.schema.primary_key]


def _one_of_a_row(path: Path) -> Path:
    """The way to what a row has one of: an array as a whole, not what is inside it."""
    return tuple(takewhile(lambda step: not isinstance(step, Each), path))


def visible(text: str) -> str:
    """The text on one line and cut short, what cannot be seen in it written as an escape."""
    cut = text[:_LONGEST]
    shown = "".join(each if each.isprintable() and each != "\\" else _escape(each) for each in cut)
    return shown + ("…" if len(text) > len(cut) else "")


def _escape(letter: str) -> str:
    return letter.encode("unicode_escape").decode("ascii")
