"""What a Soda file asks is known, and its misspellings are found, before Soda runs."""

import json
import sysconfig
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.load.checks import parse_check_file
from harness.load.soda import SodaClause, soda_clauses
from harness.load.soda_vocabulary import BOUNDS, CLOUD_KEYS, COLUMN_KEYS, COMPARATORS, FILE_KEYS, RANGES, TYPES
from harness.model.check import TableName
from harness.model.contract import Server
from harness.model.location import Location
from harness.model.result import Dimension, Severity
from harness.runners.soda_jobs import SodaJob, prepared

FILE = """\
dataset: warehouse/staging/orders
variables: {top: {default: 5}}
check_attributes: {severity: warning}
soda_agent: {}
checks:
  - schema:
  - row_count: {name: enough, attributes: {severity: error}}
  - freshness: {column: at, threshold: {unit: day, must_be_less_than: 2}}
  - failed_rows: {qualifier: q, expression: "id < ${var.top}", attributes: {dimension: conformity}}
columns:
  - name: id
    checks:
      - missing:
      - missing: {qualifier: 2, threshold: {metric: percent, must_be_less_than: 9.5, level: warn}}
      - duplicate: {threshold: {must_be_between: {greater_than: 1, less_than_or_equal: 5}}}
      - invalid: {valid_min: 1, threshold: {must_be: 0, level: warn, additional: {must_be_less_than: 9}}}
      - aggregate: {function: max, threshold: {must_be_not_between: {greater_than: 9, less_than: 5}}}
"""


def _clauses(text: str) -> tuple[SodaClause, ...]:
    return soda_clauses(parse_check_file(text, "checks/staging/orders.soda.yml"))


def _one(check: str, at: str = "column") -> str:
    """The error of one check."""
    holder = f"columns: [{{name: id, checks: [{check}]}}]" if at == "column" else f"checks: [{check}]"
    (clause,) = _clauses(f"dataset: warehouse/staging/orders\n{holder}\n")
    return clause.error


def test_every_check_is_a_clause_with_its_line() -> None:
    assert [(c.key, c.column, c.line) for c in _clauses(FILE)] == [
        ("soda/soda_agent", "", 4),
        ("soda/schema", "", 6),
        ("soda/row_count", "", 7),
        ("soda/freshness", "", 8),
        ("soda/failed_rows/q", "", 9),
        ("soda/id/missing", "id", 13),
        ("soda/id/missing/2", "id", 14),
        ("soda/id/duplicate", "id", 15),
        ("soda/id/invalid", "id", 16),
        ("soda/id/aggregate", "id", 17),
    ]
    assert not any(clause.error for clause in _clauses(FILE))


@pytest.mark.parametrize(
    ("key", "dimension", "severity", "expected"),
    [
        ("schema", Dimension.VALIDITY, Severity.WARNING, "the columns of the file"),
        ("row_count", Dimension.COMPLETENESS, Severity.ERROR, "> 0 rows"),
        ("freshness", Dimension.FRESHNESS, Severity.WARNING, "< 2 d"),
        ("failed_rows/q", Dimension.VALIDITY, Severity.WARNING, "= 0 rows"),
        ("id/missing", Dimension.COMPLETENESS, Severity.WARNING, "= 0 rows"),
        ("id/missing/2", Dimension.COMPLETENESS, Severity.WARNING, "< 9.5 %"),
        ("id/duplicate", Dimension.UNIQUENESS, Severity.WARNING, "> 1 row and <= 5 rows"),
        ("id/invalid", Dimension.VALIDITY, Severity.WARNING, "= 0 rows (warn), < 9 rows (fail)"),
        ("id/aggregate", Dimension.ACCURACY, Severity.WARNING, "not > 9 and < 5"),
    ],
)
def test_a_clause_knows_what_it_is_about(key: str, dimension: Dimension, severity: Severity, expected: str) -> None:
    clause = next(c for c in _clauses(FILE) if c.key == f"soda/{key}")

    assert (clause.dimension, clause.severity, clause.expected) == (dimension, severity, expected)


def test_the_level_of_the_only_threshold_is_the_severity() -> None:
    (clause,) = _clauses("dataset: a/b\nchecks: [{row_count: {threshold: {must_be: 1, level: warn}}}]\n")

    assert clause.severity is Severity.WARNING


