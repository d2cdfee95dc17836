"""`harness history`, and what is recorded when something goes wrong: nothing is lost, no verdict changes."""

import json
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import time

import pytest

PASS, FAIL, USAGE, UNDECIDED = 0, 1, 2, 3
HARNESS = [sys.executable, "-P", "-m", "harness"]


def verify_on(run, day, *more):
    return run("verify", "--as-of", f"2024-01-{day:02d}T12:00:00Z", *more)


@pytest.fixture
def shop(shop):
    """The shop of all tests, whose orders may be of any day."""
    shop.orders["slaProperties"][0]["value"] = 99
    return shop.saved()


@pytest.fixture
def weeks(shop, run, monkeypatch):
    """Passes, then fails from the ninth on, and passes and fails in turn before."""
    monkeypatch.setenv("COLUMNS", "100")
    for day in range(6, 12):
        bad = day in (7, 10, 11)
        shop.sql(f"update marts.fct_orders set amount = {-day if bad else day} where id <= {day}")
        assert verify_on(run, day)[0] == (FAIL if bad else PASS)
    return shop


RUN_ID = re.compile(r"(verify|review) [0-9a-f]{8}")
VOLATILE = [(RUN_ID, r"\1 <run id>"), (re.compile(r" *\d\.\d{1,3} s\b"), "  <time>")]


def stable_of(text, stable):
    for pattern, word in VOLATILE:
        text = pattern.sub(word, text)
    return stable(text)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("history-check.txt", ["fct_orders/amount/minimum"]),
        ("history-runs.txt", []),
        ("history-check.json", ["fct_orders/amount/minimum", "--format", "json", "--last", "2"]),
    ],
)
def test_golden(weeks, run, golden, stable, name, arguments):
    code, out, err = run("history", *arguments)
    assert (code, err) == (PASS, "")
    golden(f"cli/{name}", stable_of(out, stable))


def test_what_reports_say_of_earlier_runs(shop, run):
    verify_on(run, 6)
    shop.sql("update marts.fct_orders set amount = -1 where id = 1")
    _, first, _ = verify_on(run, 7)
    assert "new: it passed in the run before" in first
    _, out, _ = verify_on(run, 10)
    assert "failing for 3 days (2 runs)" in out
    assert "Failing for 3 days (2 runs)" in (shop.root / "reports/latest/report.md").read_text()
    _, out, _ = verify_on(run, 8)
    assert "failing for 1 day (2 runs)" in out, "a run of last Tuesday gives last Tuesday's answer"


def test_a_pattern_and_what_nothing_is_like(weeks, run):
    code, out, _ = run("history", "fct_orders/*/minimum", "--since", "2024-01-10T00:00:00Z")
    assert (code, "2 runs: 2 failed" in out) == (PASS, True)
    code, _, err = run("history", "nope")
    assert (code, "no run judged anything like 'nope'" in err) == (USAGE, True)


def test_nothing_was_recorded_yet(shop, run):
    code, _, err = run("history")
    assert (code, "there are no earlier runs" in err) == (USAGE, True)


def test_old_runs_are_deleted(weeks, run):
    weeks.settings("history: {keep: 300 d}\n")
    assert run("history", "--prune")[1] == "deleted 0 runs; 6 left\n"
    with sqlite3.connect(weeks.root / "reports/history.db") as database:
        database.execute("update runs set started = '2020-01-01 00:00:00.000000' where number <= 2")
    database.close()
    assert run("history", "--prune", "--keep", "9999")[1] == "deleted 0 runs; 6 left\n"
    assert run("history", "--prune")[1] == "deleted 2 runs; 4 left\n"
    assert run("history", "--keep", "9")[0] == USAGE


def verify_without_owner(shop, run, day, *more):
    """A finding of a rule, which no clause asks for."""
    team = shop.orders.pop("team")
    shop.saved()
    out = verify_on(run, day, *more)[1]
    shop.orders["team"] = team
    shop.saved()
    return out


@pytest.mark.parametrize("url", ["", "history: {url: runs.db}\n"], ids=["journal", "database"])
def test_a_finding_that_was_gone_is_new_when_it_is_back(shop, run, url):
    shop.settings(url)
    assert "owner-missing" in verify_without_owner(shop, run, 6)
    for day in (7, 8, 9):
        verify_on(run, day)
    assert "new: it was not found in the run before" in verify_without_owner(shop, run, 10)
    assert "failing for 1 day (2 runs)" in verify_without_owner(shop, run, 11)
    verify_on(run, 12)
    document = json.loads(run("history", "owner-missing", "--format", "json")[1])
    outcomes = [each["outcome"] for each in document["checks"][0]["results"]]
    assert outcomes == ["fail", "pass", "pass", "pass", "fail", "fail", "pass"]
    assert "✗ orders  owner-missing" not in run("history")[1], "it is not open any more"


