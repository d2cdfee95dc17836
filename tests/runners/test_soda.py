"""Real soda-core on a real DuckDB file: one worker answers all files below."""

from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from harness.load.checks import parse_check_file
from harness.model.check import TableName
from harness.model.contract import Server
from harness.model.location import Location
from harness.runners.soda import SodaAnswer, SodaJob, start

AS_OF = datetime(2024, 1, 6, tzinfo=UTC)
TABLES = """
create schema staging;
create table staging.orders as
  select i as id, case when i % 10 = 0 then null else 'c' || (i % 7) end as code,
         timestamp '2024-01-01' + to_hours(i::int) as placed_at
  from range(100) rows(i);
create table staging.empty as select * from staging.orders limit 0;
create table staging.early as select timestamptz '2024-01-06 02:00:00+00' as placed_at;
create table staging.words as select unnest(['v1', 'v2', 'v1v2', 'v3']) as word;
"""
HEAD = "dataset: warehouse/staging/{table}\n"
FILES = {
    "good": (
        "orders",
        """
variables: {top: {default: 100}}
checks:
  - schema: {allow_extra_columns: true}
  - row_count: {threshold: {must_be: 100}}
  - freshness: {column: placed_at, threshold: {unit: day, must_be_less_than: 2}}
  - failed_rows: {expression: "id > ${var.top}"}
  - failed_rows: {qualifier: query, query: "select * from staging.orders where id > 98", threshold: {must_be: 1}}
  - metric: {expression: avg(id), threshold: {must_be_between: {greater_than: 49, less_than: 50}}}
  - duplicate: {columns: [id, code]}
columns:
  - name: id
    checks: [{missing: }, {duplicate: }, {aggregate: {function: max, threshold: {must_be: 99}}}]
  - name: code
    checks:
      - invalid: {qualifier: all, valid_values: [c0, c1, c2, c3, c4, c5, c6]}
      - invalid: {qualifier: some, valid_values: [c1]}
      - invalid: {qualifier: reference, valid_reference_data: {dataset: warehouse/staging/orders, column: code}}
""",
    ),
    "thresholds": (
        "orders",
        """
checks:
  - row_count: {name: enough rows, threshold: {must_be_greater_than: 500}}
  - freshness: {column: placed_at, threshold: {unit: hour, must_be_less_than: 10}}
columns:
  - name: code
    checks:
      - missing: {qualifier: beyond, threshold: {must_be_less_than: 10, additional: {must_be: 0, level: warn}}}
      - missing: {qualifier: between, threshold: {must_be_less_than: 11, additional: {must_be: 0, level: warn}}}
      - missing: {qualifier: percent, threshold: {metric: percent, must_be_less_than: 5, level: warn}}
""",
    ),
    "misspelt": (
        "orders",
        """
filtr: id < 10
checks:
  - row_count: {treshold: {must_be: 1}}
columns:
  - name: id
    checks: [{missing: }, {mising: }, {duplicate: {threshold: {must_be_les_than: 1}}}]
""",
    ),
    "dropped": (
        "orders",
        """
checks: [{row_count: }, {freshness: {column: gone_at, threshold: {must_be_less_than: 1}}}]
columns:
  - {name: id, checks: [{missing: }]}
  - {name: gone, checks: [{missing: }, {duplicate: }]}
""",
    ),
    "badsql": (
        "orders",
        """
checks:
  - row_count:
  - failed_rows: {qualifier: bad, query: "select * from staging.orders where idx > 5"}
  - failed_rows: {qualifier: file, query: "select * from read_text('notes.txt')"}
  - failed_rows: {qualifier: good, query: "select * from staging.orders where id > 500"}
""",
    ),
    "two": ("orders", "checks: [{row_count: {threshold: {must_be: 1, must_not_be: 2}}}]\n"),
    "early": ("early", "checks: [{freshness: {column: placed_at, threshold: {unit: hour, must_be_less_than: 24}}}]\n"),
    "nodate": ("orders", "checks: [{freshness: {column: code, threshold: {must_be_less_than: 24}}}]\n"),
    "empty": (
        "empty",
        """
checks:
  - row_count:
  - freshness: {column: placed_at, threshold: {must_be_less_than: 24}}
  - failed_rows: {expression: id > 5}
  - failed_rows: {qualifier: query, query: select * from staging.empty}
columns:
  - name: id
    checks:
      - missing:
      - invalid: {valid_min: 1}
      - duplicate:
      - aggregate: {function: max, threshold: {must_be: 9}}
""",
    ),
    "filtered": ("orders", "filter: id < 0\ncolumns: [{name: id, checks: [{missing: }]}]\n"),
    "alike": (
        "words",
        """
columns:
  - name: word
    checks:
      - invalid: {qualifier: two, valid_values: [v1, v2]}
      - invalid: {qualifier: one, valid_values: [v1v2]}
""",
    ),
    "drifted": ("words", "checks: [{schema: }]\ncolumns: [{name: word, data_type: integer}, {name: count}]\n"),
    "nosuch": ("nosuch", "checks: [{row_count: }, {schema: }]\n"),
    "nofile": ("orders", "checks: [{row_count: }]\n"),
    "elsewhere": ("orders", "checks: [{row_count: }]\n"),
}
CASES = [
    ("good", "schema", "passed", "the columns of the file"),
    ("good", "row_count", "passed", "100 rows"),
    ("good", "freshness", "passed", "21 h"),
    ("good", "failed_rows", "passed", "0 rows"),
    ("good", "failed_rows/query", "passed", "1 row"),
    ("good", "metric", "passed", "49.5"),
    ("good", "duplicate", "passed", "0 rows"),
    ("good", "id/missing", "passed", "0 rows"),
    ("good", "id/duplicate", "passed", "0 rows"),
    ("good", "id/aggregate", "passed", "99"),
    ("good", "code/invalid/all", "passed", "0 rows"),
    ("good", "code/invalid/some", "failed", "76 rows"),
    ("good", "code/invalid/reference", "passed", "0 rows"),
    ("thresholds", "row_count", "failed", "100 rows"),
    ("thresholds", "freshness", "failed", "21 h"),
    ("thresholds", "code/missing/beyond", "failed", "10 rows"),
    ("thresholds", "code/missing/between", "warned", "10 rows"),
    ("thresholds", "code/missing/percent", "warned", "10 %"),
    ("misspelt", "filtr", "error", "did you mean `filter`?"),
    ("misspelt", "row_count", "error", "`row_count` has no key `treshold`; did you mean `threshold`?"),
    ("misspelt", "id/missing", "passed", "0 rows"),
    ("misspelt", "id/mising", "error", "did you mean `missing`?"),
    ("misspelt", "id/duplicate", "error", "did you mean `must_be_less_than`?"),
    # Soda itself leaves every check of this file undecided
    ("dropped", "row_count", "passed", "100 rows"),
    ("dropped", "freshness", "error", '"gone_at" not found'),
    ("dropped", "id/missing", "passed", "0 rows"),
    ("dropped", "gone/missing", "error", '"gone" not found'),
    ("dropped", "gone/duplicate", "error", '"gone" not found'),
    ("badsql", "row_count", "passed", "100 rows"),
    ("badsql", "failed_rows/bad", "error", '"idx" not found'),
    ("badsql", "failed_rows/file", "error", "file system operations are disabled"),
    ("badsql", "failed_rows/good", "passed", "0 rows"),
    ("two", "row_count", "error", "must make one comparison, not 2: must_be, must_not_be"),
    ("early", "freshness", "failed", "the newest row is 2 h in the future (2024-01-06 02:00:00+00:00)"),
    ("nodate", "freshness", "error", "could not be parsed as a datetime"),
    ("empty", "row_count", "failed", "0 rows"),
    ("empty", "freshness", "error", "the age cannot be told"),
    ("empty", "failed_rows", "error", "no rows were tested"),
    ("empty", "failed_rows/query", "error", "no rows were tested"),
    ("empty", "id/missing", "error", "no rows were tested"),
    ("empty", "id/invalid", "error", "no rows were tested"),
    ("empty", "id/duplicate", "error", "no rows were tested"),
    ("empty", "id/aggregate", "error", "could not evaluate it"),
    ("filtered", "id/missing", "error", "no rows were tested"),
    # Soda itself takes both for one metric and gives both the same number
    ("alike", "word/invalid/two", "failed", "2 rows"),
    ("alike", "word/invalid/one", "failed", "3 rows"),
    ("drifted", "schema", "failed", "count is missing; word is varchar, not integer"),
    ("nosuch", "row_count", "error", "Table with name nosuch does not exist"),
    ("nosuch", "schema", "error", "could not evaluate it"),
    ("nofile", "row_count", "error", "database does not exist"),
    ("elsewhere", "row_count", "error", "the file's dataset is `warehouse/staging/words`"),
]
SERVERS = {"nofile": "gone.duckdb"}
HEADS = {"elsewhere": "dataset: warehouse/staging/words\n"}

