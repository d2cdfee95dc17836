"""SQL of a user: one SELECT that reads goes through, everything else does not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.metrics.guard import read_only

READS = [
    "select 1",
    "select 1;",
    " -- why\n/* and */ select count(*) from t -- so",
    "with x as (select 1) select * from x",
    "with x as materialized (select 1) select * from x",
    "(select 1)",
    "select 1 union all select 2",
    "from t",
    "select 'a; drop table t' as text",
    'select "delete" from "update"',
    "select case when a then 1 end, row_number() over (partition by b) from t qualify true",
    "select * from t where exists (select 1 from u where u.a = t.a)",
]
REFUSED = {
    "": "not 0 statements",
    ";;": "not 0 statements",
    "-- only a comment": "not 0 statements",
    "select 1; select 2": "not 2 statements",
    "select 1; drop table t": "not 2 statements",
    "delete from t": "not DELETE",
    "insert into t select 1": "not INSERT",
    "update t set a = 1": "not UPDATE",
    "merge into t using u on t.a = u.a when matched then delete": "not MERGE",
    "truncate t": "not TRUNCATETABLE",
    "create table t as select 1": "not CREATE",
    "create or replace view t as select 1": "not CREATE",
    "drop table t": "not DROP",
    "alter table t add a int": "not ALTER",
    "with x as (delete from t returning *) select * from x": "this SQL has DELETE",
    "with x as (insert into t values (1) returning *) select * from x": "this SQL has INSERT",
    "with x as (update t set a = 1 returning *) select * from x": "this SQL has UPDATE",
    "select * into u from t": "this SQL has INTO",
    "select 1 for update": "this SQL has LOCK",
    "copy t to 'x.csv'": "not COPY",
    "copy (select 1) to 'x.csv'": "not COPY",
    "export database 'x'": "cannot be parsed",
    "attach 'x.duckdb' as x": "not ATTACH",
    "detach x": "not DETACH",
    "use x": "not USE",
    "set threads = 1": "not SET",
    "pragma database_list": "not PRAGMA",
    "install httpfs": "not INSTALL",
    "load httpfs": "not COMMAND",
    "call pragma_version()": "not COMMAND",
    "execute x": "not COMMAND",
    "prepare x as delete from t": "not COMMAND",
    "begin": "not TRANSACTION",
    "commit": "not COMMIT",
    "explain select 1": "not COMMAND",
    "explain analyze delete from t": "not COMMAND",
    "describe t": "not DESCRIBE",
    "values (1)": "not VALUES",
    "grant select on t to u": "not GRANT",
    "vacuum": "not COMMAND",
    "select count(* from t": "cannot be parsed",
    "select 'x": "cannot be parsed",
    "select " + "(" * 3000 + "1" + ")" * 3000: "nested too deep",
    "select " + "not " * 5000 + "true": "nested too deep",
}


@pytest.mark.parametrize("sql", READS)
def test_goes_through(sql):
    assert read_only(sql, "duckdb").sql("duckdb")


@pytest.mark.parametrize("sql", REFUSED, ids=lambda sql: sql[:60])
def test_is_refused(sql):
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - its message is looked at below
        read_only(sql, "duckdb")
    assert REFUSED[sql] in str(caught.value)
    assert "\n" not in str(caught.value)


WORDS = [
    "select",
    "delete",
    "insert",
    "into",
    "from",
    "t",
    "where",
    "(",
    ")",
    ",",
    ";",
    "'x'",
    "with",
    "as",
    "*",
    "1",
    "=",
]


@settings(deadline=None, max_examples=200)
@given(words=st.lists(st.sampled_from(WORDS)))
def test_any_text_is_a_query_or_a_value_error(words):
    try:
        query = read_only(" ".join(words), "duckdb")
    except ValueError:
        return
    assert "DELETE FROM" not in query.sql("duckdb")
    assert "INSERT INTO" not in query.sql("duckdb")
