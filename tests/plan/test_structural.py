"""What tables declare of their structure by customProperties: each a check per metric, or a problem at its line."""

from datetime import UTC, datetime

import pytest

from harness.model.check import TableName
from harness.model.contract import Server
from harness.model.location import Location
from harness.model.result import Dimension
from harness.model.threshold import Threshold

AS_OF = datetime(2024, 1, 6, tzinfo=UTC)
NONE = Threshold("=", 0)
COLUMNS = (
    {"name": "k"}, {"name": "since", "physicalName": "valid_from"}, {"name": "until"}, {"name": "cur"},
    {"name": "day"}, {"name": "at"}, {"name": "price", "logicalType": "number"},
    {"name": "note", "logicalType": "string"},
)  # fmt: skip
SOURCE = {
    "id": "src",
    "schema": [
        {
            "name": "s",
            "physicalName": "raw.s",
            "properties": [{"name": n} for n in ("k", "id", "seen", "price", "note", "cost")],
        }
    ],
}


def contract(custom, *, level="schema", **fields):
    entries = [{"property": name, "value": value} for name, value in custom.items()]
    own = {"name": "t", "properties": list(COLUMNS)}
    return {"id": "own", "schema": [own | ({"customProperties": entries} if level == "schema" else {})], **fields} | (
        {"customProperties": entries} if level == "contract" else {}
    )


@pytest.fixture
def structural(planned):
    def of(custom, *others, level="schema", **fields):
        checks = planned(contract(custom, level=level, **fields), SOURCE, *others)
        ids = ("t/" + name for name in ("scd", "late", "volume", "partition", "pointInTime", "reconcile"))
        prefixes = tuple(ids)
        return {key: check for key, check in checks.items() if key.startswith(prefixes)}

    return of


SCD = {"type": 2, "key": ["k"], "validFrom": "since", "validTo": "until", "current": "cur"}
LATE = {"column": "at", "event": "day", "allowance": "5 d"}
FEATURES = {"price": {"aggregate": "max", "column": "cost", "window": "7 d", "empty": 0}}
PAST = {"entity": ["k"], "eventTime": "at", "source": "s", "sourceTime": "seen", "features": FEATURES}
RECONCILE = {"with": "s", "key": {"k": "id"}, "compare": ["price", "note"]}


@pytest.mark.parametrize("level", ["schema", "contract"])
def test_a_dimension_of_type_2_is_four_checks(structural, level):
    checks = structural({"scd": SCD}, level=level)
    assert list(checks) == [f"t/scd/{name}" for name in ("scdCurrent", "scdOverlap", "scdGap", "scdInterval")]
    for check in checks.values():
        assert (check.problem, check.skip, check.target) == ("", "", NONE)
        assert check.columns == ("k", "cur", "valid_from", "until")
        assert check.arguments == {"key": ("k",), "current": "cur", "openEnd": None}
    assert checks["t/scd/scdCurrent"].unit == "keys"


def test_without_a_flag(structural):
    plain = {key: value for key, value in SCD.items() if key != "current"} | {"openEnd": "9999-12-31"}
    checks = structural({"scd": plain})
    assert {check.columns for check in checks.values()} == {("k", "valid_from", "until")}


@pytest.mark.parametrize("kind", [0, 1])
def test_a_dimension_without_history_has_nothing_to_check(structural, kind):
    (check,) = structural({"scd": {"type": kind}}).values()
    assert (check.id, check.rule, check.columns, check.description) == ("t/scd", "scd", (), "")
    assert check.skip.startswith(f"a dimension of type {kind} keeps no history")


def test_late(structural):
    (check,) = structural({"late": LATE | {"target": "< 1 %", "alert": "> 2 %"}}).values()
    assert (check.rule, check.columns) == ("late", ("at", "day"))
    assert check.arguments == {"event": '"day"', "dialect": "duckdb", "allowance": 432000}
    assert (check.target, check.alert, check.unit) == (Threshold("<", 1), Threshold(">", 2), "percent")