def test_a_run_that_did_not_look_for_a_finding_says_nothing_of_it(shop, run):
    verify_without_owner(shop, run, 6)
    verify_on(run, 7, "--select", "dim_customers")
    assert "failing for 2 days (2 runs)" in verify_without_owner(shop, run, 8)
    # and one of the same part does
    verify_on(run, 9, "--select", "fct_orders")
    said = verify_without_owner(shop, run, 10, "--select", "fct_orders")
    assert "new: it was not found in the run before" in said


def test_a_file_that_is_no_run_is_said(shop, run):
    verify_on(run, 6)
    pending = shop.root / "reports/history/pending"
    (file,) = pending.iterdir()
    file.write_text(file.read_text()[:99])
    _, _, said = run("audit", "--as-of", "2024-01-06T13:00:00Z", "--quiet")
    assert f"{file.name}.refused is no run that can be read" in said
    assert [each.name for each in pending.iterdir()] == [f"{file.name}.refused"]


def test_who_reads_the_history_deletes_nothing_and_who_writes_it_what_is_too_old(weeks, run):
    assert run("history")[0] == PASS
    with sqlite3.connect(weeks.root / "reports/history.db") as database:
        database.execute("update runs set started = '2020-01-01 00:00:00.000000' where number = 1")
    database.close()
    assert "shop: 6 runs in" in run("history")[1]
    run("audit", "--quiet")
    assert "shop: 6 runs in" in run("history")[1], "the audit is the sixth"


def test_a_review_is_recorded(shop, run):
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "x"]):
        subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@b.example", *words], cwd=shop.root, check=True)
    shop.column("amount").pop("logicalTypeOptions")
    shop.saved()
    assert run("review", "--against", "HEAD")[0] == FAIL
    _, out, _ = run("history", "--format", "json")
    document = json.loads(out)
    assert [(each["command"], each["outcome"]) for each in document["runs"]] == [("review", "fail")]
    assert run("history", "bound-*")[0] == PASS


def test_every_25th_run_is_folded_in(shop, run):
    verify_on(run, 6)
    pending = shop.root / "reports/history/pending"
    (first,) = pending.iterdir()
    for number in range(23):
        text = first.read_text()
        run_id = json.loads(text.splitlines()[0])["run"]["run_id"]
        (pending / first.name.replace(run_id, f"{number:036d}")).write_text(text.replace(run_id, f"{number:036d}"))
    assert verify_on(run, 7)[0] == PASS
    assert list(pending.iterdir()) == []
    assert rows(shop, "select count(*) from runs") == [(25,)]


def rows(shop, statement):
    database = sqlite3.connect(shop.root / "reports/history.db")
    try:
        assert database.execute("pragma integrity_check").fetchall() == [("ok",)]
        assert database.execute("pragma foreign_key_check").fetchall() == []
        return database.execute(statement).fetchall()
    finally:
        database.close()


def test_the_history_is_a_server(shop, run, postgres, postgres_database, monkeypatch):
    monkeypatch.setenv("HISTORY", f"postgresql://postgres@/{postgres_database}?host={postgres}")
    shop.settings("history: {url: '${HISTORY}'}\n")
    assert verify_on(run, 6)[0] == PASS
    assert list((shop.root / "reports/history/pending").iterdir()) == []
    shutil.rmtree(shop.root / "reports")  # the disk of a job of CI is gone after it
    shop.sql("update marts.fct_orders set amount = -1 where id = 1")
    code, out, err = verify_on(run, 7)
    assert (code, "new: it passed in the run before" in out) == (FAIL, True)
    assert "history" not in err.replace("reports/history", "")
    assert "2 runs" in run("history", "fct_orders/amount/minimum")[1]
    assert not (shop.root / "reports/history.db").exists()


