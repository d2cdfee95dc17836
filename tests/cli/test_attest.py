"""Evidence from one command to the other: made, held against demands, and never more than what the run knows."""

import base64
import json
import os
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from harness.attest.envelope import sealed
from harness.attest.keys import new_signer, signer_in, verifier_in
from harness.attest.statement import RUN, TABLE_DIGEST
from harness.model.errors import ExitCode

ENVELOPE = "reports/latest/attestation.dsse.json"
ORDERS = "contracts/marts/fct_orders.odcs.yaml"
SIGNER = new_signer()


@pytest.fixture
def keyed(shop, monkeypatch):
    """The shop with a key in the environment, and the public one in `key.pub`."""
    shop.write("key.pub", SIGNER.verifier.pem)
    monkeypatch.setattr(os, "environ", os.environ.copy())
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        os.environ.pop(name, None)
    return shop


@pytest.fixture
def attested(keyed, run):
    """Runs `harness verify --attest`, and gives the exit code and the statement."""

    def call(*argv):
        os.environ["HARNESS_SIGNING_KEY"] = SIGNER.pem
        code, _, _ = run("verify", "--attest", "--quiet", *argv)
        return code, statement(keyed)

    return call


def statement(shop):
    envelope = json.loads((shop.root / ENVELOPE).read_text())
    return json.loads(base64.b64decode(envelope["payload"]))


def subjects(statement, kind):
    return {s["name"]: s["digest"] for s in statement["subject"] if s["annotations"]["kind"] == kind}


def check(run, *argv):
    code, out, err = run("attest", "verify", ENVELOPE, "--key", "key.pub", *argv)
    return code, out + err


def rewritten(shop, change):
    """Signs the evidence again, with something in it changed."""
    found = statement(shop)
    change(found)
    (shop.root / ENVELOPE).write_text(sealed(found, SIGNER))


def test_a_pass_that_was_healed_says_so(attested, run, keyed):
    keyed.sql("update marts.fct_orders set amount = -1 where id = 7")
    mend = "import duckdb, os; assert 'HARNESS_SIGNING_KEY' not in os.environ; "
    mend += "duckdb.connect('warehouse.duckdb').execute('update marts.fct_orders set amount = abs(amount)')"
    keyed.settings(f'heal: [{{when: failed, command: [python, -c, "{mend}"]}}]\n')
    code, said = attested("--heal")
    assert (code, said["predicate"]["result"]) == (ExitCode.PASS, "WARNED")
    first, last = said["predicate"][RUN]["attempts"]
    assert (first["status"], first["fix"].rpartition(": ")[2], last["status"]) == ("fail", "done", "pass")
    code, out = check(run, "--require-pass")
    assert code == ExitCode.PASS
    assert "healed after 1 failed attempt" in out


def test_a_pass_meets_every_demand(attested, run, keyed):
    code, said = attested()
    assert code == ExitCode.PASS
    contracts = [f"contracts/marts/{name}.odcs.yaml" for name in ("dim_customers", "fct_orders")]
    assert list(subjects(said, "contract")) == contracts
    assert set(subjects(said, "table")) == {"warehouse/marts.dim_customers", "warehouse/marts.fct_orders"}
    assert [each["name"] for each in said["predicate"]["configuration"]] == ["harness.yaml"]
    # a note of severity info stands under it, so it is WARNED
    assert said["predicate"]["result"] == "WARNED"
    assert said["predicate"]["failedTests"] == []
    demands = ("--require-pass", "--not-older-than", "24h", "--contract", *contracts)
    code, out = check(run, *demands)
    assert code == ExitCode.PASS
    assert out.startswith("It says PASS: 25 clauses checked")
    assert "about 2 contracts, 2 tables, no commit" in out


def test_its_digests_are_of_the_files(attested, keyed):
    _, said = attested()
    for kind, folder in (("contract", ""), ("report", "reports/latest/")):
        for name, digest in subjects(said, kind).items():
            told = subprocess.run(["sha256sum", keyed.root / f"{folder}{name}"], capture_output=True, check=True)
            assert told.stdout.decode().split()[0] == digest["sha256"]


def test_a_table_that_changed_has_another_digest(attested, keyed):
    name = "warehouse/marts.fct_orders"
    (_, before), (_, again) = attested(), attested()
    keyed.sql("update marts.fct_orders set amount = amount + 0.01 where id = 7")
    _, after = attested()
    digests = [subjects(said, "table")[name][TABLE_DIGEST] for said in (before, again, after)]
    assert digests[0] == digests[1] != digests[2]


def violated(shop):
    shop.sql("update marts.fct_orders set customer_id = 99 where id <= 3")