Answers = dict[tuple[str, str], SodaAnswer]


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Answers:
    root = tmp_path_factory.mktemp("soda")
    with duckdb.connect(str(root / "warehouse.duckdb")) as connection:
        connection.execute(TABLES)
    with start([_job(root, name) for name in FILES], {"PATH": "", "SECRET": "swordfish"}) as run:
        return run.collect(120)


def _job(root: Path, name: str) -> SodaJob:
    table, text = FILES[name]
    database = SERVERS.get(name, "warehouse.duckdb")
    return SodaJob(
        file=parse_check_file(HEADS.get(name, HEAD.format(table=table)) + text, name),
        server=Server(at=Location("harness.yaml"), name="warehouse", type="duckdb", settings={"database": database}),
        root=root,
        table=TableName("staging", table),
        as_of=AS_OF,
    )


@pytest.mark.parametrize(("file", "key", "outcome", "said"), CASES)
def test_an_answer_is_never_better_than_the_data(
    answers: Answers, file: str, key: str, outcome: str, said: str
) -> None:
    answer = answers[file, f"soda/{key}"]

    assert (answer.outcome.value, said in (answer.message or answer.actual)) == (outcome, True), answer


def test_every_clause_has_an_answer(answers: Answers) -> None:
    assert set(answers) == {(file, f"soda/{key}") for file, key, _, _ in CASES}


def test_an_answer_carries_its_evidence(answers: Answers) -> None:
    some = answers["good", "soda/code/invalid/some"]

    assert (some.failed_rows, some.total_rows, some.value, some.expected) == (76, 100, 76, "= 0 rows")
    assert "\"code\" IN ('c1')" in some.query
    assert some.seconds > 0


@pytest.mark.parametrize(
    ("key", "sql"),
    [
        ("schema", '"information_schema"."columns"'),
        ("row_count", "COUNT(*) AS"),
        ("failed_rows/query", "where id > 98"),
        ("code/invalid/reference", "LEFT JOIN"),
    ],
)
def test_the_query_is_the_one_that_decided(answers: Answers, key: str, sql: str) -> None:
    assert sql in answers["good", f"soda/{key}"].query


def test_a_variable_of_the_environment_reaches_no_answer(answers: Answers) -> None:
    assert "swordfish" not in str(answers)
