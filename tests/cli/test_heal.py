"""`harness verify --heal` as its user has it: real failures, real remedies, and what is told of them."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
import pytest
import yaml

DAYS = "select distinct ordered_at::date::varchar from marts.fct_orders order by 1"
GAPPY = """
    create or replace table marts.fct_orders as
    select i as id, i % 10 + 1 as customer_id, i * 1.5::double as amount, 'paid' as status,
           timestamp '2024-01-05 20:00' - to_days((i % 6)::int) as ordered_at
    from range(1, 121) t(i)
    where i % 6 not in (1, 2, 4)
"""
"""Three of six days are missing, two of them side by side."""
LOADER = """\
import sys
import duckdb

table, days = sys.argv[1], sys.argv[2:]
with duckdb.connect("warehouse.duckdb") as connection:
    for day in days:
        connection.execute(
            f"insert into marts.{table} select 1000 + i + 100 * day(d), i % 10 + 1, i, 'paid', d + interval 20 hour"
            " from range(1, 21) t(i), (select ?::timestamp as d)",
            [day],
        )
        print("loaded", day)
"""
THIRD = """\
import pathlib, sys, duckdb
tries = pathlib.Path("tries")
tries.write_text(tries.read_text() + "x" if tries.exists() else "x")
if len(tries.read_text()) < 2:
    sys.exit("the source is not ready")