def untold(shop):
    shop.table["quality"] += [{"type": "sql", "name": "bad", "query": "select nope", "mustBe": 0}]
    shop.saved()


@pytest.mark.parametrize(
    ("broken", "verdict", "code"), [(violated, "fail", ExitCode.FAIL), (untold, "undecided", ExitCode.UNDECIDED)]
)
def test_evidence_of_another_verdict_says_so(attested, run, keyed, broken, verdict, code):
    broken(keyed)
    ended, said = attested()
    assert ended == code
    assert said["predicate"]["result"] == "FAILED"
    assert said["predicate"]["failedTests"]
    assert said["predicate"][RUN]["verdict"] == verdict
    assert check(run)[0] == ExitCode.PASS
    ended, out = check(run, "--require-pass")
    assert ended == code
    assert f"its verdict is {verdict}" in out


def test_a_table_without_a_digest_says_why(attested, keyed):
    keyed.sql("drop table marts.fct_orders")
    _, said = attested()
    left_out = {each["name"]: each["reason"] for each in said["predicate"][RUN]["leftOut"]}
    assert left_out["warehouse/marts.fct_orders"] == "the table marts.fct_orders is absent"
    assert "warehouse/marts.fct_orders" not in subjects(said, "table")


def test_a_file_may_change_while_it_is_measured(attested, keyed):
    keyed.write("a.csv", "id\n1\n")
    contract = keyed.customers() | {
        "id": "files",
        "servers": [{"server": "files", "type": "local", "path": "a.csv", "format": "csv"}],
        "schema": [{"name": "a", "description": "A.", "properties": [{"name": "id", "logicalType": "integer"}]}],
    }
    keyed.contract("contracts/marts/a.odcs.yaml", contract)
    _, said = attested()
    left_out = {each["name"]: each["reason"] for each in said["predicate"][RUN]["leftOut"]}
    assert "keeps a table on local still" in left_out["files/main.a"]


def test_a_contract_that_cannot_be_read_is_in_it(attested, keyed):
    keyed.write("contracts/marts/broken.odcs.yaml", "a: [")
    code, said = attested()
    assert code == ExitCode.UNDECIDED
    assert "contracts/marts/broken.odcs.yaml" in subjects(said, "contract")


def test_another_contract_is_refused(attested, run, keyed):
    attested()
    keyed.write("mine.yaml", (keyed.root / ORDERS).read_text() + "# as before, but for this line\n")
    code, out = check(run, "--contract", ORDERS, "mine.yaml")
    assert code == ExitCode.FAIL
    assert "it is not about the contract mine.yaml as it is here" in out
    assert ORDERS not in out


def test_the_digest_of_something_else_is_no_contract(attested, run):
    attested()
    code, _ = check(run, "--contract", "reports/latest/report.json")
    assert code == ExitCode.FAIL


@pytest.mark.parametrize(
    ("argv", "shown"),
    [
        (("--layer", "marts"), "--layer marts"),
        (("--select", "fct_orders/id/*"), "--select fct_orders/id/*"),
        (("--as-of", "2024-01-06T11:00:00Z"), "--as-of 2024-01-06T11:00:00+00:00"),
    ],
)
def test_a_pass_of_less_than_the_project_is_no_pass(attested, run, argv, shown):
    code, said = attested(*argv)
    assert code == ExitCode.PASS
    assert said["predicate"][RUN]["arguments"] == [shown]
    assert check(run)[0] == ExitCode.PASS
    code, out = check(run, "--require-pass")
    assert code == ExitCode.FAIL
    assert f"it is not of the whole project by its own settings: {shown}" in out


def test_only_a_weaker_threshold_is_told(attested, keyed):
    assert attested("--fail-on", "warning")[1]["predicate"][RUN]["arguments"] == []
    keyed.settings("fail_on: warning\n")
    assert attested("--fail-on", "error")[1]["predicate"][RUN]["arguments"] == ["--fail-on error"]


def test_what_was_not_looked_at_is_no_subject(attested):
    _, said = attested("--select", "dim_customers")
    assert list(subjects(said, "contract")) == ["contracts/marts/dim_customers.odcs.yaml"]
    assert list(subjects(said, "table")) == ["warehouse/marts.dim_customers"]


