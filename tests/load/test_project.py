"""`harness.yaml`: every key, every way to get it wrong, and the folders it names."""

import re
from datetime import UTC, datetime

import pytest

from harness.load.project import load_project, project_schema
from harness.load.yaml import MAX_BYTES
from harness.model.alerts import AlertSettings
from harness.model.errors import ProjectError
from harness.model.governance import DEFAULT_NAMES, Governance, PersonalData
from harness.model.healing import Remedy
from harness.model.location import Location
from harness.model.project import (
    AuditSettings,
    Goal,
    HandoffSettings,
    HistorySettings,
    LineageSources,
    Publishing,
    WaiverFile,
)
from harness.model.result import Dimension, Severity
from harness.model.sequence import Step
from harness.model.threshold import Threshold

CONTRACT = "apiVersion: v3.1.0\nkind: DataContract\nid: orders\nversion: 1.0.0\nstatus: active\n"
WHOLE = """\
contracts: promises
checks: tests/data
reports: out
waivers: policy/waivers.yml
max_waiver_days: 30
as_of: "2024-01-06T12:00:00+02:00"
server: warehouse
servers:
  warehouse: {type: duckdb, database: "${DB}", schema: marts, port: 5432, ssl: true}
  other: {type: duckdb, database: "${HOST:-local}/${DB}.${EMPTY:-x}"}
statement_timeout: 90 s
ignore_tables: [raw._*]
classifications: [public, secret]
sample_classifications: [public, internal]
required_sla: [ly, Retention]
fail_on: warning
compatibility: {raw: backward, "*": full, contracts: {"ord*": forward-transitive}}
dimensions:
  completeness: {target: "> 90 %", alert: "< 80 %"}
  freshness: {target: "< 2 d", alert: "> 3 d"}
rules:
  owner-missing: warning
  column-undeclared: {raw: info, marts: "off", "*": error}
history: {url: "postgresql://${DB}@host/x", keep: 30 d}
lineage: {dbt: '${EMPTY:-target}', dbt_project: dbt, sql: etl, events: [a.ndjson, logs]}
alerts: {remind_after: 2 h}
openlineage: {config: ol.yml, namespace: shop, timeout: 3 s}
audit: {schedule: "0 13 * * *", timezone: Europe/Berlin}
budgets: {spent: needs-approval}
objectives: {marts: 99.5, "*": 90}
calendars: {marts: {weekdays: [mon-fri], holidays: US}}
publish: {folder: handbook, backfill: {raw: make load, "*": "make {table}"}}
governance:
  names: {raw: "<source>_<entity>", marts: [dim_<entity>, "agg_*"]}
  folders: {marts: models/gold}
  fan_out: 5
  large_table: 10
  personal_data: {classifications: [secret], names: ["*_x"], not_names: [y], sample: 0, share: 2.5, fields: []}
sequence: [test -d models/, "test -f 'a b.md'", dbt test]
heal: [{when: failed, rule: min*, table: [a, b], layer: marts, contract: o, dbt: "{table}+", timeout: 2 m}]
handoff: {agent: shop, next_agent: board}
"""