def test_an_event_may_be_an_expression(structural):
    (check,) = structural({"late": LATE | {"event": "make_date(since, k, DAY)", "allowance": "PT36H"}}).values()
    assert check.problem == "`late` cannot be read: 'DAY' is no column of t"
    (check,) = structural({"late": LATE | {"event": "date_trunc('day', since)", "allowance": "PT36H"}}).values()
    assert check.columns == ("at", "valid_from")
    assert check.arguments["allowance"] == 129600
    assert '"valid_from"' in check.arguments["event"]


DIALECT = {
    # an event in the words of the table's server: the SQL, with the warehouse's names
    "strptime(note, '%d.%m.%Y')": """(STRPTIME("note", '%d.%m.%Y'))""",
    "since[1]": '("valid_from"[1])',
}


@pytest.mark.parametrize("event", DIALECT)
def test_an_event_is_read_and_written_in_the_words_of_its_server(structural, event):
    (check,) = structural({"late": LATE | {"event": event}}).values()
    assert (check.problem, check.arguments["event"]) == ("", DIALECT[event])


def test_an_event_may_be_a_column_of_an_odd_name(planned):
    own = contract({"late": LATE | {"event": 'a "b"'}})
    own["schema"][0]["properties"].append({"name": 'a "b"'})
    check = planned(own)["t/late"]
    assert (check.arguments["event"], check.columns) == ('"a ""b"""', ("at", 'a "b"'))


def test_an_allowance_may_be_nothing(structural):
    (check,) = structural({"late": LATE | {"allowance": "0 d"}}).values()
    assert (check.arguments["allowance"], check.problem) == (0, "")


def test_volume(structural):
    (check,) = structural({"volume": {"column": "day", "tolerance": "30 %", "weeks": 4, "alert": "> 80 %"}}).values()
    assert (check.rule, check.columns, check.unit) == ("volume", ("day",), "percent")
    assert (check.target, check.alert) == (Threshold("<=", 30), Threshold(">", 80))
    assert check.arguments == {"as_of": AS_OF, "weeks": 4}


@pytest.mark.parametrize(("weeks", "meant"), [({}, 1), ({"weeks": 1}, 1), ({"weeks": 52}, 52)])
def test_volume_without_an_alert(structural, weeks, meant):
    (check,) = structural({"volume": {"column": "day", "tolerance": 30.5, **weeks}}).values()
    assert (check.target, check.alert, check.unit) == (Threshold("<=", 30.5), None, "percent")
    assert (check.arguments["weeks"], check.problem) == (meant, "")


STEPS = [
    ({"transform": "hour"}, None, {"transform": "hour", "months": 0, "seconds": 3600}),
    ({}, None, {"transform": "identity", "months": 0, "seconds": 86400}),
    ({"transform": "month"}, None, {"transform": "month", "months": 1, "seconds": 0}),
    ({"transform": "quarter"}, None, {"transform": "quarter", "months": 3, "seconds": 0}),
    ({"transform": "day", "every": "7 d"}, 1, {"transform": "day", "months": 0, "seconds": 604800}),
    ({"transform": "day"}, 365, {"transform": "day", "months": 0, "seconds": 31536000}),
]


@pytest.mark.parametrize(("stated", "frequency", "arguments"), STEPS)
def test_the_steps_of_partitions(structural, stated, frequency, arguments):
    level = {"property": "frequency", "value": frequency, "unit": "d"}
    fields = {"slaProperties": [level]} if frequency else {}
    (check,) = structural({"partition": {"column": "day", **stated}}, **fields).values()
    assert (check.rule, check.columns, check.target, check.unit) == ("partition", ("day",), NONE, "partitions")
    assert check.arguments == arguments