def test_the_schedule_of_soda_cloud_is_skipped_with_a_reason() -> None:
    assert _clauses(FILE)[0].skip == "the schedule of Soda Cloud is not used here"


@pytest.mark.parametrize(
    ("check", "said"),
    [
        ("{misssing: }", "did you mean `missing`?"),
        ("{reconciliation: {}}", "there is no type of check `reconciliation`"),
        ("missing", "a check is one key"),
        ("{missing: , duplicate: }", "a check is one key"),
        ("{missing: 5}", "must hold keys and values"),
        ("{row_count: }", "`row_count` belongs to a table, not to a column"),
        ("{missing: {treshold: {}}}", "did you mean `threshold`?"),
        ("{missing: {group_by: [a]}}", "`missing` has no key `group_by`"),
        ("{missing: {scope: late}}", "`missing` has no key `scope`"),
        ("{missing: {valid_values: [1]}}", "`missing` has no key `valid_values`"),
        ("{missing: {threshold: 5}}", "`threshold` must hold keys and values"),
        ("{missing: {threshold: {must_be_les_than: 5}}}", "did you mean `must_be_less_than`?"),
        ("{missing: {threshold: {must_be: }}}", "`must_be` must be a number, not None"),
        ("{missing: {threshold: {must_be: many}}}", "`must_be` must be a number, not 'many'"),
        ("{missing: {threshold: {must_be: 1, level: warning}}}", "did you mean `warn`?"),
        ("{missing: {threshold: {unit: hour}}}", "`threshold` has no key `unit`"),
        ("{missing: {threshold: {metric: percentage}}}", "did you mean `percent`?"),
        ("{missing: {threshold: {must_be: 1, additional: {mustbe: 2}}}}", "did you mean `must_be`?"),
        ("{missing: {threshold: {must_be_between: {greater: 1}}}}", "`must_be_between` has no key `greater`"),
        ("{missing: {threshold: {must_be_between: [1, 2]}}}", "must hold `greater_than` and `less_than`"),
        ("{missing: {attributes: {severity: warn}}}", "did you mean `warning`?"),
        ("{missing: {attributes: {dimension: freshnes}}}", "did you mean `freshness`?"),
        ("{missing: {attributes: 5}}", "`attributes` must hold keys and values"),
        ("{missing: {filter: 'a = ${var.b}'}}", "no variable `var.b`; known are soda.NOW, soda.DATA_TIMESTAMP"),
        ("{missing: {filter: 'a = ${env.HOME}'}}", "perhaps a secret"),
        ("{invalid: {valid_values: [a, null]}}", "without null"),
        ("{invalid: {valid_format: {regexp: a}}}", "did you mean `regex`?"),
        ("{invalid: {valid_reference_data: {dataset: lake/a/b, column: c}}}", "must begin with `warehouse/`"),
        ("{invalid: {valid_reference_data: {dataset: warehouse/a/b, column: 'c\"'}}}", "the name 'c\"' as SQL"),
        ("{invalid: {valid_reference_data: {dataset: 'warehouse/a/b\"', column: c}}}", "b\"' as SQL"),
        ("{metric: {query: q, filter: f, threshold: {must_be: 1}}}", "`metric` has no key `filter`"),
        ("{metric: {threshold: {must_be: 1}}}", "either an `expression` or a `query`"),
        ("{failed_rows: {query: q, filter: f}}", "Soda ignores a `filter` beside a `query`"),
        ("{missing: {missing_values: []}}", "with which Soda checks nothing"),
        ("{missing: {filter: 5}}", "`filter` must be a text, not 5"),
        ("{missing: {column_expression: }}", "`column_expression` must be a text"),
        ("{missing: {missing_format: '^a'}}", "must hold `regex` and `name`"),
        ("{missing: {store_failed_rows: true}}", "`missing` has no key `store_failed_rows`"),
        ("{invalid: {valid_min: '5'}}", "`valid_min` must be a number, not '5'"),
        ("{invalid: {valid_max_length: true}}", "`valid_max_length` must be a number"),
        ("{invalid: {valid_format: {regex: a}}}", "`valid_format` needs `name`"),
        ("{invalid: {valid_reference_data: {dataset: warehouse/a/b}}}", "needs `column`"),
        ("{invalid: {valid_reference_data: codes}}", "must hold `dataset` and `column`"),
        ("{duplicate: {columns: [a]}}", "on a column Soda ignores it"),
        ("{aggregate: {function: median, threshold: {must_be: 1}}}", "there is no function `median`"),
        ("{aggregate: {threshold: {must_be: 1}}}", "`aggregate` needs `function`"),
        ("{aggregate: {function: max}}", "`aggregate` needs a `threshold` with a comparison"),
        ("{aggregate: {function: max, threshold: {level: warn}}}", "needs a `threshold` with a comparison"),
        ("{metric: {expression: a}}", "`metric` needs a `threshold` with a comparison"),
        ("{failed_rows: {keys_query: q}}", "`failed_rows` has no key `keys_query`"),
        ("{failed_rows: {query: q, threshold: {metric: percent, must_be: 1}}}", "needs `rows_tested_query`"),
        ("{missing: {threshold: {must_be: 1, must_not_be: 2}}}", "must make one comparison, not 2"),
        ("{missing: {threshold: {must_be: 1, additional: {must_be: 2}}}}", "needs another `level`"),
        ("{missing: {threshold: {must_be: 1, additional: {level: warn}}}}", "needs one comparison in each"),
        ("{missing: {threshold: {must_be_between: {greater_than: 1}}}}", "one lower bound (`greater_than`)"),
        ("{missing: {threshold: {must_be_between: {greater_than: 5, less_than: 1}}}}", "is the wrong way round"),
        ("{missing: {threshold: {must_be_not_between: {greater_than: 1, less_than: 5}}}}", "is the wrong way round"),
    ],
)
def test_what_soda_would_ignore_is_an_error(check: str, said: str) -> None:
    assert said in _one(check)