def test_every_key(load):
    waivers = "version: 1\nwaivers: []\n"
    files = {"promises/a.odcs.yaml": CONTRACT, "tests/data/orders.many.sql": "select 1", "policy/waivers.yml": waivers}
    project = load(WHOLE, {"DB": "w.duckdb", "EMPTY": ""}, **files)
    assert set(project_schema()["properties"]) == {"version", "name", *re.findall(r"^(\w+):", WHOLE, re.MULTILINE)}
    assert (project.name, project.file) == ("shop", "harness.yaml")
    assert (project.contracts_dir, project.checks_dir, project.reports_dir) == ("promises", "tests/data", "out")
    assert project.as_of == datetime(2024, 1, 6, 10, tzinfo=UTC)
    assert project.publishing == Publishing("handbook", {"raw": "make load", "*": "make {table}"})
    assert project.remedies == (
        Remedy(
            at=Location("harness.yaml", 42, 8),
            when="failed",
            rules=("min*",),
            tables=("a", "b"),
            layers=("marts",),
            contracts=("o",),
            dbt="{table}+",
            timeout=120,
        ),
    )
    names = {"raw": ("<source>_<entity>",), "marts": ("dim_<entity>", "agg_*")}
    assert project.governance == Governance(
        at=Location("harness.yaml", 35, 1),
        names=DEFAULT_NAMES | names,
        folders={"marts": "models/gold"},
        fan_out=5,
        large_table=10,
        personal=PersonalData(
            classifications=("secret",), names=("*_x",), not_names=("y",), sample=0, share=2.5, fields=()
        ),
    )
    assert project.handoff == HandoffSettings("shop", "board")
    assert project.sequence == (
        Step("test -d models/", "folder", Location("harness.yaml", 41, 12), "models/"),
        Step("test -f 'a b.md'", "file", Location("harness.yaml", 41, 29), "a b.md"),
        Step("dbt test", "dbt", Location("harness.yaml", 41, 49)),
    )
    assert project.history == HistorySettings("postgresql://w.duckdb@host/x", 30 * 86_400)
    assert project.default_server == "warehouse"
    assert project.servers["warehouse"].settings == {
        "database": "w.duckdb",
        "schema": "marts",
        "port": 5432,
        "ssl": True,
    }
    assert project.servers["other"].settings == {"database": "local/w.duckdb.x"}
    assert str(project.servers["other"].at) == "harness.yaml:12:10"
    assert project.statement_timeout == 90
    assert project.policy.sample_classifications == ("public", "internal")
    assert project.ignored_tables == ("raw._*",)
    assert project.lineage == LineageSources("target", "dbt", ("etl",), ("a.ndjson", "logs"))
    assert project.openlineage == {"config": "ol.yml", "namespace": "shop", "timeout": 3}
    assert project.alerts == AlertSettings(remind_after=7200)
    assert [document.file for document in project.documents] == ["promises/a.odcs.yaml"]
    assert [file.file for file in project.checks] == ["tests/data/orders.many.sql"]
    assert project.waivers == WaiverFile(file="policy/waivers.yml", text=waivers)
    policy = project.policy
    assert policy.max_waiver_days == 30
    assert policy.fail_on is Severity.WARNING
    assert policy.compatibility == {"raw": "backward", "*": "full"}
    assert policy.contract_compatibility == {"ord*": "forward-transitive"}
    assert project.audit == AuditSettings("0 13 * * *", "Europe/Berlin")
    assert policy.approve_spent
    assert policy.objectives == {"marts": 99.5, "*": 90}
    assert policy.calendars == {"marts": {"weekdays": ["mon-fri"], "holidays": "US"}}
    assert policy.classifications == ("public", "secret")
    assert policy.required_sla == ("latency", "retention")
    assert policy.goals[Dimension.COMPLETENESS] == Goal(Threshold(">", 90), Threshold("<", 80), "percent")
    assert policy.goals[Dimension.FRESHNESS] == Goal(Threshold("<", 172800), Threshold(">", 259200), "seconds")
    assert policy.goals[Dimension.UNIQUENESS] == Goal(Threshold("=", 100), Threshold("<", 100), "percent")
    assert policy.severity("owner-missing", "raw", Severity.ERROR) is Severity.WARNING
    assert policy.severity("column-undeclared", "raw", Severity.ERROR) is Severity.INFO
    assert policy.severity("column-undeclared", "marts", Severity.ERROR) is None
    assert policy.severity("column-undeclared", "staging", Severity.INFO) is Severity.ERROR
    assert policy.severity("key-missing", "staging", Severity.INFO) is Severity.INFO
    assert str(policy.places["column-undeclared"]) == "harness.yaml:25:3"


def test_defaults(load):
    project = load()
    assert (project.contracts_dir, project.checks_dir, project.reports_dir) == ("contracts", "checks", "reports")
    assert (project.as_of, project.default_server, project.servers, project.checks) == (None, "", {}, ())
    assert (project.statement_timeout, project.openlineage) == (300, {"timeout": 10})
    assert (project.waivers, project.policy.max_waiver_days) == (WaiverFile(), 90)
    assert project.lineage == LineageSources()
    assert project.policy.fail_on is Severity.ERROR
    assert {dimension: goal.unit for dimension, goal in project.policy.goals.items()} == {
        Dimension.FRESHNESS: "seconds",
        Dimension.COMPLETENESS: "percent",
        Dimension.UNIQUENESS: "percent",
        Dimension.VALIDITY: "percent",
        Dimension.ACCURACY: "percent",
    }