FREQUENCIES = [
    # the service level, further tables: the seconds of a step
    ({"property": "fy", "element": "t"}, 0, 7 * 86400),
    ({"property": "frequency", "element": "nowhere, t"}, 0, 7 * 86400),
    ({"property": "frequency", "element": "t.day"}, 0, 86400),
    ({"property": "frequency"}, 1, 86400),
    ({"property": "latency", "element": "t"}, 0, 86400),
]


@pytest.mark.parametrize(("level", "more", "seconds"), FREQUENCIES)
def test_the_frequency_of_the_whole_table_is_its_step(planned, level, more, seconds):
    own = contract({"partition": {"column": "day"}}, slaProperties=[{"value": 7, "unit": "d", **level}])
    own["schema"] += [{"name": "other", "properties": [{"name": "x"}]}] * more
    assert planned(own)["t/partition"].arguments["seconds"] == seconds


def test_a_step_of_months_and_days_is_as_long_as_it_was_before_the_clock(structural):
    step = {"partition": {"column": "day", "transform": "day", "every": "P1M1D"}}
    (check,) = structural(step).values()
    assert (check.arguments["months"], check.arguments["seconds"]) == (0, 32 * 86400)
    level = {"property": "frequency", "value": "P1M1D"}
    (check,) = structural({"partition": {"column": "day"}}, slaProperties=[level]).values()
    assert (check.arguments["months"], check.arguments["seconds"]) == (0, 32 * 86400)


def test_partitions_may_be_missing_up_to_a_target(structural):
    (check,) = structural({"partition": {"column": "day", "target": "< 3", "alert": "> 5"}}).values()
    assert (check.target, check.alert, check.unit) == (Threshold("<", 3), Threshold(">", 5), "partitions")


def test_point_in_time(structural):
    (check,) = structural({"pointInTime": PAST}).values()
    made = {"aggregate": "max", "column": "cost", "window": 604800, "empty": 0}
    assert check.columns == ("k", "at", "price")
    assert check.arguments == {
        "entity": [("k", "k")], "eventTime": "at", "source": TableName("raw", "s"), "sourceTime": "seen",
        "features": {"price": made},
    }  # fmt: skip
    assert check.rule == "pointInTime"


def test_a_count_needs_no_column_and_a_feature_no_window(structural):
    features = {"price": {"aggregate": "count"}, "note": {"aggregate": "min", "column": "note"}}
    (check,) = structural({"pointInTime": PAST | {"features": features}}).values()
    assert check.arguments["features"] == {
        "price": {"aggregate": "count", "column": "", "window": 0, "empty": None},
        "note": {"aggregate": "min", "column": "note", "window": 0, "empty": None},
    }


def test_reconcile(structural):
    checks = structural({"reconcile": RECONCILE | {"tolerance": 0.01, "target": "< 1 %"}})
    count, sums, rows = checks.values()
    assert (count.rule, sums.rule, rows.rule) == ("reconcileCount", "reconcileSums", "reconcileRows")
    assert rows.arguments["key"] == [("k", "id")]
    assert rows.arguments["compare"] == [("price", "price", 0.01), ("note", "note", 0)]
    assert sums.arguments["sums"] == [("price", "price", 0.01)]
    assert (rows.target, rows.unit, sums.target, sums.unit) == (Threshold("<", 1), "percent", NONE, "columns")
    assert (count.columns, sums.columns, rows.columns) == ((), ("price",), ("k", "price", "note"))
    assert count.description == "rows more or less than in raw.s"


TOLERANCES = [
    # of the rule: what is borne of the columns `price` and `note`
    ({}, [0, 0]),
    ({"tolerance": 0.5}, [0.5, 0]),
    ({"tolerance": 2}, [2, 0]),
    ({"tolerance": {"price": 0.5}}, [0.5, 0]),
    ({"tolerance": {}}, [0, 0]),
]