@pytest.mark.parametrize(
    ("moved", "argv", "code", "why"),
    [
        (timedelta(hours=-25), ("--not-older-than", "24h"), ExitCode.FAIL, "and may be 1 d"),
        (timedelta(hours=-23), ("--not-older-than", "24h"), ExitCode.PASS, ""),
        (timedelta(hours=-25), (), ExitCode.PASS, ""),
        (timedelta(minutes=5), (), ExitCode.FAIL, "it is from the future"),
        (timedelta(seconds=20), (), ExitCode.PASS, ""),
    ],
)
def test_its_age_is_that_of_the_run(attested, run, keyed, moved, argv, code, why):
    attested()

    def move(said):
        for key in ("started", "finished"):
            said["predicate"][RUN][key] = (datetime.now(UTC) + moved).isoformat()

    rewritten(keyed, move)
    ended, out = check(run, *argv)
    assert ended == code
    assert why in out


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda said: said.update(predicateType="https://in-toto.io/attestation/test-result/v0.2"), "v0.1"),
        (lambda said: said.update(_type="https://in-toto.io/Statement/v0.1"), "no in-toto Statement v1"),
        (lambda said: said["predicate"].pop(RUN), "in the words of this version"),
        (lambda said: said["predicate"].pop("result"), "not as this version writes it"),
        (lambda said: said["predicate"].update(result="FAILED"), "contradict"),
        (lambda said: said["predicate"].update(result="passed"), "contradict"),
        (lambda said: said["predicate"][RUN].update(verdict="PASS"), "not as this version writes it"),
        (lambda said: said["predicate"][RUN].pop("arguments"), "not as this version writes it"),
        (lambda said: said["predicate"][RUN].update(started="2024-01-01T00:00:00"), "has no offset"),
        (lambda said: said["predicate"][RUN].update(finished="2024-01-01T00:00:00Z"), "ended before it began"),
        (lambda said: said.update(subject={}), ""),
    ],
)
def test_a_statement_of_another_kind_is_undecided(attested, run, keyed, change, why):
    attested()
    rewritten(keyed, change)
    code, out = check(run, "--require-pass", "--contract", ORDERS)
    assert code in {ExitCode.UNDECIDED, ExitCode.FAIL} if not why else code == ExitCode.UNDECIDED
    assert why in out


def test_evidence_that_was_changed_is_refused(attested, run, keyed):
    attested()
    file = keyed.root / ENVELOPE
    envelope = json.loads(file.read_text())
    payload = base64.b64decode(envelope["payload"]).replace(b'"fail"', b'"pass"').replace(b"25 clauses", b"99 clauses")
    envelope["payload"] = base64.b64encode(payload).decode()
    file.write_text(json.dumps(envelope, separators=(",", ":")) + "\n")
    code, out = check(run)
    assert code == ExitCode.FAIL
    assert "its signature does not fit" in out
    assert "It says" not in out


def test_another_key_is_refused(attested, run, keyed):
    attested()
    keyed.write("key.pub", new_signer().verifier.pem)
    code, out = check(run, "--require-pass")
    assert code == ExitCode.FAIL
    assert "it was signed with the key" in out


@pytest.mark.parametrize("text", ["", "{}", "not JSON"])
def test_a_file_that_is_no_evidence_is_undecided(keyed, run, text):
    keyed.write(ENVELOPE, text)
    code, out = check(run)
    assert code == ExitCode.UNDECIDED
    assert f"{ENVELOPE} cannot be read as evidence" in out


@pytest.mark.parametrize(
    ("argv", "why"),
    [
        (("attest", "verify", "absent.json", "--key", "key.pub"), "absent.json cannot be read"),
        (("attest", "verify", ENVELOPE, "--key", "absent.pub"), "absent.pub cannot be read"),
        (("attest", "verify", ENVELOPE, "--key", "harness.yaml"), "harness.yaml holds no public key"),
        (("attest", "verify", ENVELOPE, "--key", "key.pub", "--contract", "gone.yaml"), "gone.yaml cannot be read"),
        (("attest", "verify", ENVELOPE, "--key", "key.pub", "--not-older-than", "1 month"), "no length of time"),
        (("attest", "verify", ENVELOPE), "--key"),
        (("attest",), "ACTION"),
    ],
)
def test_wrong_usage_is_told(keyed, run, argv, why):
    code, _, err = run(*argv)
    assert code == ExitCode.USAGE
    assert why in err


@pytest.mark.parametrize(
    ("key", "why"),
    [
        ("", "HARNESS_SIGNING_KEY is not set"),
        ("SECRETSECRET", "names no file that can be read"),
        ("x" * 10_000, "names no file that can be read"),
        ("-----BEGIN PRIVATE KEY-----\nSECRETSECRET\n-----END PRIVATE KEY-----\n", "holds no private key in PEM"),
    ],
)
def test_without_a_key_nothing_is_verified_and_no_report_is_left(keyed, run, key, why):
    run("verify", "--quiet")
    os.environ["HARNESS_SIGNING_KEY"] = key
    code, out, err = run("verify", "--attest")
    assert code == ExitCode.USAGE
    assert why in err
    assert "SECRET" not in out + err
    assert "xxx" not in err
    assert not (keyed.root / "reports/latest").exists()