REFUSED = [
    # what is written below the head, line:column, what is said
    ("contract: x", "3:1", "the key `contract` does not exist here (did you mean `contracts`?)"),
    ("servers: {w: {type: postgres, password: tiger}}", "3:31", "the password of the server w is written out"),
    ("servers: {w: {type: postgres, password: '${P:-tiger}'}}", "3:31", "write `password: ${VARIABLE}`"),
    ("servers: {w: {type: postgres, password: 'a${P}'}}", "3:31", "the password of the server w is written out"),
    ("classifications: [open]\ngovernance: {}", "4:1", "none of `classifications` says that data is personal: pii"),
    ("governance: {fan_out: 0}", "3:14", "0 is less than the minimum of 1"),
    ("zzz: x", "3:1", "known keys: version, name, contracts"),
    ("name2: x\nname: y", "4:1", "the key 'name' stands twice"),
    ("contracts: 5", "3:1", "contracts: 5 is not of type 'string'"),
    ("contracts: nowhere", "3:1", "the folder nowhere does not exist"),
    ("checks: nowhere", "3:1", "the folder nowhere does not exist"),
    ("contracts: ../elsewhere", "3:1", "is outside the project"),
    ("contracts: /etc", "3:1", "is outside the project"),
    ("checks: ..", "3:1", "is outside the project"),
    ("sequence: [test -d ../up]", "3:12", "../up is outside the project"),
    ("sequence: [test -f /etc/passwd]", "3:12", "/etc/passwd is outside the project"),
    ("sequence: [rm -rf .]", "3:12", "`rm -rf .` is no step that is known (a step is `test -d FOLDER`"),
    ('sequence: ["test -d \'a"]', "3:12", "cannot be read: No closing quotation"),
    ("sequence: [test -d a b]", "3:12", "is no step that is known"),
    ("sequence: [dbt test --select x]", "3:12", "is no step that is known"),
    ("sequence: [dbt test]", "3:12", "`dbt test` needs the artifacts of dbt (set `lineage: {dbt: ...}`"),
    ("as_of: yesterday", "3:1", "no ISO 8601 time with an offset"),
    ("as_of: '2024-01-01T00:00:00'", "3:1", "no ISO 8601 time with an offset"),
    ("as_of: 2024", "3:1", "not of type 'string'"),
    ("server: warehouse", "3:1", "names 'warehouse', which `servers` lacks"),
    ("servers:\n  w: {database: x}", "4:3", "'type' is a required property"),
    ("servers:\n  w: {type: duckdb, options: [x]}", "4:21", "is not of type"),
    ("servers:\n  w:\n    type: duckdb\n    database: ${NOPE}", "6:5", "the environment variable NOPE is not set"),
    ("servers:\n  w: {type: duckdb, database: '${EMPTY}'}", "4:21", "EMPTY is not set (export EMPTY=...)"),
    ("statement_timeout: 5", "3:1", "not of type 'string'"),
    ("statement_timeout: soon", "3:1", "'soon' is no duration"),
    ("statement_timeout: 5 fortnights", "3:1", "is no duration"),
    (f"statement_timeout: {'9' * 400} s", "3:1", "is no duration"),
    ("openlineage: {timeout: never}", "3:15", "openlineage.timeout 'never' is no duration"),
    ("openlineage: {url: x}", "3:15", "the key `url` does not exist here"),
    ("fail_on: info", "3:1", "'info' is not one of"),
    ("required_sla: [latency, fresh]", "3:25", "'fresh' is no service level of ODCS"),
    ("dimensions:\n  accurcy: {target: '= 0', alert: '> 0'}", "4:3", "did you mean `accuracy`?"),
    ("dimensions:\n  validity: {target: '> 99 %'}", "4:3", "'alert' is a required property"),
    ("dimensions:\n  validity: {target: '99', alert: '< 9 %'}", "4:3", "'99' is no threshold"),
    ("dimensions:\n  validity: {target: '> 1 h', alert: '< 9 %'}", "4:3", "of validity must be in %"),
    ("dimensions:\n  freshness: {target: '< 9 %', alert: '> 9 %'}", "4:3", "of freshness must be in a unit of time"),
    ("dimensions:\n  freshness: {target: '< 9 moons', alert: '> 9 h'}", "4:3", "'moons' is no unit of time"),
    ("dimensions:\n  validity: {target: '> 99 %', alert: '> 95 %'}", "4:32", "turn it round"),
    (f"dimensions:\n  freshness: {{target: '< {'9' * 400} h', alert: '> 1 h'}}", "4:3", ""),
    ("rules:\n  owner-missing: fatal", "4:3", "rules.owner-missing"),
    ("rules:\n  owner-missing: off\n  key-missing: no", "5:3", "rules.key-missing"),
    ("rules:\n  owner-missing: {gold: error}", "4:3", "rules.owner-missing"),
    ("- list", "3:1", "no valid YAML"),
    ("a: [", "4:1", "no valid YAML"),
    ("audit: {schedule: daily}", "3:9", "'daily' is no cron schedule"),
    ("audit: {timezone: Mars}", "3:9", "'Mars' is no time zone"),
    ("objectives: {marts: 0}", "3:14", "less than or equal to the minimum"),
    ("objectives: {gold: 99}", "3:14", "gold"),
    ("calendars: {marts: {weekdays: []}}", "3:13", "without weekdays"),
    ("heal: [{when: late, retry: 1 s}]", "3:9", "'late' is not one of"),
    ("heal: [{when: failed}]", "3:8", "is not valid under any of the given schemas"),
    ("heal: [{when: failed, retry: 1 s, command: [a]}]", "3:8", "is valid under each of"),
    ("heal: [{when: failed, command: make load}]", "3:23", "is not of type 'array'"),
    ("heal: [{when: failed, command: []}]", "3:23", "should be non-empty"),
    ("heal: [{when: failed, command: [make, '{tabel}']}]", "3:39", "there is no {tabel} (did you mean `table`?)"),
    ("heal: [{when: failed, command: [make, '{x}']}]", "3:39", "known are {table}, {from}, {to}, {partition}"),
    (
        "heal: [{when: failed, command: [make, 'x={from}']}]",
        "3:39",
        "{from} is known of `stale` and `missing-partition`",
    ),
    ("heal: [{when: stale, command: [make, '{partition}']}]", "3:38", "is known of `missing-partition` only"),
    ("heal: [{when: failed, command: ['{table}']}]", "3:33", "the program itself must be written out"),
    ("heal: [{when: failed, command: [make, '${DB}']}]", "3:39", "${DB} is not filled in here"),
    ('heal: [{when: failed, command: [make, "a\\0b"]}]', "3:39", "an argument holds a NUL"),
    ("heal: [{when: failed, dbt: orders}]", "3:23", "nothing says where the dbt project is"),
    ("heal: [{when: failed, dbt: --full-refresh}]", "3:23", "does not match"),
    ("heal: [{when: transient, retry: soon}]", "3:26", "'soon' is no length of time of at most a day"),
    ("heal: [{when: transient, retry: 0 s}]", "3:26", "'0 s' is no length of time of at most a day"),
    ("heal: [{when: transient, retry: 1 s, timeout: 2 d}]", "3:38", "'2 d' is no length of time of at most a day"),
    ("calendars: {'*': {holidays: QQ}}", "3:13", "public holidays of 'QQ'"),
]