@pytest.mark.parametrize(("stated", "borne"), TOLERANCES)
def test_what_is_borne_is_stated_for_numbers(structural, stated, borne):
    rows = structural({"reconcile": RECONCILE | stated})["t/reconcile/reconcileRows"]
    assert [each for *_, each in rows.arguments["compare"]] == borne


def test_the_sums_are_of_our_own_numbers_whatever_the_source_calls_them(structural):
    checks = structural({"reconcile": RECONCILE | {"compare": {"price": "cost", "note": "price"}}})
    assert checks["t/reconcile/reconcileSums"].arguments["sums"] == [("price", "cost", 0)]


def test_integers_have_sums_too(planned):
    own = contract({"reconcile": {"with": "s", "key": "k", "compare": ["note", "price"]}})
    own["schema"][0]["properties"] = [
        {"name": "k"}, {"name": "note", "logicalType": "integer"}, {"name": "price", "logicalType": "number"},
    ]  # fmt: skip
    assert planned(own, SOURCE)["t/reconcile/reconcileSums"].columns == ("note", "price")


def test_the_source_may_be_a_table_of_the_same_contract(planned):
    own = contract({"reconcile": {"with": "s", "key": "k"}})
    own["schema"].append({"name": "s", "physicalName": "stg.s", "properties": [{"name": "k"}]})
    assert planned(own, SOURCE)["t/reconcile/reconcileRows"].arguments["source"] == TableName("stg", "s")


SOURCES = {
    # name: the table that is meant, if any
    "s": "raw.s", "raw.s": "raw.s", "base": "raw.b", "b": "raw.b", "raw.b": "raw.b", "raw.base": "", "main.b": "",
    "deep": "db.raw.d", "d": "db.raw.d", "db.raw.d": "db.raw.d", "raw.d": "", "bare": "main.bare",
    "main.bare": "main.bare",
}  # fmt: skip


@pytest.mark.parametrize("name", SOURCES)
def test_the_source_goes_by_either_name(structural, name):
    names = {"base": "raw.b", "deep": "db.raw.d", "bare": "bare"}
    tables = [{"name": n, "physicalName": there, "properties": [{"name": "k"}]} for n, there in names.items()]
    checks = structural({"reconcile": {"with": name, "key": "k"}}, {"id": "b", "schema": tables})
    found = {str(check.arguments.get("source", "")) for check in checks.values()}
    assert found == {SOURCES[name]}


def test_without_a_numeric_column_there_are_no_sums(structural):
    assert [c.rule for c in structural({"reconcile": {"with": "raw.s", "key": "k"}}).values()] == [
        "reconcileCount",
        "reconcileRows",
    ]


