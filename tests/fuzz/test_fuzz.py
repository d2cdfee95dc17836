"""The fuzzing targets, with texts that hypothesis makes from the words that mean something to them."""

import runpy
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

_TARGETS = runpy.run_path(str(Path(__file__).with_name("targets.py")))
QUICK = settings(max_examples=150)
YAML_WORDS = [
    "a", "- ", ": ", "\n", "  ", "{", "}", "[", "]", ",", "&x ", "*x", "<<: *x", "!!python/object:os ", "!t ",
    "|\n", ">\n", "'", '"', "#", "? ", "---\n", "...\n", "%YAML 9\n", "\t", "\x00", "\ufeff", "\u2028",
    "\ud7ff", "1e999", "0o9", "~", "id", "schema", "name", "quality", "mustBe", "customProperties", "property",
    "value", "null", "true", ".nan",
]  # fmt: skip
SODA_WORDS = [
    "dataset: w/c/t\n", "checks:\n", "columns:\n", "- name: v\n", "  checks:\n", "  - missing:\n",
    "- row_count:\n", "    threshold: ", "{must_be: 0}", "{must_be_between: {greater_than: 1}}", "filter: ",
    "variables: ", "${var.a}", "${env.A}", "qualifier: q\n",
]  # fmt: skip
WAIVER_WORDS = [
    "version: 1\n", "waivers:\n", "waivers: []\n", "- {", "}\n", ", ", "fingerprint: 3f2a9c1b7d04", "rule: a",
    "path: b", "reason: r", "approver: m", "author: a", "expires: 2026-03-31", "created: 2026-03-01", "1", "2026-02-30",
    "rule: a, path: b, reason: r, approver: m, author: a, expires: 2026-03-31",
]  # fmt: skip
SETTINGS_WORDS = [
    "version: 1\n", "name: x\n", "servers:\n", "  w: {type: duckdb, database: ", "${HOME}", "${A:-b}", "}\n",
    "transport: ", "{type: file, log_file_path: l", ", append: true", ", filesystem: os.system", "rules: {}\n",
    "{type: http, url: x", ", auth: {type: a.B}", "statement_timeout: 1 s\n", "dimensions: ", "openlineage: ", "\n",
]  # fmt: skip
SQL_WORDS = [
    "select", "*", "from", "t", "a", "(", ")", ",", ";", "where", "union all", "with x as", "as", "1", "'x'",
    "insert into t", "delete from t", "returning", "copy", "to", "'out.csv'", "read_csv", "read_text",
    "attach", "pragma", "set", "install", "into", "values", "create temp table", "drop", "nextval('s')",
    "call", "pivot", "--", "/*", "*/", "$$", '"t"', "limit", "explain", "getenv('HOME')", "query", "over",
    "order by", "current_setting('threads')", "getvariable('x')", "error(a)", "glob('*')", "duckdb_settings()",
    ".getenv()", "lateral", "describe", "summarize", "export database", "load", "update t set a = 2",
]  # fmt: skip


def texts(words):
    joined = st.lists(st.sampled_from(words) | st.text(max_size=4), max_size=20)
    return joined.map("".join) | joined.map(" ".join) | st.text(max_size=60)


@QUICK
@given(texts(YAML_WORDS))
def test_the_yaml_loader(text):
    _TARGETS["yaml_loader"](text)


@QUICK
@given(texts(YAML_WORDS))
def test_a_contract(text):
    _TARGETS["contract"](text)


@QUICK
@given(texts(YAML_WORDS + WAIVER_WORDS) | texts(WAIVER_WORDS).map("version: 1\nwaivers:\n- ".__add__))
def test_waivers(text):
    _TARGETS["waivers"](text)


@QUICK
@given(texts(YAML_WORDS + SODA_WORDS + SQL_WORDS))
def test_a_check_file(text):
    _TARGETS["check_file"](text)


@QUICK
@given(texts(SETTINGS_WORDS + YAML_WORDS))
def test_the_files_of_a_project(text):
    _TARGETS["project_files"](text)


@QUICK
@given(texts(SQL_WORDS))
def test_an_expression(text):
    _TARGETS["expression"](text)


@settings(max_examples=300)
@given(texts(SQL_WORDS) | texts(SQL_WORDS).map("select * from ".__add__))
def test_the_guard(text):
    _TARGETS["guard"](text)


REACHING_OUT = [
    "select * from read_text('{file}')",
    "select * from read_csv('{file}', header=false)",
    "select * from '{file}'",
    "from '{file}'",
    "select content from read_blob('{file}')",
    "select * from glob('{folder}/*')",
    "select (select content from read_text('{file}'))",
    "with x as (select * from '{file}') select * from x",
    "select * from query('select * from read_text(''{file}'')')",
    "select * from query_table('{file}')",
    "select * from sniff_csv('{file}')",
    "copy t to '{folder}/out.csv'",
    "copy (select 1) to '{folder}/out.csv'",
    "export database '{folder}/out'",
    "attach '{folder}/out.duckdb' as o",
    "with x as (delete from t returning a) select * from x",
    "with x as (insert into t values (2) returning a) select * from x",
    "select 1 into x",
    "create temp table x as select 1",
    "select nextval('s')",
    "select * from pragma_database_list; drop table t",
    "set enable_external_access = true",
    "select set_config('x', 'y')",
    "call pragma_version()",
    "install httpfs",
    "load httpfs",
    "pragma enable_profiling='json'",
    "select * from duckdb_secrets()",
    "select 1 /* ; */ ; delete from t",
    "explain analyze delete from t",
]


@pytest.mark.parametrize("sql", REACHING_OUT)
def test_no_way_out(sql):
    file = _TARGETS["secret_file"]()
    _TARGETS["guard"](sql.format(file=file, folder=file.parent))


@pytest.mark.skipif(find_spec("atheris") is None, reason="atheris is not installed")
def test_atheris_finds_nothing_in_a_moment():
    script = Path(__file__).with_name("fuzz_load.py")
    subprocess.run([sys.executable, str(script), "-runs=2000"], check=True, capture_output=True, timeout=120)