def test_a_server_that_does_not_answer_gets_the_run_later(shop, run, postgres, postgres_database, monkeypatch):
    monkeypatch.setenv("HISTORY", "postgresql://someone:topsecret@127.0.0.1:1/nothing")
    shop.settings("history: {url: '${HISTORY}'}\n")
    code, out, err = verify_on(run, 6)
    assert (code, "the gate is open" in out) == (PASS, True)
    (line,) = [line for line in err.splitlines() if line.startswith("harness:")]
    assert "this run waits in reports/history: " in line
    assert "topsecret" not in line
    code, _, err = run("history")
    assert (code, "topsecret" in err) == (UNDECIDED, False)
    monkeypatch.setenv("HISTORY", f"postgresql://postgres@/{postgres_database}?host={postgres}")
    assert "shop: 1 run in" in run("history")[1]


def spoiled_by_a_file(shop):
    shop.write("reports/history", "in the way")


def spoiled_by_a_link(shop):
    (shop.root / "reports").mkdir()
    (shop.root / "reports/history").symlink_to("/proc/nowhere")


@pytest.mark.parametrize("spoil", [spoiled_by_a_file, spoiled_by_a_link], ids=["a file", "a place that is not"])
def test_a_history_that_cannot_be_written_changes_no_verdict(shop, run, spoil):
    spoil(shop)
    code, out, err = verify_on(run, 6)
    assert (code, "the gate is open" in out) == (PASS, True)
    lines = [line for line in err.splitlines() if line.startswith("harness:")]
    assert len(lines) == 1
    assert "this run is not in the history: reports/history cannot be written" in lines[0]


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"no database at all " * 100, "file is not a database"), (b"SQLite format 3\0" + b"\xff" * 4096, "")],
    ids=["text", "a torn header"],
)
def test_a_file_that_is_no_database_stays_as_it_is(shop, run, content, said):
    path = shop.root / "reports" / "history.db"
    shop.settings("history: {url: reports/history.db}\n")
    path.parent.mkdir()
    path.write_bytes(content)
    code, _, err = verify_on(run, 6)
    assert code == PASS
    (line,) = [line for line in err.splitlines() if line.startswith("harness:")]
    assert "this run waits in reports/history: no earlier runs are shown: the history" in line
    assert said in line
    code, _, err = run("history")
    assert (code, "did not answer" in err) == (UNDECIDED, True)
    assert path.read_bytes() == content
    path.unlink()
    assert "shop: 1 run in" in run("history")[1], "the run that waited is in the next history"


def test_a_newer_history_is_left_alone(weeks, run):
    assert run("history")[0] == PASS
    with sqlite3.connect(weeks.root / "reports/history.db") as database:
        database.execute("update alembic_version set version_num = '9999'")
    database.close()
    code, _, err = run("history")
    assert (code, "was written by a newer harness" in err) == (UNDECIDED, True)
    assert verify_on(run, 12)[0] == FAIL


def test_a_disk_that_is_full_while_runs_are_folded_in(shop, run):
    """RLIMIT_FSIZE stands for it: past a size, no file takes another byte."""
    for day in (6, 7):
        verify_on(run, day)
    assert run("history")[0] == PASS
    before = {name for (name,) in rows(shop, "select run_id from runs")}
    pending, recent = shop.root / "reports/history/pending", shop.root / "reports/history/recent"
    text = next(iter(recent.iterdir())).read_text()
    run_id = json.loads(text.splitlines()[0])["run"]["run_id"]
    sizes = (0, 100, 5_000, 33_000, 66_000, 100_000, 150_000, 400_000)
    for size in sizes:
        (pending / f"20240107T120000.000000-x-{size}.whole.json").write_text(text.replace(run_id, f"filled-{size}"))
        limit = f"resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, resource.RLIM_INFINITY))"
        ignore = "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)"
        # at the very end what measures coverage writes a file of its own
        lift = "atexit.register(resource.setrlimit, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)"
        code = f"import atexit, resource, signal; {limit}; {lift}; {ignore}; from harness.cli import main; main()"
        done = subprocess.run(
            [sys.executable, "-c", code, "history"], cwd=shop.root, capture_output=True, text=True, check=False
        )
        assert done.returncode in (PASS, UNDECIDED), done.stderr
        assert "Traceback" not in done.stderr
        known = {name for (name,) in rows(shop, "select run_id from runs")}
        assert before <= known
        assert f"filled-{size}" in known or list(pending.iterdir()), "it is there, or it waits"
    assert run("history")[0] == PASS
    assert {name for (name,) in rows(shop, "select run_id from runs")} == before | {f"filled-{each}" for each in sizes}