duckdb.connect("warehouse.duckdb").execute("update marts.fct_orders set amount = abs(amount)")
"""


def partitioned(shop):
    """A table of a partition a day, with missing ones, and their loader."""
    shop.table["customProperties"] = [{"property": "partition", "value": {"column": "ordered_at", "transform": "day"}}]
    shop.saved().sql(GAPPY)
    shop.write("load.py", LOADER)


def negative(shop):
    """An amount below its minimum."""
    shop.sql("update marts.fct_orders set amount = -1 where id = 7")


def settled(shop, *remedies):
    shop.settings(yaml.safe_dump({"heal": list(remedies)}))


def reported(shop):
    return json.loads((shop.root / "reports" / "latest" / "report.json").read_text())


def attempts(shop):
    """Of the report: status, and what was done."""
    return [(each["status"], each["fix"]) for each in reported(shop)["attempts"]]


def recorded(run):
    """The same of the history, oldest first."""
    code, out, _ = run("history", "--format", "json")
    assert code == 0
    return [(each["attempt"], each["outcome"], each["fix"]) for each in json.loads(out)["runs"]]


def escalated(shop):
    file = shop.root / "reports" / "latest" / "escalation.md"
    return file.read_text() if file.exists() else ""


def test_a_missing_partition_is_loaded_once_for_each(shop, run):
    partitioned(shop)
    assert run("verify")[0] == 1
    settled(
        shop,
        {"when": "missing-partition", "table": "fct_*", "command": ["python", "load.py", "{table}", "{partition}"]},
    )
    code, out, err = run("verify", "--heal")
    fix = "; ".join(f"python load.py fct_orders 2024-01-0{day}: done" for day in (1, 3, 4))
    assert (code, attempts(shop)) == (0, [("fail", fix), ("pass", None)])
    assert out.endswith("healed after 1 failed attempt. Exit code 0: the gate is open.\n")
    assert "attempt 1 of 3: fail: 1 violation blocks: fct_orders/partition" in err
    assert recorded(run) == [(1, "fail", None), (1, "fail", fix), (2, "pass", None)]
    assert not escalated(shop)


def test_a_gap_is_loaded_from_its_first_to_its_last_partition(shop, run):
    partitioned(shop)
    settled(shop, {"when": "missing-partition", "command": ["python", "load.py", "{table}", "{from}", "{to}"]})
    code, *_ = run("verify", "--heal")
    # a gap of one day is loaded twice by this loader: its key is not unique then, for which nothing is declared
    assert (code, attempts(shop)[0][1]) == (
        1,
        "python load.py fct_orders 2024-01-01 2024-01-01: done; python load.py fct_orders 2024-01-03 2024-01-04: done",
    )
    with duckdb.connect(str(shop.root / "warehouse.duckdb")) as connection:
        assert [day for (day,) in connection.execute(DAYS).fetchall()][1:] == [f"2024-01-0{n}" for n in range(1, 6)]


def test_success_on_the_third_shows_two_failures(shop, run):
    negative(shop)
    shop.write("mend.py", THIRD)
    settled(shop, {"when": "failed", "rule": "minimum", "command": ["python", "mend.py"]})
    code, out, _ = run("verify", "--heal")
    assert (code, attempts(shop)) == (
        0,
        [
            ("fail", "python mend.py: it ended with exit code 1 (the source is not ready)"),
            ("fail", "python mend.py: done"),
            ("pass", None),
        ],
    )
    assert "healed after 2 failed attempts" in out
    assert reported(shop)["verdict"]["reason"].endswith("; healed after 2 failed attempts")
    assert [each[1] for each in recorded(run)] == ["fail", "fail", "pass"]
    [amount] = [each for each in reported(shop)["results"] if each["check"] == "fct_orders/amount/minimum"]
    assert amount["past"]["outcomes"] == ["fail", "fail"]
    assert not escalated(shop)


def test_what_passes_though_no_remedy_succeeded_is_not_healed(shop, run):
    negative(shop)
    mended = "import duckdb, sys; duckdb.connect('warehouse.duckdb').execute('update marts.fct_orders set amount = 1')"
    settled(shop, {"when": "failed", "command": ["python", "-c", f"{mended}; sys.exit(1)"]})
    code, out, _ = run("verify", "--heal")
    assert (code, len(attempts(shop)), "healed" in out) == (0, 2, False)
    assert reported(shop)["verdict"]["reason"].endswith("; passed after 1 failed attempt, and no remedy succeeded")
    assert "passed after 1 failed attempt, and no remedy succeeded" in out


def test_after_the_third_failure_somebody_must_decide(shop, run, stable, golden):
    negative(shop)
    settled(shop, {"when": "failed", "command": ["python", "-c", "print('nothing to do')"]})
    code, out, err = run("verify", "--heal")
    assert (code, [status for status, _ in attempts(shop)]) == (1, ["fail"] * 3)
    assert out.endswith("1 violation blocks; not healed in 3 attempts. Exit code 1: a violation blocks.\n")
    assert "somebody must decide: " in err
    golden("cli/escalation.md", _timeless(stable(escalated(shop))))
    assert escalated(shop).endswith("\nDECISION:\n")


def test_what_stays_undecided_keeps_its_exit_code(shop, run):
    (shop.root / "warehouse.duckdb").unlink()
    settled(shop, {"when": "undecided", "retry": "0.01 s"})
    code, *_ = run("verify", "--heal")
    waited = ["wait 0.01 s: done", "wait 0.02 s: done", None]
    assert (code, attempts(shop)) == (3, [("undecided", fix) for fix in waited])
    assert "it cannot be waived" in escalated(shop)


def test_what_has_no_remedy_is_not_retried(shop, run):
    negative(shop)
    settled(shop, {"when": "stale", "command": ["touch", "ran"]}, {"when": "transient", "retry": "10 s"})
    code, out, _ = run("verify", "--heal")
    assert (code, attempts(shop)) == (1, [("fail", None)])
    assert "not healed" not in out
    assert "no remedy is declared for it" in escalated(shop)
    assert not (shop.root / "ran").exists()


def test_nothing_is_done_where_another_failure_keeps_the_gate_shut(shop, run):
    negative(shop)
    shop.sql("update marts.dim_customers set name = null where id = 3")
    settled(shop, {"when": "failed", "rule": "minimum", "command": ["touch", "ran"]})
    code, *_ = run("verify", "--heal")
    assert (code, attempts(shop)) == (1, [("fail", None)])
    assert "`dim_customers.name` `required`: no remedy is declared for it" in escalated(shop)
    assert not (shop.root / "ran").exists()


def test_what_another_failure_explains_needs_no_remedy_of_its_own(shop, run):
    """Orders are made of customers: that some have none follows from the customer that is gone."""
    upstream = {"property": "upstream", "value": ["customers"]}
    shop.orders["customProperties"] = [*shop.orders["customProperties"], upstream]
    customers = shop.customers()
    customers["schema"][0]["quality"] = [{"metric": "rowCount", "mustBe": 10}]
    shop.contract("contracts/marts/dim_customers.odcs.yaml", customers)
    shop.saved().sql("delete from marts.dim_customers where id = 3")
    insert = "insert into marts.dim_customers values (3, 'c3')"
    script = f"import duckdb; duckdb.connect('warehouse.duckdb').execute({insert!r})"
    settled(shop, {"when": "failed", "table": "dim_*", "command": ["python", "-c", script]})
    code, *_ = run("verify", "--heal")
    assert (code, [status for status, _ in attempts(shop)]) == (0, ["fail", "pass"])


def test_the_next_time_the_next_remedy_counts(shop, run):
    negative(shop)
    repair = "import duckdb; duckdb.connect('warehouse.duckdb').execute('update marts.fct_orders set amount = 1')"
    settled(
        shop,
        {"when": "failed", "retry": "0.01 s"},
        {
            "when": "failed",
            "rule": "min*",
            "layer": ["marts"],
            "contract": "orders",
            "command": ["python", "-c", repair],
        },
    )
    assert run("verify", "--heal")[0] == 0
    assert [fix and fix.partition(" ")[0] for _, fix in attempts(shop)] == ["wait", "python", None]


@contextmanager
def writer(shop) -> Iterator[subprocess.Popen]:
    """Another process that has the database open for writing, until its standard input ends."""
    script = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", script, str(shop.root / "warehouse.duckdb")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"open\n"
        yield process


def test_a_locked_database_is_waited_for(shop, run):
    """A loader holds it until the first attempt has been told, and a little longer."""
    settled(shop, {"when": "transient", "retry": "2 s"})
    hold = (
        "import duckdb, glob, time\n"
        "connection = duckdb.connect('warehouse.duckdb')\n"
        "print('open', flush=True)\n"
        "while not glob.glob('reports/history/pending/*.json'): time.sleep(0.05)\n"
        "time.sleep(0.2)\n"
    )
    with subprocess.Popen([sys.executable, "-c", hold], cwd=shop.root, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"open\n"
        code, out, _ = run("verify", "--heal")
    assert (code, attempts(shop)) == (0, [("undecided", "wait 2 s: done"), ("pass", None)])
    assert out.endswith("; healed after 1 failed attempt. Exit code 0: the gate is open.\n")


def test_a_locked_database_that_is_not_released_stays_undecided(shop, run):
    settled(shop, {"when": "transient", "retry": "0.1 s"})
    with writer(shop) as process:
        code, *_ = run("verify", "--heal")
        process.communicate()
    assert (code, [status for status, _ in attempts(shop)]) == (3, ["undecided"] * 3)
    assert all(each["unanswered"] for each in reported(shop)["results"] if each["check"] and each["outcome"] == "error")


def test_a_missing_database_is_not_transient(shop, run):
    (shop.root / "warehouse.duckdb").unlink()
    settled(shop, {"when": "transient", "retry": "1 s"})
    assert (run("verify", "--heal")[0], attempts(shop)) == (3, [("undecided", None)])


def test_what_is_stale_is_loaded_from_its_newest_row_on(shop, run):
    shop.sql("update marts.fct_orders set ordered_at = ordered_at - interval 3 day")
    update = "update marts.fct_orders set ordered_at = left(?, 19)::timestamp - interval 1 hour where id = 1"
    load = f"import duckdb, sys; duckdb.connect('warehouse.duckdb').execute({update!r}, [sys.argv[2]])"
    settled(shop, {"when": "stale", "command": ["python", "-c", load, "{from}", "{to}"]})
    code, *_ = run("verify", "--heal")
    assert (code, [status for status, _ in attempts(shop)]) == (0, ["fail", "pass"])
    assert attempts(shop)[0][1].endswith("2024-01-02T23:00:00Z 2024-01-06T12:00:00Z: done")


DBT = {
    "dbt_project.yml": "name: shop\nversion: '1.0'\nprofile: shop\nmodels: {shop: {+materialized: table}}\n",
    "profiles.yml": "shop: {target: w, outputs: {w: {type: duckdb, path: '{{ env_var(\"SHOP\") }}', schema: marts}}}\n",
    "models/dim_customers.sql": "select i as id, 'c' || i as name from range(1, 11) t(i)\n",
    "models/dim_customers.yml": "models: [{name: dim_customers, columns: [{name: id, data_tests: [unique]}]}]\n",
    "models/other.sql": "select 1 / 0 as this_is_never_built, * from nowhere\n",
}


@pytest.fixture
def modelled(shop, monkeypatch):
    """With a dbt project that makes its customers."""
    monkeypatch.setenv("SHOP", str(shop.root / "warehouse.duckdb"))
    for name, text in DBT.items():
        shop.write(f"dbt/{name}", text)
    # in a process of its own, for dbt would keep the database open in this one
    build = (
        "from dbt.cli.main import cli; cli(['build', '--select', 'dim_customers', '--profiles-dir', '.', '--quiet'])"
    )
    subprocess.run([sys.executable, "-c", build], cwd=shop.root / "dbt", check=True)
    shop.sql("drop table marts.dim_customers")
    return shop


@pytest.mark.xdist_group("dbt")
@pytest.mark.parametrize("sequence", [[], ["dbt test"]])
def test_dbt_builds_what_is_absent_and_nothing_else(modelled, run, sequence):
    """And its tests are run again, where the sequence asks for them: their results would be of other tables."""
    remedy = {"when": "failed", "rule": "contract-without-table", "dbt": "{table}", "timeout": "2 m"}
    settings = {"heal": [remedy], "lineage": {"dbt": "dbt/target", "dbt_project": "dbt"}, "sequence": sequence}
    modelled.settings(yaml.safe_dump({name: entry for name, entry in settings.items() if entry}))
    code, out, _ = run("verify", "--heal", "--layer", "marts", "--select", "dim_*")
    assert (code, [status for status, _ in attempts(modelled)]) == (0, ["fail", "pass"]), out
    said = attempts(modelled)[0][1]
    places = "--no-use-colors --project-dir dbt --profiles-dir dbt"
    ran = f"dbt run {places} --select dim_customers: done"
    assert said == (f"{ran}; dbt test {places}: done" if sequence else ran)


def test_what_a_failed_remedy_wrote_is_told_and_commands_nothing(shop, run):
    negative(shop)
    script = "print('loading'); print('::error::x ##[error]y'); print(chr(27) + '[31mred'); exit(3)"
    settled(shop, {"when": "failed", "command": ["python", "-c", script]})
    _, _, err = run("verify", "--heal")
    told = [line for line in err.splitlines() if line.startswith("harness:   ")]
    assert told[0].startswith("harness:   it ended with exit code 3 (")
    assert "harness:   | loading" in told
    assert not re.search(r"##\[|^::|\x1b", err, re.MULTILINE)
    assert run("verify", "--heal", "--quiet")[2] == "harness: somebody must decide: reports/latest/escalation.md\n"


def test_a_run_that_is_killed_while_it_heals_leaves_its_attempt_and_no_report(shop, run):
    negative(shop)
    assert run("verify")[0] == 1
    settled(shop, {"when": "failed", "command": ["python", "-c", "import os; os.kill(os.getppid(), 9)"]})
    command = [sys.executable, "-m", "harness", "verify", "--heal"]
    ended = subprocess.run(command, cwd=shop.root, capture_output=True, check=False)
    assert ended.returncode == -9
    assert not (shop.root / "reports" / "latest").exists()
    (_, (attempt, outcome, fix)) = recorded(run)
    assert (attempt, outcome, fix[:17]) == (1, "fail", "begun: python -c ")


def test_one_that_hangs_is_ended(shop, run):
    negative(shop)
    settled(shop, {"when": "failed", "command": ["python", "-c", "import time; time.sleep(60)"], "timeout": "0.5 s"})
    code, *_ = run("verify", "--heal")
    fixes = [fix for _, fix in attempts(shop)]
    assert (code, [fix and fix.rpartition(": ")[2] for fix in fixes]) == (1, ["it was ended after 0.5 s"] * 2 + [None])


def test_one_that_kills_itself(shop, run):
    negative(shop)
    settled(shop, {"when": "failed", "command": ["python", "-c", "import os; os.kill(os.getpid(), 9)"]})
    code, *_ = run("verify", "--heal")
    assert (code, attempts(shop)[0][1].rpartition(": ")[2]) == (1, "it was killed by SIGKILL")


CONTRACTS, CHECK = "contracts/marts", "checks/marts/fct_orders.free.sql"
CHEATS = {
    "the contract": (f"open('{CONTRACTS}/fct_orders.odcs.yaml', 'a').write(' ')", f"{CONTRACTS}/fct_orders.odcs.yaml"),
    "a contract less": (f"os.remove('{CONTRACTS}/dim_customers.odcs.yaml')", f"{CONTRACTS}/dim_customers.odcs.yaml"),
    "a contract more": (f"open('{CONTRACTS}/x.odcs.yaml', 'w').write('')", f"{CONTRACTS}/x.odcs.yaml"),
    "a check": (f"open('{CHECK}', 'w').write('select 1 where false')", CHECK),
    "a waiver": ("open('waivers.yaml', 'w').write('version: 1')", "waivers.yaml"),
    "the settings": ("open('harness.yaml', 'a').write('fail_on: error')", "harness.yaml"),
    "a link": (f"os.remove('{CHECK}'); os.symlink('/dev/null', '{CHECK}')", CHECK),
    "a test of dbt": ("open('dbt/tests/t.sql', 'w').write('select 1')", "dbt/tests/t.sql"),
}  # fmt: skip


@pytest.mark.parametrize("what", CHEATS)
def test_one_that_changes_what_must_hold_is_an_error_whatever_passes_then(shop, run, what):
    """It even mends the data, so that the second attempt would pass."""
    cheat, file = CHEATS[what]
    negative(shop)
    shop.write(CHECK, "select id from marts.fct_orders where amount = 0\n")
    for name in ("dbt_project.yml", "models/dim_customers.sql", "tests/other.sql"):
        shop.write(f"dbt/{name}", "")
    repair = "duckdb.connect('warehouse.duckdb').execute('update marts.fct_orders set amount = 1')"
    remedy = {"when": "failed", "command": ["python", "-c", f"import os, duckdb; {repair}; {cheat}"]}
    # dbt's manifest is not there, which is not what this is about
    remedies = [remedy, {"when": "undecided", "retry": "0.01 s"}]
    shop.settings(yaml.safe_dump({"heal": remedies, "lineage": {"dbt": "dbt/target", "dbt_project": "dbt"}}))
    code, out, _ = run("verify", "--heal", "--select", "fct_orders")
    assert code == 1
    assert f"{file} changed while remedies ran" in out
    [found] = [each for each in reported(shop)["results"] if each["rule"] == "remedy-overstepped"]
    assert (found["outcome"], found["file"]) == ("error", file)
    assert [status for status, _ in attempts(shop)] == ["fail"], "nothing more is tried"
    assert "remedy-overstepped" in escalated(shop)


def test_what_is_changed_behind_our_back_while_the_last_attempt_goes_on(shop, run, monkeypatch):
    """By somebody else, or by a process that hid itself: the verdict is about other promises than those on disk."""
    from harness.uses import heal

    negative(shop)
    repair = "import duckdb; duckdb.connect('warehouse.duckdb').execute('update marts.fct_orders set amount = 1')"
    settled(shop, {"when": "failed", "command": ["python", "-c", repair]})
    real, seen = heal.promises_of, []

    def looked_at_later(project):
        seen.append(project)
        if len(seen) == 3:
            shop.write("waivers.yaml", "version: 1\nwaivers: []\n")
        return real(project)

    monkeypatch.setattr(heal, "promises_of", looked_at_later)
    code, *_ = run("verify", "--heal")
    assert (code, reported(shop)["verdict"]["outcome"]) == (3, "undecided")


@pytest.mark.parametrize(
    "name", ["--vars", "x; touch ran", "a b", "$(touch ran)", "a$HOME", "{from}", "ä", "../x", "-x"]
)
def test_the_name_of_a_table_shapes_no_command(shop, run, name):
    """A contract may be a stranger's: only a plain name is handed on, and never to a shell."""
    shop.table["name"] = name
    shop.table["physicalName"] = f"marts.{name}"
    quoted = name.replace('"', '""')
    shop.orders["slaProperties"][0]["element"] = f"{name}.ordered_at"
    shop.saved().sql(f'alter table marts.fct_orders rename to "{quoted}"')
    shop.sql(f'update marts."{quoted}" set amount = -1')
    settled(
        shop,
        {"when": "failed", "command": ["touch", "{table}"]},
        {"when": "undecided", "command": ["touch", "{table}"]},
    )
    before = sorted(path.name for path in shop.root.iterdir())
    code, *_ = run("verify", "--heal")
    assert (code != 0, len(attempts(shop))) == (True, 1)
    assert sorted(path.name for path in shop.root.iterdir()) == sorted([*before, "reports"])