PROBLEMS = [
    ({"scd": "2"}, "it must be a mapping with type, key"),
    ({"scd": {}}, "it lacks type"),
    ({"scd": {"type": 2}}, "it lacks key, validFrom, validTo"),
    ({"scd": {"type": True}}, "its type is True"),
    ({"scd": {"type": 6}}, "its type is 6"),
    ({"scd": SCD | {"valid_to": "until"}}, "it has no 'valid_to'; did you mean `validTo`?"),
    ({"scd": SCD | {"key": ["kk"]}}, "'kk' is no column of t; did you mean `k`?"),
    ({"scd": SCD | {"openEnd": [1]}}, "[1] is no plain value"),
    ({"late": {"column": "at", "event": "day"}}, "it lacks allowance"),
    ({"late": LATE | {"column": ""}}, "it lacks column"),
    ({"late": LATE | {"x": 1}}, "it has no 'x'; use column, event, allowance, target, alert"),
    ({"late": LATE | {"allowance": "soon"}}, "is no unit of time"),
    ({"late": LATE | {"allowance": "1 month"}}, "no time of a fixed length"),
    ({"late": LATE | {"event": "(select 1)"}}, "no expression over the columns of one row"),
    ({"late": LATE | {"event": "day; drop table t"}}, "one SELECT is needed"),
    ({"late": LATE | {"event": "now()"}}, "names no column"),
    ({"late": LATE | {"allowance": "-1 d"}}, "`late` cannot be read"),
    ({"late": LATE | {"allowance": "10000000000 s"}}, "no time of a fixed length"),
    ({"late": LATE | {"target": "few"}}, "'few' is no threshold"),
    ({"volume": {"column": "day", "tolerance": "many"}}, "its tolerance is 'many'"),
    ({"volume": {"column": "day", "tolerance": 5, "weeks": 0}}, "its weeks are 0"),
    ({"volume": {"column": "day", "tolerance": 5, "weeks": 53}}, "its weeks are 53"),
    ({"volume": {"column": "day", "tolerance": 5, "weeks": True}}, "its weeks are True"),
    ({"volume": {"column": "day", "tolerance": 5, "weeks": "4"}}, "its weeks are '4'"),
    ({"volume": {"column": "day", "tolerance": 30, "alert": "> 20 %"}}, "`volume` cannot be read"),
    ({"partition": {"column": "nowhere"}}, "'nowhere' is no column of t"),
    ({"partition": {"column": "day", "transform": "bucket[16]"}}, "its transform is 'bucket[16]'"),
    ({"partition": {"column": "day", "every": "0 d"}}, "is no period"),
    (
        {"pointInTime": {"entity": ["k"], "eventTime": "at", "sees": "the past"}},
        "it lacks source, sourceTime, features",
    ),
    ({"pointInTime": PAST | {"features": ["price"]}}, "its features must be a mapping"),
    ({"pointInTime": PAST | {"features": {"price": {"aggregate": "median"}}}}, "the aggregate 'median' is not known"),
    ({"pointInTime": PAST | {"features": {"price": {"column": "cost"}}}}, "it lacks aggregate"),
    ({"pointInTime": PAST | {"features": {"price": {"aggregate": "sum"}}}}, "a feature that is a sum needs a column"),
    ({"pointInTime": PAST | {"source": "nothing"}}, "no contract declares 'nothing'"),
    ({"reconcile": RECONCILE | {"with": "nothing"}}, "no contract declares 'nothing'"),
    ({"reconcile": RECONCILE | {"with": 5}}, "no contract declares 5"),
    ({"reconcile": RECONCILE | {"key": {"k": "idd"}}}, "'idd' is no column of s; did you mean `id`?"),
    ({"reconcile": RECONCILE | {"tolerance": "low"}}, "its tolerance is 'low'"),
    ({"reconcile": {"with": "s", "key": {"k": "id"}, "tolerance": "low"}}, "its tolerance is 'low'"),
    ({"reconcile": RECONCILE | {"with": ["s"]}}, "no contract declares ['s']"),
    ({"reconcile": RECONCILE | {"key": "id"}}, "'id' is no column of t"),
    ({"reconcile": RECONCILE | {"tolerance": {"note": 1}}}, "its tolerance names 'note'"),
    ({"reconcile": RECONCILE | {"tolerance": {"k": 1}}}, "its tolerance names 'k'"),
    ({"reconcile": RECONCILE | {"tolerance": {"price": "low"}}}, "its tolerance is {'price': 'low'}"),
    ({"reconcile": RECONCILE | {"tolerance": True}}, "its tolerance is True"),
    ({"reconcile": RECONCILE | {"with": "stg.s"}}, "no contract declares 'stg.s'"),
    ({"reconcile": RECONCILE | {"tolerance": -1}}, "its tolerance is -1"),
    ({"point_in_time": PAST}, "'point_in_time' is no structural check; did you mean `pointInTime`?"),
    ({"POINT_IN_TIME": PAST}, "'POINT_IN_TIME' is no structural check; did you mean `pointInTime`?"),
    ({"SCD": 2}, "'SCD' is no structural check; did you mean `scd`?"),
    ({"partitioned": {"column": "day"}}, "'partitioned' is no structural check; did you mean `partition`?"),
    ({"reconcille": RECONCILE}, "'reconcille' is no structural check; did you mean `reconcile`?"),
]


