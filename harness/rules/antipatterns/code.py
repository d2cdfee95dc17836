"""The SQL that builds tables, as these rules look at it: models and snapshots of dbt, and scripts, each parsed once."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlglot import exp, parse
from sqlglot.errors import ParseError, SqlglotError

from harness.load.dialect import dialect_of
from harness.load.lineage import Script
from harness.model.contract import Contract, Schema
from harness.model.dbt import DbtNode, DbtProject
from harness.model.location import Location
from harness.model.project import Project
from harness.rules.antipatterns.jinja import THIS, on_later_runs, without_comments
from harness.rules.catalog import name_in_catalog
from harness.rules.rule import Context, Finding

_WRITES = (exp.Create, exp.Insert, exp.Merge, exp.Update, exp.Delete, exp.Copy)
Statements = tuple[exp.Expr, ...]
_PARSER_ERRORS = (SqlglotError, ValueError, AttributeError, TypeError, RecursionError)
"""Besides its own, sqlglot's parser lets a few others out for SQL that makes no sense."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A file of SQL that builds tables."""

    name: str
    """The model's, or the script's file."""
    at: Location
    text: str
    """As somebody wrote it, Jinja and all."""
    dialect: str = ""
    statements: Statements = ()
    """As dbt compiled it, or as the script stands."""
    later: Statements = ()
    """Of an incremental model: as runs after the first see it."""
    problem: str = ""
    """Why it, or its later runs, could not be read."""
    node: DbtNode | None = None
    project: Project = field(repr=False, compare=False)

    @property
    def all(self) -> Statements:
        """Every statement, of the first run and of later ones."""
        return self.statements + self.later

    @property
    def incremental(self) -> bool:
        """Whether it is a model that adds to what earlier runs built."""
        return bool(self.node and self.node.materialized == "incremental")

    def of(self, statement: exp.Expr | None) -> tuple[Contract, Schema] | None:
        """The contract of the table that the model, or else a statement of the script, builds."""
        target = target_of(statement) if statement else None
        name = self.node.relation if self.node else named(target) if target else ""
        return contract_of(name, self.project) if name else None

    def itself(self, table: exp.Table) -> bool:
        """Whether `table` is the one that the model builds; dbt writes it with its schema, and a CTE has none."""
        return table.name == THIS or bool(self.node and _is_relation(table, self.node))

    def line_of(self, *words: str) -> Location:
        """The first line of the text, comments apart, that holds one of the words, by the order of the words."""
        lines = without_comments(self.text).splitlines()
        for word in words:
            wanted = re.compile(rf"(?<!\w){re.escape(word)}(?!\w)", re.IGNORECASE)
            for number, line in enumerate(lines, 1):
                if wanted.search(line):
                    return Location(self.at.file, number)
        return Location(self.at.file, self.at.line)

    def place_of(self, node: exp.Expr, *words: str) -> Location:
        """Where a part of a script begins; of a model, whose SQL dbt made, the first line with one of the words."""
        found = (each.meta["line"] for each in node.walk(bfs=False) if "line" in each.meta)
        line = next(found, 0) if self.node is None else 0
        return Location(self.at.file, line) if line else self.line_of(*words)

    def finding(self, message: str, at: Location, key: str, *, of: exp.Expr | None = None, **more: Any) -> Finding:
        """A finding in this file, of the contract of the table that the model, or else the statement `of`, builds."""
        contract, schema = self.of(of) or (None, None)
        table = schema.name if schema else self.node.name if self.node else ""
        return Finding(message=message, at=at, table=table, key=f"{self.at.file} {key}", contract=contract, **more)


def codes(context: Context) -> tuple[Code, ...]:
    """All the SQL of the project that builds tables; that of dbt's packages is not the project's own."""
    if "codes" not in context.known:
        context.known["codes"] = (
            *_models(context.dbt, context.project),
            *_scripts(context.scripts or (), context.project),
        )
    found: tuple[Code, ...] = context.known["codes"]
    return found


def named(table: exp.Table) -> str:
    """`schema.name`, or the bare name, in lower case."""
    return ".".join(part for part in (table.db, table.name) if part).lower()


def target_of(statement: exp.Expr) -> exp.Table | None:
    """The table that a statement writes; None for one that writes none, or a file."""
    if not isinstance(statement, _WRITES) or (isinstance(statement, exp.Copy) and not statement.args.get("kind")):
        return None
    written = statement.this.this if isinstance(statement.this, exp.Schema) else statement.this
    return written if isinstance(written, exp.Table) else None


def same_table(one: str, other: str) -> bool:
    """Whether two names are of one table: a schema counts where both have one."""
    (schema, _, name), (their_schema, _, their_name) = one.lower().rpartition("."), other.lower().rpartition(".")
    return name == their_name and (not schema or not their_schema or schema == their_schema)


def contract_of(name: str, project: Project) -> tuple[Contract, Schema] | None:
    """The contract of the table that SQL calls `schema.name`: one of another schema is not meant by the bare name."""
    found = project.find(name)
    return found if found and same_table(name_in_catalog(project, *found), name) else None


def parsed(sql: str, dialect: str) -> Statements:
    """The statements in `sql`. Raises ValueError for what cannot be parsed."""
    try:
        found = tuple(statement for statement in parse(sql, dialect=dialect) if statement)
    except _PARSER_ERRORS as error:
        place = error.errors[0].get("line") if isinstance(error, ParseError) and error.errors else None
        raise ValueError(f"the SQL cannot be parsed{f', line {place}' if place else ''}") from None
    return found


def _models(dbt: DbtProject | None, project: Project) -> Iterator[Code]:
    dialect = dialect_of(dbt.adapter) if dbt else ""
    for node in dbt.own if dbt else ():
        if node.kind != "seed" and node.language == "sql":
            yield _model(node, dialect, project)


def _model(node: DbtNode, dialect: str, project: Project) -> Code:
    problem, statements, later = node.problem, Statements(), Statements()
    try:
        statements = parsed(node.compiled_code, dialect)
        if node.materialized == "incremental" and not _reads(statements, node):
            # it was compiled for a first run, which sees nothing of what later ones do
            later = _queries(on_later_runs(node.raw_code, node.compiled_code), dialect)
    except ValueError as error:
        problem = problem or (f"what it does on later runs cannot be told: {error}" if statements else str(error))
    return Code(
        name=node.name,
        at=node.at,
        text=node.raw_code,
        dialect=dialect,
        statements=statements,
        later=later,
        problem=problem,
        node=node,
        project=project,
    )


def _queries(sql: str, dialect: str) -> Statements:
    """The one query of a model. Raises ValueError for what is none: all of it may be what a macro makes."""
    found = parsed(sql, dialect)
    if len(found) != 1 or not isinstance(found[0], exp.Query):
        raise ValueError("only dbt knows its SQL")
    return found


def _reads(statements: Iterable[exp.Expr], node: DbtNode) -> bool:
    return any(_is_relation(table, node) for each in statements for table in each.find_all(exp.Table))


def _is_relation(table: exp.Table, node: DbtNode) -> bool:
    return bool(table.db) and same_table(named(table), node.relation)


def _scripts(scripts: Iterable[Script], project: Project) -> Iterator[Code]:
    server = project.servers.get(project.default_server)
    dialect = dialect_of(server.type if server else "")
    for script in scripts:
        problem, statements = "", Statements()
        try:
            statements = parsed(script.sql, dialect)
        except ValueError as error:
            problem = str(error)
        yield Code(
            name=script.at.file,
            at=script.at,
            text=script.sql,
            dialect=dialect,
            statements=statements,
            problem=problem,
            project=project,
        )