def test_two_runs_do_not_heal_at_once(shop, run):
    negative(shop)
    again = "'-m', 'harness', 'verify', '--heal', '--reports', 'other'"
    inside = f"import subprocess, sys; sys.exit(subprocess.call([sys.executable, {again}]))"
    settled(shop, {"when": "failed", "command": ["python", "-c", inside]})
    assert run("verify", "--heal")[0] == 1
    assert "it ended with exit code 3 (harness: another run of this project is healing" in attempts(shop)[0][1]


def test_healing_needs_the_word_of_the_user(shop, run):
    negative(shop)
    settled(shop, {"when": "failed", "command": ["touch", "ran"]})
    for command in (["verify"], ["audit"], ["lint"], ["drift"]):
        run(*command)
    assert not (shop.root / "ran").exists()


def test_without_remedies_there_is_nothing_to_heal_with(shop, run):
    code, _, err = run("verify", "--heal")
    assert code == 2
    assert err.startswith("harness: harness.yaml declares nothing that --heal could do (declare remedies as `heal`")


def test_a_remedy_for_no_rule_is_a_mistake(shop, run):
    settled(shop, {"when": "failed", "rule": "minimun", "retry": "1 s"})
    code, _, err = run("verify", "--heal")
    assert (code, "there is no rule or metric `minimun` (did you mean `minimum`?)" in err) == (2, True)