@pytest.mark.parametrize("level", ["schema", "contract"])
@pytest.mark.parametrize(("custom", "said"), PROBLEMS)
def test_what_is_written_wrong_is_one_problem_at_its_line(structural, custom, said, level):
    (check,) = structural(custom, level=level).values()
    assert said in check.problem
    assert check.id == f"t/{check.rule}"
    assert check.at.file == "contracts/1.odcs.yaml"
    assert check.at.line > 5


WHOLE = {
    # each structural check with all of its keys: those that it cannot do without
    "scd": (SCD | {"openEnd": "9999-12-31"}, {"type", "key", "validFrom", "validTo"}),
    "late": (LATE | {"target": "< 1 %", "alert": "> 2 %"}, {"column", "event", "allowance"}),
    "volume": ({"column": "day", "tolerance": 30, "weeks": 4, "alert": "> 80 %"}, {"column", "tolerance"}),
    "partition": (
        {"column": "day", "transform": "day", "every": "1 d", "target": "< 3", "alert": "> 5"}, {"column"},
    ),
    "pointInTime": (
        PAST | {"sees": "the past", "target": "< 1 %", "alert": "> 2 %"},
        {"entity", "eventTime", "source", "sourceTime", "features"},
    ),
    "reconcile": (RECONCILE | {"tolerance": 1, "target": "< 1 %", "alert": "> 2 %"}, {"with", "key"}),
}  # fmt: skip


@pytest.mark.parametrize("name", WHOLE)
def test_each_key_is_known_and_what_is_needed_is_asked_for(structural, name):
    whole, needed = WHOLE[name]
    checks = structural({name: whole})
    assert {check.problem for check in checks.values()} == {""}
    assert all(" " in check.description and "{" not in check.description for check in checks.values())
    for key in whole:
        less = structural({name: {other: value for other, value in whole.items() if other != key}})
        problems = {check.problem for check in less.values()}
        assert problems == ({f"`{name}` cannot be read: it lacks {key}"} if key in needed else {""})


FREE = [{"latest": "x"}, {"layer": "raw"}, {"volumes": 3}, {"upstream": {"a": 1}}, {"partitioning": {"column": "day"}}]


@pytest.mark.parametrize("custom", FREE)
def test_other_custom_properties_are_free(structural, custom):
    assert structural(custom) == {}


def test_two_tables_of_one_name_must_be_told_apart(structural):
    twin = {"id": "twin", "schema": [{"name": "s", "physicalName": "stg.s", "properties": [{"name": "k"}]}]}
    (check,) = structural({"reconcile": {"with": "s", "key": "k"}}, twin).values()
    assert "'s' may be several tables; name its schema too" in check.problem
    checks = structural({"reconcile": {"with": "stg.s", "key": "k"}}, twin)
    assert {check.arguments["source"] for check in checks.values()} == {TableName("stg", "s")}


def test_a_source_on_another_server_is_a_problem(planned):
    servers = {n: Server(at=Location("harness.yaml"), name=n, type="duckdb") for n in ("w", "other")}
    there = {"id": "far", "schema": [{"name": "u", "properties": [{"name": "k"}]}], "servers": [{"server": "other"}]}
    checks = planned(contract({"reconcile": {"with": "u", "key": "k"}}), there, servers=servers)
    assert checks["t/reconcile"].problem == "`reconcile` cannot be read: u is on another server"


ACROSS = {
    "source": {"server": "other", "table": "old.s"}, "key": {"k": "id"}, "compare": ["price", "note"],
    "tolerance": 0.01, "lag": {"at": "15 m"}, "zone": "UTC", "target": "< 1 %", "alert": "> 2 %",
}  # fmt: skip