@pytest.mark.parametrize(("settings", "place", "said"), REFUSED, ids=[r[0][:40] for r in REFUSED])
def test_refused(load, settings, place, said):
    with pytest.raises(ProjectError) as caught:
        load(settings + "\n")
    assert str(caught.value).startswith(f"harness.yaml:{place}: ")
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name: x\n", "'version' is a required property"),
        ("version: 1\n", "'name' is a required property"),
        ("version: 2\nname: x\n", "version: 1 was expected"),
        ("version: 1\nname: ''\n", "name: '' should be non-empty"),
        ("", "the file is empty"),
        ("- x\n", "is not of type 'object'"),
        (b"name: \xff\n", "cannot be read"),
    ],
)
def test_what_every_project_must_say(tmp_path, text, said):
    (tmp_path / "harness.yaml").write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ProjectError, match=re.escape(said)):
        load_project(tmp_path, {})


def test_without_a_file(tmp_path):
    with pytest.raises(ProjectError, match=r"there is no harness\.yaml in .* \(name the folder with --project"):
        load_project(tmp_path / "nowhere", {})


def test_without_contracts(tmp_path):
    (tmp_path / "harness.yaml").write_text("version: 1\nname: x\n")
    with pytest.raises(ProjectError, match="the folder contracts does not exist"):
        load_project(tmp_path, {})