@pytest.mark.parametrize(
    ("check", "said"),
    [
        ("{missing: }", "`missing` belongs to a column"),
        ("{schema: {threshold: {must_be: 1}}}", "`schema` has no key `threshold`"),
        ("{freshness: {column: a, now_variable: b}}", "`freshness` has no key `now_variable`"),
        ("{freshness: {threshold: {must_be_less_than: 5}}}", "`freshness` needs `column`"),
        ("{freshness: {column: a}}", "`freshness` needs a `threshold` with a comparison"),
        ("{freshness: {column: a, threshold: {unit: second, must_be: 1}}}", "`unit` cannot be `second`"),
        ("{duplicate: }", "`duplicate` needs `columns`"),
        ("{duplicate: {columns: []}}", "`columns` must be a list of names"),
        ("{schema: {allow_extra_columns: 'yes'}}", "must be true or false, not 'yes'"),
        ("{duplicate: {columns: ['a\"b']}}", "would read the name 'a\"b' as SQL"),
        ("{duplicate: {columns: ['${soda.NOW}']}}", "would read the name '${soda.NOW}' as SQL"),
        ("{freshness: {column: '${soda.NOW}', threshold: {must_be: 1}}}", "would read the name '${soda.NOW}' as SQL"),
    ],
)
def test_a_check_of_the_table_is_held_to_its_words_too(check: str, said: str) -> None:
    assert said in _one(check, at="table")


@pytest.mark.parametrize(
    ("text", "key", "said"),
    [
        ("", "soda/file", "the file is empty"),
        ("[1]", "soda/file", "a Soda file must hold keys and values"),
        ("dataset: a/b", "soda/file", "the file holds no check"),
        ("checks: [{row_count: }]", "soda/dataset", "`dataset` must name the table"),
        ("dataset: a/b\nchecks: {row_count: }", "soda/checks", "`checks` must be a list"),
        ("dataset: a/b\ncolums: []", "soda/colums", "did you mean `columns`?"),
        ("dataset: a/b\nscopes: {}", "soda/scopes", "a Soda file has no key `scopes`"),
        ("dataset: a/b\nfilter: a > ${var.c}", "soda/dataset/filter", "there is no variable `var.c`"),
        ("dataset: a/b\ncheck_attributes: {severity: high}", "soda/dataset/filter", "there is no severity `high`"),
        ("dataset: a/b\ncolumns: 5", "soda/columns", "`columns` must be a list"),
        ("dataset: a/b\ncolumns: [id]", "soda/columns/1", "a column needs a `name`"),
        ("dataset: a/b\ncolumns: [{name: id, optional: true}]", "soda/id", "a column has no key `optional`"),
        ("dataset: a/b\ncolumns: [{name: id, checks: }]", "soda/id/checks", "`checks` must be a list"),
    ],
)
def test_a_part_that_belongs_to_no_check_has_an_error_of_its_own(text: str, key: str, said: str) -> None:
    errors = {clause.key: clause.error for clause in _clauses(text)}

    assert said in errors[key]