MOUNTED = ["unshare", "-rm", "sh", "-ec"]
TMPFS = """
mount -t tmpfs -o size={size}k none reports/history
{harness} verify --quiet >/dev/null 2>&1
dd if=/dev/zero of=reports/history/ballast bs=1k count=9999 2>/dev/null || true
{harness} verify --quiet
echo "code $?"
ls reports/history/pending | wc -l
"""


def mounts():
    try:
        return subprocess.run([*MOUNTED, "mount -t tmpfs none /mnt"], check=False, capture_output=True).returncode == 0
    except FileNotFoundError:
        return False


@pytest.mark.skipif(not mounts(), reason="may not mount")
def test_a_run_on_a_disk_that_is_full(shop):
    (shop.root / "reports/history").mkdir(parents=True)
    script = TMPFS.format(size=64, harness=f"{sys.executable} -P -m harness")
    done = subprocess.run([*MOUNTED, script], cwd=shop.root, capture_output=True, text=True, check=False)
    assert done.stderr.startswith(
        "harness: this run is not in the history: reports/history cannot be written: No space"
    )
    assert len(done.stderr.splitlines()) == 1
    assert done.stdout.endswith("code 0\n1\n"), "the run before is there, and the verdict is what it is"


@pytest.mark.skipif(not mounts(), reason="may not mount")
def test_a_folder_that_can_only_be_read(weeks, run):
    assert run("history")[0] == PASS
    assert verify_on(run, 12)[0] == FAIL
    script = 'mount --bind . . && mount -o remount,ro,bind . && cd "$(pwd)" && exec "$@"'
    command = [*MOUNTED, script, "-", *HARNESS, "history", "fct_orders/amount/minimum"]
    done = subprocess.run(command, cwd=weeks.root, capture_output=True, text=True, check=False)
    assert done.returncode == PASS, done.stderr
    assert "6 runs: 3 passed, 3 failed" in done.stdout, "what was folded in earlier can be read"
    assert "harness: runs may be missing: " in done.stderr


def test_two_at_once(shop, run):
    verify_on(run, 6)
    assert run("history")[0] == PASS
    commands = [["verify", "--quiet", "--reports", f"out{n}"] for n in range(4)] + [["history"]] * 4
    processes = [
        subprocess.Popen([*HARNESS, *each], cwd=shop.root, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        for each in commands
    ]
    for process in processes:
        _, err = process.communicate(timeout=120)
        assert (process.returncode, err) == (PASS, "")
    assert "shop: 5 runs in" in run("history")[1]
    assert len(rows(shop, "select * from runs")) == 5


def test_the_first_history_is_made_by_many_at_once(shop, run):
    verify_on(run, 6)
    processes = [
        subprocess.Popen(
            [*HARNESS, "history"], cwd=shop.root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for _ in range(5)
    ]
    for process in processes:
        out, err = process.communicate(timeout=120)
        assert (process.returncode, err, "shop: 1 run in" in out) == (PASS, "", True)


def test_killed_while_runs_are_folded_in(shop, run):
    """At twelve moments: each run is in the database or waits for it, once, and the database is whole."""
    verify_on(run, 6)
    pending = shop.root / "reports/history/pending"
    (first,) = pending.iterdir()
    text, name = first.read_text(), first.name
    run_id = json.loads(text.splitlines()[0])["run"]["run_id"]
    kept = {run_id}
    started = time.perf_counter()
    subprocess.run([*HARNESS, "history"], cwd=shop.root, check=True, stdout=subprocess.DEVNULL)
    seconds = time.perf_counter() - started
    chance, killed = random.Random(6), 0
    for number in range(12):
        for each in range(5):
            fresh = f"{number:018d}{each:018d}"
            kept.add(fresh)
            (pending / name.replace(run_id, fresh)).write_text(text.replace(run_id, fresh))
        process = subprocess.Popen([*HARNESS, "history"], cwd=shop.root, stdout=subprocess.DEVNULL)
        try:
            process.wait(seconds * (number + chance.random()) / 12)
        except subprocess.TimeoutExpired:
            process.kill()
            killed += 1
        process.wait(60)
        known = {name for (name,) in rows(shop, "select run_id from runs")}
        waiting = {path.name.split("-", 2)[2][:36] for path in pending.iterdir()}
        assert kept == known | waiting
    assert killed > 3
    assert run("history")[0] == PASS
    assert {name for (name,) in rows(shop, "select run_id from runs")} == kept
    results = rows(shop, 'select count(*), count(distinct run), count(distinct "check") from results')[0]
    assert results[0] == results[1] * results[2]