def test_a_secret_that_a_remedy_writes_is_not_told(shop, run, monkeypatch):
    monkeypatch.setenv("WAREHOUSE_KEY", "very-secret")
    negative(shop)
    settled(shop, {"when": "failed", "command": ["python", "-c", "import os; exit(os.environ['WAREHOUSE_KEY'])"]})
    text = (shop.root / "harness.yaml").read_text()
    shop.write("harness.yaml", text.replace("database: ware", 'token: "${WAREHOUSE_KEY}", database: ware'))
    code, out, err = run("verify", "--heal")
    assert (code, attempts(shop)[0][1].rpartition(" ")[2]) == (1, "(${WAREHOUSE_KEY})")
    told = [path.read_text() for path in (shop.root / "reports").rglob("*") if path.is_file() and path.suffix != ".db"]
    assert not any("very-secret" in text for text in (out, err, *told))


def test_too_many_missing_partitions_are_for_people(shop, run):
    partitioned(shop)
    shop.sql("update marts.fct_orders set ordered_at = ordered_at - interval 90 day where id <= 30")
    settled(shop, {"when": "missing-partition", "command": ["touch", "{partition}"]})
    code, *_ = run("verify", "--heal")
    assert (code, len(attempts(shop))) == (1, 1)
    assert "more than 31 of its partitions are missing" in escalated(shop)


def _timeless(text):
    text = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)? UTC", "<time>", text)
    return re.sub(r"\d+\.\d s", "<seconds>", text)