@pytest.fixture
def across(planned):
    servers = {n: Server(at=Location("harness.yaml"), name=n, type="duckdb") for n in ("w", "other")}
    return lambda stated: planned(contract({"reconcile": stated}), servers=servers)["t/reconcile/reconcileSource"]


def test_a_source_on_another_server_is_one_check(across):
    check = across(ACROSS)
    assert (check.rule, check.counts, check.unit, check.dimension) == (
        "reconcileSource",
        "rows",
        "percent",
        Dimension.ACCURACY,
    )
    assert (check.target, check.alert) == (Threshold("<", 1), Threshold(">", 2))
    assert check.columns == ("k", "price", "note")
    assert check.description == "rows that are not in other:old.s or differ from it"
    assert check.arguments == {
        "source": "other:old.s",
        "place": ("other", "old.s"),
        "key": {"k": "id"},
        "compare": {"price": "price", "note": "note"},
        "tolerances": {"price": "0.01"},
        "lag": ("at", "15 m"),
        "zone": "UTC",
        "as_of": AS_OF,
    }
    assert across({"source": ACROSS["source"], "key": "k"}).target == NONE


WRONG_ACROSS = [
    ({"with": "s"}, "of the same server (`with`) and one of another"),
    ({"source": "other:s"}, "it must be a mapping with server, table"),
    ({"source": {"server": "other"}}, "it lacks table"),
    ({"source": {"server": "othr", "table": "s"}}, "there is no server 'othr'; did you mean `other`?"),
    ({"source": {"server": ["other"], "table": "s"}}, "there is no server"),
    ({"key": "kk"}, "'kk' is no column of t"),
    ({"compare": ["prize"]}, "'prize' is no column of t"),
    ({"tolerance": {"prize": 1}}, "'prize' is no column of t"),
    ({"lag": "15 m"}, "write it as a column with a period"),
    ({"lag": {"at": "15 m", "day": "1 d"}}, "write it as a column with a period"),
    ({"target": "low"}, "cannot be read"),
    ({"zone": "Nowhere/Never"}, "there is no time zone 'Nowhere/Never'"),
    ({"zone": ["UTC"]}, "there is no time zone"),
]


@pytest.mark.parametrize(("stated", "said"), WRONG_ACROSS)
def test_a_source_on_another_server_that_is_written_wrong(planned, stated, said):
    servers = {n: Server(at=Location("harness.yaml"), name=n, type="duckdb") for n in ("w", "other")}
    check = planned(contract({"reconcile": ACROSS | stated}), servers=servers)["t/reconcile"]
    assert said in check.problem


def test_a_lag_needs_a_source_on_another_server(structural):
    (check,) = structural({"reconcile": RECONCILE | {"lag": {"at": "1 h"}}}).values()
    assert "its lag is for a `source` on another server" in check.problem


def test_of_a_contract_with_several_tables_each_declares_its_own(planned):
    both = contract({"late": LATE}, level="contract")
    both["schema"].append({"name": "u", "properties": [{"name": "at"}]})
    checks = [check for check in planned(both).values() if check.rule == "late"]
    assert [check.problem for check in checks] == [
        "`late` cannot be read: the contract has several tables; write it on the one that it means"
    ] * 2


@pytest.mark.parametrize(
    ("own", "theirs", "shown"), [("", "public", ("k",)), ("internal", "", ()), ("", "restricted", ())]
)
def test_a_message_may_hold_a_key_that_is_classified_on_neither_side(planned, own, theirs, shown):
    def with_key(id, classification, **custom):
        column = {"name": "k"} | ({"classification": classification} if classification else {})
        entries = [{"property": name, "value": value} for name, value in custom.items()]
        return {"id": id, "schema": [{"name": id, "properties": [column], "customProperties": entries}]}

    checks = planned(with_key("a", own, reconcile={"with": "b", "key": "k"}), with_key("b", theirs))
    assert checks["a/reconcile/reconcileRows"].arguments["shown"] == shown
