"""sql-style."""

import re
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

from harness.model.location import Location
from harness.model.project import CheckFile, Project
from harness.model.result import Severity
from harness.rules.rule import Context, Finding, rule

_CODES = ("LT01", "LT02", "LT04", "LT05", "LT12", "CP01")
_SYNTAX = ("PRS", "LXR")
_DIALECTS = {"postgresql": "postgres", "spark": "sparksql", "sqlserver": "tsql", "": "ansi"}
# with a comment like this a file could change how it is read, down to running code of its own
_DIRECTIVE = re.compile(r"(-- ?)sqlfluff")


@rule("sql-style", severity=Severity.WARNING, scope="project", style=True)
def sql_style(context: Context) -> Iterator[Finding]:
    """A SQL check does not parse, or is laid out so that its change is hard to read.

    *Why*

    A check in `checks/` is reviewed like code, and one layout keeps a diff down to what was changed. sqlfluff judges,
    in the dialect of the project's default server: syntax (`PRS`), spacing (`LT01`), indentation (`LT02`), commas
    (`LT04`), line length (`LT05`), the newline at the end (`LT12`), and keywords in one case (`CP01`). Each is reported
    once for each file. Comments that configure sqlfluff are ignored. Where sqlfluff is not installed (it is
    the extra `sql`) this rule reports nothing.

    *Bad*

    ```sql
    SELECT  flight_id
    from marts.fct_flights
    WHERE distance<0
    ```

    *Good*

    ```sql
    SELECT flight_id
    FROM marts.fct_flights
    WHERE distance < 0
    ```
    """
    files = [file for file in context.project.checks if file.kind == "sql" and not file.error]
    if not files or not find_spec("sqlfluff"):
        return
    dialect = _dialect(context.project)
    for file in files:
        yield from _findings(file, dialect)


def _findings(file: CheckFile, dialect: str) -> Iterator[Finding]:
    by_code: dict[str, list[dict[str, Any]]] = {}
    for violation in _violations(file.text, dialect):
        by_code.setdefault(violation["code"], []).append(violation)
    for code, violations in sorted(by_code.items()):
        first = violations[0]
        more = f" (and {len(violations) - 1} more in this file)" if len(violations) > 1 else ""
        name = "syntax" if code in _SYNTAX else first["name"]
        yield Finding(
            message=f"{code} {name}: {_one_line(first['description'])}{more}; run `sqlfluff fix` or correct it",
            at=Location(file.file, first["start_line_no"], first["start_line_pos"]),
            key=f"{file.file} {code}",
        )


def _violations(text: str, dialect: str) -> list[dict[str, Any]]:
    import sqlfluff
    from sqlfluff.core import FluffConfig

    overrides: dict[str, Any] = {
        "dialect": dialect,
        "templater": "raw",
        "rules": ",".join(_CODES),
        "max_line_length": 120,
    }
    config = FluffConfig.from_root(ignore_local_config=True, overrides=overrides)
    return list(sqlfluff.lint(_DIRECTIVE.sub(r"\1Sqlfluff", text), config=config))


def _dialect(project: Project) -> str:
    from sqlfluff.core.dialects import dialect_selector

    server = project.servers.get(project.default_server)
    type_ = server.type.lower() if server else ""
    name = _DIALECTS.get(type_, type_)
    try:
        dialect_selector(name)  # loads this dialect alone; a list of them would load them all
    except KeyError:
        return "ansi"
    return name


def _one_line(text: str) -> str:
    joined = " ".join(text.split())
    return joined if len(joined) <= 160 else joined[:157] + "..."
