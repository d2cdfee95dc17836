"""The process that runs soda-core: jobs as JSON on stdin, the facts about each file as one JSON line on stdout.

A process of its own because soda-core is slow to import, not safe with threads, sets global state on import and may be
missing. It decides nothing: `harness.runners.soda_answers` does. Started by `harness.runners.soda.start` only, which
gives it an environment with Soda's telemetry off and without secrets, but for the passwords of the servers.
"""

import json
import os
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib import import_module
from typing import Any, TextIO

from harness.engines.postgres import driver, said

Statements = list[dict[str, Any]]
Session = Callable[..., Any]
DECIDED = ("PASSED", "FAILED", "WARN")
PASSWORDS = "HARNESS_SODA_PASSWORDS"
"""The variable of the environment that holds the passwords of servers, by name, as JSON; empty before Soda sees it."""


def main() -> None:
    """Answers every job, in order; a file without a line is one that Soda did not get to."""
    for lifeline in sys.argv[1:]:
        threading.Thread(target=_end_with, args=(int(lifeline),), daemon=True).start()
    out = _private_stdout()
    passwords = json.loads(os.environ.pop(PASSWORDS, "{}"))
    jobs = json.load(sys.stdin)
    for job in jobs:
        if job["source"]["type"] == "postgres":
            job["source"]["connection"]["password"] = passwords.get(job["source"]["name"], "")
    statements: Statements = []
    try:
        execute = _soda(statements, {job["source"]["type"] for job in jobs})
    except ImportError as error:
        _write(out, {"missing": str(error)})
        return
    for job in jobs:
        _write(out, {"file": job["file"], "facts": _measure(job, execute, statements)})


def _end_with(lifeline: int) -> None:
    """Ends this process when the one that started it is no more: nobody would read the answer."""
    os.read(lifeline, 1)
    os._exit(1)


def _measure(job: Mapping[str, Any], execute: Session, statements: Statements) -> dict[str, Any]:
    """The facts of each check of a file, by its qualifier, which is the clause's key.

    Soda puts most checks into one SELECT, so one bad column leaves all of them undecided, and it logs errors without
    saying which check they concern. When something went wrong, therefore, each check is run again on its own.
    """
    keys = [key for key, _ in _checks(job["document"])]
    together = [key for key in keys if key not in job["apart"]]
    facts = _verify(job, together, execute, statements) if together else {}
    doubtful = any(fact["errors"] or fact["outcome"] not in DECIDED for fact in facts.values())
    for key in keys if doubtful and len(together) > 1 else job["apart"]:
        facts |= _verify(job, [key], execute, statements)
    return facts


def _verify(job: Mapping[str, Any], keys: Sequence[str], execute: Session, statements: Statements) -> dict[str, Any]:
    """Runs the checks called `keys` in one Soda session."""
    statements.clear()
    try:
        result = execute(_only(job["document"], keys), job["source"], job["as_of"])
        answers = {each.check.qualifier: each for each in result.check_results}
        errors, warnings = result.get_errors(), result.get_warnings()
        if result.error:
            errors.append(str(result.error))
        return {key: _fact(job, key, answers.get(key), errors, warnings, statements) for key in keys}
    except Exception as error:  # noqa: BLE001 - the runner's boundary: whatever Soda raises is an ERROR of these checks
        said = f"{type(error).__name__}: {error}"
        return {key: _fact(job, key, None, [said], [], statements) for key in keys}


def _fact(
    job: Mapping[str, Any], key: str, answer: Any, errors: list[str], warnings: list[str], statements: Statements
) -> dict[str, Any]:
    """What Soda found for one check, as plain values."""
    found = dict(getattr(answer, "diagnostic_metric_values", None) or {})
    metrics = {name: _number(value) for name, value in found.items()}
    statement = _statement(dict(_checks(job["document"]))[key], statements)
    return {
        "outcome": answer.outcome.name if answer else "LOST",
        "value": _number(getattr(answer, "threshold_value", None)),
        "age": _number(getattr(answer, "freshness_in_seconds", None)),
        "newest": str(getattr(answer, "max_timestamp_utc", "")),
        "metrics": {name: value for name, value in metrics.items() if value is not None},
        "differences": _differences(answer) if answer else [],
        "errors": errors,
        "warnings": warnings,
        "query": statement.get("sql", ""),
        "seconds": statement.get("seconds", 0.0),
    }


def _differences(answer: Any) -> list[str]:
    """How the table's columns differ from those of the file, when the check is about that."""
    missing = getattr(answer, "expected_column_names_not_actual", None) or []
    extra = getattr(answer, "actual_column_names_not_expected", None) or []
    types = getattr(answer, "column_data_type_mismatches", None) or []
    return [
        *(f"{name} is missing" for name in missing),
        *(f"{name} is not in the file" for name in extra),
        *(f"{each.column} is {each.get_actual()}, not {each.get_expected()}" for each in types),
        *(["the columns are in another order"] if getattr(answer, "are_columns_out_of_order", False) else []),
    ]