_REFUSED = {
    "scopes", "optional", "scope", "keys_query", "key_column_mapping",
}  # fmt: skip
"""Keys of Soda's own JSON Schema that its open-source part does nothing with."""


def _keys_of_schema(node: Any) -> set[str]:
    if isinstance(node, list):
        return set().union(*map(_keys_of_schema, node))
    if not isinstance(node, dict):
        return set()
    own = node.get("properties", {})
    return set(own if isinstance(own, dict) else ()).union(*map(_keys_of_schema, node.values()))


def test_every_word_of_soda_is_known_or_refused() -> None:
    # read as a file: importing soda-core has effects on the whole process
    (path,) = (Path(sysconfig.get_path("purelib")) / "soda_core" / "contracts").glob("*json_schema*.json")
    known = {*FILE_KEYS, *CLOUD_KEYS, *COLUMN_KEYS, *COMPARATORS, *RANGES, *BOUNDS, *TYPES}
    known |= {key for kind in TYPES.values() for key in (*kind.keys, *kind.threshold)}
    known |= {"name", "qualifier", "attributes", "threshold", "level", "additional", "default", "regex", "dataset"}
    of_the_cloud = {"checks_schedule", "cron", "timezone", "schedule"}

    assert _keys_of_schema(json.loads(path.read_text())) - known - of_the_cloud == _REFUSED


def test_a_second_check_of_one_kind_needs_a_qualifier() -> None:
    clauses = _clauses("dataset: a/b\nchecks: [{row_count: }, {row_count: }]\n")

    assert [(c.key, bool(c.error)) for c in clauses] == [("soda/row_count", False), ("soda/row_count/2", True)]


def _shapes(words: tuple[str, ...]) -> st.SearchStrategy[Any]:
    """Values of any shape, whose keys are mostly words that mean something in a Soda file."""
    leaves = st.none() | st.booleans() | st.integers(-9, 9) | st.sampled_from(["", "id", "${var.a}", *words])
    return st.recursive(
        leaves, lambda each: st.lists(each, max_size=3) | st.dictionaries(st.sampled_from(words), each, max_size=4)
    )


_WORDS = (
    "threshold", "must_be", "must_be_between", "greater_than", "additional", "unit", "qualifier", "valid_values",
    "valid_reference_data", "attributes", "severity", "dimension", "column", "query", "filter",
)  # fmt: skip
_TYPES = ("missing", "invalid", "row_count", "freshness", "failed_rows", "metric", "odd")
_CHECK = st.dictionaries(st.sampled_from(_TYPES), _shapes(_WORDS), max_size=2)
_CHECKS = st.lists(_CHECK, max_size=3) | _shapes(("missing", "checks"))
_COLUMNS = st.lists(st.fixed_dictionaries({"name": st.just("id"), "checks": _CHECKS}), max_size=2)
_ANY_FILE = st.fixed_dictionaries(
    {"dataset": st.just("warehouse/main/orders")},
    optional={
        "checks": _CHECKS,
        "columns": _COLUMNS | _shapes(("name", "checks")),
        "variables": _shapes(("a", "default")),
        "filter": _shapes(("a",)),
        "check_attributes": _shapes(("severity", "dimension")),
    },
)


@settings(max_examples=100)
@given(_ANY_FILE)
def test_no_file_is_too_odd(data: dict[str, Any]) -> None:
    file = parse_check_file(json.dumps(data), "orders.soda.yml")
    clauses = soda_clauses(file)
    job = SodaJob(
        file=file,
        server=Server(at=Location("h"), name="warehouse", type="duckdb", settings={"database": "w"}),
        root=Path(),
        table=TableName("main", "orders"),
        as_of=datetime(2024, 1, 6, tzinfo=UTC),
    )

    assert len({clause.key for clause in clauses}) == len(clauses) > 0
    assert prepared(job)["keys"] == [clause.key for clause in clauses if not clause.error]