def test_the_key_may_be_a_file(keyed, run):
    keyed.write("secret.key", SIGNER.pem)
    os.environ["HARNESS_SIGNING_KEY"] = "secret.key"
    assert run("verify", "--attest", "--quiet")[0] == ExitCode.PASS
    assert check(run, "--require-pass")[0] == ExitCode.PASS


def test_the_key_is_in_nothing_that_a_project_or_a_report_could_show(keyed, run):
    keyed.settings("history: {url: '${HARNESS_SIGNING_KEY}'}\n")
    os.environ["HARNESS_SIGNING_KEY"] = SIGNER.pem
    code, out, err = run("verify", "--attest")
    assert code == ExitCode.USAGE
    assert "HARNESS_SIGNING_KEY is not set" in err
    assert SIGNER.pem.splitlines()[1] not in out + err
    assert "HARNESS_SIGNING_KEY" not in os.environ


def test_without_attest_there_is_no_evidence(keyed, run):
    os.environ["HARNESS_SIGNING_KEY"] = "nothing that matters"
    assert run("verify", "--quiet")[0] == ExitCode.PASS
    assert not (keyed.root / ENVELOPE).exists()


def test_without_attest_nothing_of_it_is_imported(keyed):
    program = (
        "import sys, atexit\n"
        "def told(): print(sorted(name for name in sys.modules if 'attest' in name or 'cryptography' in name))\n"
        "import os; from harness import cli\n"
        "try: cli.main(['verify', '--quiet', '--output', 'out.txt'])\n"
        "except SystemExit: told()\n"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=keyed.root)
    assert told.stdout.strip() == "['harness.commands.attest']"


def test_keygen_makes_a_pair_that_fits(keyed, run):
    code, out, _ = run("attest", "keygen", "--output", "ci.key")
    assert code == ExitCode.PASS
    private = keyed.root / "ci.key"
    assert stat.S_IMODE(private.stat().st_mode) == 0o600
    signer = signer_in(private.read_bytes(), "ci.key")
    assert signer.verifier.pem == (keyed.root / "ci.key.pub").read_text()
    assert verifier_in((keyed.root / "ci.key.pub").read_bytes(), "").id in out
    assert signer.pem.splitlines()[1] not in out


@pytest.mark.parametrize("there", ["ci.key", "ci.key.pub"])
def test_keygen_overwrites_nothing(keyed, run, there):
    keyed.write(there, "mine")
    code, _, err = run("attest", "keygen", "--output", "ci.key")
    assert code == ExitCode.USAGE
    assert f"{there} exists already" in err
    assert (keyed.root / there).read_text() == "mine"
    assert len(list(keyed.root.glob("ci.key*"))) == 1


def test_the_commit_is_a_subject_when_it_has_what_was_read(attested, keyed):
    def git(*words):
        who = ["-c", "user.name=a", "-c", "user.email=a@b.example", "-c", "commit.gpgsign=false"]
        return subprocess.run(["git", *who, *words], cwd=keyed.root, capture_output=True, check=True, text=True).stdout

    keyed.write(".gitignore", "reports\n*.duckdb\n")
    git("init", "--quiet")
    git("remote", "add", "origin", "https://me:SECRET@git.example/acme/shop.git")
    git("add", ".")
    git("commit", "--quiet", "-m", "x")
    commit = git("rev-parse", "HEAD").strip()
    assert subjects(attested()[1], "commit") == {"git+https://git.example/acme/shop": {"gitCommit": commit}}

    def why(said):
        assert subjects(said, "commit") == {}
        return next(each["reason"] for each in said["predicate"][RUN]["leftOut"] if each["name"] == "git")

    keyed.table["quality"][0]["mustBeGreaterThan"] = 1
    keyed.saved()
    assert why(attested()[1]) == f"{ORDERS} is not as in the commit {commit}"
    git("checkout", "--quiet", ".")
    (keyed.root / ORDERS).unlink()
    assert why(attested()[1]) == f"{ORDERS} is not as in the commit {commit}"
    git("checkout", "--quiet", ".")
    keyed.write("contracts/marts/more.odcs.yaml", "apiVersion: v3.1.0\n")
    assert why(attested()[1]) == f"contracts/marts/more.odcs.yaml is not as in the commit {commit}"


def test_a_stranger_s_words_command_no_terminal(attested, run, keyed):
    attested()
    rewritten(keyed, lambda said: said["predicate"][RUN].update(project="\x1b[2J\n::error::x"))
    _, out = check(run)
    assert "\x1b" not in out
    assert "\n::error" not in out
