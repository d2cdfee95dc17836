"""The programs that the harness is held against; each asks the same 50 checks."""

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.subject import AS_OF, best_statements, statements
from benchmarks.wide import COLUMNS


def by_hand(folder: Path) -> None:
    """The SQL that one writes for the same numbers, on the bare driver: one scan, and the distinct counts beside it."""
    _run(folder, statements())


def best_by_hand(folder: Path) -> None:
    """The best SQL we know for the same numbers."""
    _best(folder, by_value=True)


def best_scan(folder: Path) -> None:
    """The same without a grouping by value."""
    _best(folder, by_value=False)


def _best(folder: Path, *, by_value: bool) -> None:
    rows, footers = json.loads((folder / "rows.json").read_text()), (folder / "orders.parquet").exists()
    _run(folder, best_statements(rows, footers=footers, by_value=by_value))


def _run(folder: Path, asked: Sequence[str]) -> None:
    import duckdb

    with duckdb.connect(str(folder / "bench.duckdb"), read_only=True) as connection:
        for statement in asked:
            connection.execute(statement).fetchall()


def soda(folder: Path) -> None:
    """soda-core through its API."""
    from soda_core.common.yaml import ContractYamlSource, DataSourceYamlSource
    from soda_core.contracts.contract_verification import ContractVerificationSession

    session = ContractVerificationSession.execute(
        contract_yaml_sources=[ContractYamlSource.from_file_path(str(folder / "orders.soda.yml"))],
        data_source_yaml_sources=[DataSourceYamlSource.from_file_path(str(folder / "source.yml"))],
        data_timestamp=AS_OF.isoformat(),
    )
    outcomes = [check.outcome.name for check in session.contract_verification_results[0].check_results]
    if len(outcomes) != 50 or "NOT_EVALUATED" in outcomes:
        sys.exit(f"soda did not evaluate 50 checks: {outcomes}")


def datacontract(folder: Path) -> None:
    """datacontract-cli through its API."""
    from datacontract.data_contract import DataContract

    path = folder / "contracts" / "orders.odcs.yaml"
    run = DataContract(data_contract_file=str(path), inline_references=False).test()
    if len(run.checks) < 50:
        sys.exit(f"datacontract-cli ran {len(run.checks)} checks")


def datacontract_many(folder: Path) -> None:
    """datacontract-cli's test, contract by contract in one process."""
    from datacontract.data_contract import DataContract

    for path in sorted((folder / "contracts").glob("*.odcs.yaml")):
        DataContract(data_contract_file=str(path), inline_references=False).test()


def soda_many(folder: Path) -> None:
    """soda-core through its API, all contracts in one session."""
    from soda_core.common.yaml import ContractYamlSource, DataSourceYamlSource
    from soda_core.contracts.contract_verification import ContractVerificationSession

    paths = sorted((folder / "soda").glob("*.yml"))
    session = ContractVerificationSession.execute(
        contract_yaml_sources=[ContractYamlSource.from_file_path(str(path)) for path in paths],
        data_source_yaml_sources=[DataSourceYamlSource.from_file_path(str(folder / "source.yml"))],
        data_timestamp=AS_OF.isoformat(),
    )
    if len(session.contract_verification_results) != len(paths):
        sys.exit("soda did not run every contract")


def datacontract_lint(folder: Path) -> None:
    """datacontract-cli's lint, file by file in one process."""
    from datacontract.data_contract import DataContract

    for path in sorted((folder / "contracts").glob("*.odcs.yaml")):
        DataContract(data_contract_file=str(path), inline_references=False).lint()


def datacontract_breaking(folder: Path) -> None:
    """datacontract-cli's breaking changes, pair by pair in one process, of the pairs that differ."""
    from datacontract.data_contract import DataContract

    broken = 0
    for path in sorted((folder / "contracts").glob("*.odcs.yaml")):
        before = folder / "before" / path.name
        if before.read_bytes() != path.read_bytes():
            old, new = (DataContract(data_contract_file=str(each), inline_references=False) for each in (before, path))
            broken += old.breaking(new).is_breaking
    if not broken:
        sys.exit("datacontract-cli found nothing")


def lineage(folder: Path) -> None:
    """Our column lineage of the wide query."""
    from harness.lineage.columns import column_lineage
    from harness.lineage.tables import Entry, Tables

    tables = Tables()
    tables.add(Entry("raw.wide", ("raw", "wide"), COLUMNS))
    (found,) = column_lineage((folder / "wide.sql").read_text(encoding="utf-8"), tables)
    if found.gaps or len(found.columns) != len(COLUMNS) or not all(origins for _, origins in found.columns):
        sys.exit("not every column was resolved")


def sqlglot_lineage(folder: Path) -> None:
    """sqlglot's, of all columns at once; without `trim_selects=False` it takes half a minute."""
    from sqlglot.lineage import lineage as of_sqlglot

    sql = (folder / "wide.sql").read_text(encoding="utf-8")
    schema = {"raw": {"wide": dict.fromkeys(COLUMNS, "int")}}
    found = of_sqlglot(None, sql, schema, dialect="duckdb", trim_selects=False)
    if len(found) != len(COLUMNS):
        sys.exit(f"sqlglot resolved {len(found)} columns")


PROGRAMS: dict[str, Callable[[Path], None]] = {
    "by-hand": by_hand,
    "best-by-hand": best_by_hand,
    "best-scan": best_scan,
    "soda": soda,
    "datacontract": datacontract,
    "datacontract-many": datacontract_many,
    "soda-many": soda_many,
    "datacontract-lint": datacontract_lint,
    "datacontract-breaking": datacontract_breaking,
    "lineage": lineage,
    "sqlglot-lineage": sqlglot_lineage,
}

if __name__ == "__main__":
    PROGRAMS[sys.argv[1]](Path(sys.argv[2]))