def test_secrets_of_the_environment_stay_where_they_belong(load):
    project = load("servers:\n  w: {type: duckdb, database: 'a${B}c', user: '$B'}\n", {"B": "${HOME}"})
    assert project.servers["w"].settings == {"database": "a${HOME}c", "user": "$B"}


def test_contracts_in_order_and_at_any_depth(load):
    names = ["contracts/z.odcs.yml", "contracts/raw/b.odcs.yaml", "contracts/raw/deep/er/a.odcs.yaml"]
    project = load(**dict.fromkeys([*names, "contracts/README.md", "contracts/notes.txt", "contracts/a.sql"], CONTRACT))
    assert [document.file for document in project.documents] == sorted(names)
    assert len(project.contracts) == 3


@pytest.mark.parametrize("name", ["a.yaml", "a.yml", "a.json", "a.odcs.json", "a.odcs.YAML", "a.Odcs.yml", "odcs.yaml"])
def test_no_file_that_looks_like_a_contract_is_left_out(load, name):
    project = load(**{f"contracts/raw/{name}": CONTRACT, "contracts/b.odcs.yaml": CONTRACT})
    unread = next(document for document in project.documents if document.file == f"contracts/raw/{name}")
    assert unread.contract is None
    assert unread.error.message == "the file is not read: its name does not end in .odcs.yaml or .odcs.yml"


@pytest.mark.parametrize("name", ["orders.yml", "orders.soda.json", "orders.rows.SQL", "orders.Soda.yml"])
def test_no_file_that_looks_like_a_check_is_left_out(load, name):
    (file,) = load(**{f"checks/raw/{name}": "select 1"}).checks
    assert "the file is not read" in file.error.message
    assert file.dataset == "orders"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (CONTRACT.encode() + b"name: \xff", "cannot be read: 'utf-8' codec"),
        # cut at the limit, this would still be a contract: all clauses behind it would be lost
        ((CONTRACT + "description:\n  purpose: " + "é" * 2_000_100 + "\nschema: []\n").encode(), "larger than"),
        (CONTRACT.encode() + b"#" * MAX_BYTES, "larger than"),
        (CONTRACT.encode("utf-16"), "cannot be read"),
        (b"", "the file is empty"),
    ],
    ids=["not utf-8", "too many bytes in few characters", "too many bytes", "utf-16", "empty"],
)
def test_a_contract_that_cannot_be_read_whole_is_not_read_at_all(load, content, said):
    (document,) = load(**{"contracts/a.odcs.yaml": content}).documents
    assert document.contract is None
    assert said in document.error.message
    assert document.error.at.file == "contracts/a.odcs.yaml"


def test_links(load, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "b.odcs.yaml").write_text(CONTRACT)
    (tmp_path / "contracts").mkdir()
    (tmp_path / "contracts" / "a.odcs.yaml").symlink_to(tmp_path / "elsewhere" / "b.odcs.yaml")
    (tmp_path / "contracts" / "gone.odcs.yaml").symlink_to(tmp_path / "nowhere")
    there, gone = load().documents
    assert there.contract.id == "orders"
    assert "cannot be read" in gone.error.message
    (tmp_path / "contracts" / "more").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ProjectError, match="is a link to a folder, which is not followed"):
        load()