def _statement(check: Mapping[str, Any], statements: Statements) -> Mapping[str, Any]:
    """The statement that decided a check: its own query if it has one, else the fused one of its table."""
    ((kind, body),) = check.items()
    if kind == "schema":
        return next((s for s in statements if '"information_schema"' in s["sql"]), {})
    if "query" in body:
        own = _squeezed(body["query"]).split("${")[0]  # Soda has put the value of a variable into its place
        return next((s for s in statements if own and own in _squeezed(s["sql"])), {})
    joins = [s for s in statements if '"_soda_filtered_referenced_dataset"' in s["sql"]]
    if "valid_reference_data" in body:
        # without the name of the reference in the statement one cannot tell, and wrong evidence is worse than none
        return joins[0] if len(joins) == 1 else {}
    return next((s for s in statements if '"_soda_filtered_dataset"' in s["sql"] and s not in joins), {})


def _checks(document: Mapping[str, Any]) -> Iterable[tuple[str, dict[str, Any]]]:
    for holder in (document, *document["columns"]):
        for check in holder.get("checks", []):
            yield next(iter(check.values()))["qualifier"], check


def _only(document: Mapping[str, Any], keys: Iterable[str]) -> str:
    """The document with no other checks than `keys`; as JSON, which is YAML and leaves nothing to be guessed."""

    def kept(holder: Mapping[str, Any]) -> dict[str, Any]:
        checks = [c for c in holder.get("checks", []) if next(iter(c.values()))["qualifier"] in wanted]
        rest = {key: value for key, value in holder.items() if key != "checks"}
        return {**rest, "checks": checks} if checks else rest

    wanted = set(keys)
    return json.dumps(
        {**kept(document), "columns": [kept(column) for column in document["columns"]]}, ensure_ascii=False
    )


def _soda(statements: Statements, types: Iterable[str]) -> Session:
    """One call of soda-core, which notes its SQL in `statements`.

    Raises ImportError when Soda, or what it reads a type of servers with, is not installed.
    """
    import dotenv

    # Soda would load the .env of whatever project it is installed in
    dotenv.load_dotenv = lambda *_, **__: False
    from soda_core.common.data_source_connection import DataSourceConnection
    from soda_core.common.yaml import ContractYamlSource, DataSourceYamlSource
    from soda_core.contracts.contract_verification import ContractVerificationSession

    for type_ in types:
        import_module(f"soda_{type_}")  # without it Soda only warns
    for name in ("execute_query", "execute_query_one_by_one"):
        setattr(DataSourceConnection, name, _noting(getattr(DataSourceConnection, name), statements))

    def execute(contract: str, source: Mapping[str, Any], as_of: str) -> Any:
        session = ContractVerificationSession.execute(
            contract_yaml_sources=[ContractYamlSource.from_str(contract)],
            data_source_yaml_sources=[DataSourceYamlSource.from_str(json.dumps(source))],
            data_timestamp=as_of,
        )
        (result,) = session.contract_verification_results
        return result

    return execute


def _noting(call: Callable[..., Any], statements: Statements) -> Callable[..., Any]:
    """`call(connection, sql, ...)`, which also notes the SQL and how long it took; it takes one statement at a time."""

    def noted(connection: Any, sql: str, *args: Any, **options: Any) -> Any:
        started = time.perf_counter()
        of_postgres: tuple[type[Exception], ...] = ()
        if hasattr(connection.connection, "prepare_threshold"):
            of_postgres = (driver().Error,)
            # PostgreSQL prepares no two statements at once
            connection.connection.prepare_threshold = 0
        try:
            return call(connection, sql, *args, **options)
        except of_postgres as error:
            raise type(error)(said(error)) from None  # type: ignore[arg-type]
        finally:
            statements.append({"sql": sql, "seconds": time.perf_counter() - started})

    return noted


def _private_stdout() -> TextIO:
    """The real stdout; whatever else prints from now on goes to stderr."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return out


def _write(out: TextIO, line: Mapping[str, Any]) -> None:
    out.write(json.dumps(line) + "\n")
    out.flush()


def _number(value: Any) -> int | float | None:
    if value is None or isinstance(value, bool):
        return None
    try:
        return value if isinstance(value, int) else float(value)
    except (TypeError, ValueError):
        return None


def _squeezed(sql: str) -> str:
    return " ".join(sql.split())


if __name__ == "__main__":
    main()
