"""What no remedy may change, and what it may."""

import os

import pytest

from harness.load.promises import changed_since, promises_of

SETTINGS = 'lineage: {dbt: "dbt/build/target", dbt_project: dbt, sql: [etl, load.sql]}\n'
FILES = ("dbt/dbt_project.yml", "dbt/models/a.sql", "dbt/models/b/c.yml", "dbt/macros/m.sql", "checks/marts/x.sql")
PROMISES = (
    "harness.yaml", "waivers.yaml", "contracts/a.odcs.yaml", "contracts/marts/notes.txt", "checks/marts/x.sql",
    "checks/more/y.soda.yml", "contracts/logs/a.odcs.yaml",
    "dbt/dbt_project.yml", "dbt/models/a.sql", "dbt/models/b/c.yml", "dbt/tests/t.sql",
    "dbt/models/p.py", "etl/a.sql", "load.sql", "dbt/models/logs/l.sql", "dbt/models/marts/target/t.sql",
    "dbt/tests/fixtures/expected.csv", "dbt/dbt_packages/x/macros/m.sql",
)  # fmt: skip
NONE = (
    "warehouse.duckdb", "reports/latest/report.json", "dbt/build/target/manifest.json", "dbt/build/target/run/a.sql",
    "dbt/target/compiled/a.sql", "dbt/logs/dbt.sql", "dbt/seeds/s.csv", "load.py",
    "dbt/.user.yml", "dbt/.venv/lib/x.py", "dbt/x/logs/dbt.sql",
)  # fmt: skip


@pytest.fixture
def project(load):
    return load(SETTINGS, **dict.fromkeys(FILES, ""))


def written(project, name):
    path = project.root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{path.read_text() if path.exists() else ''}# another\n")


@pytest.mark.parametrize("name", PROMISES)
def test_a_file_that_is_written_or_added(project, name):
    before = promises_of(project)
    written(project, name)
    assert changed_since(before, promises_of(project)) == (name,)


@pytest.mark.parametrize("name", NONE)
def test_what_is_made_is_no_promise(project, name):
    before = promises_of(project)
    written(project, name)
    assert changed_since(before, promises_of(project)) == ()


@pytest.mark.parametrize("name", ["harness.yaml", *FILES])
def test_a_file_that_is_taken_away_and_brought_back(project, name):
    before = promises_of(project)
    aside = project.root / "aside"
    (project.root / name).rename(aside)
    assert changed_since(before, promises_of(project)) == (name,)
    aside.rename(project.root / name)
    assert changed_since(before, promises_of(project)) == ()


def test_a_folder_that_becomes_a_link_to_another(project):
    before = promises_of(project)
    (project.root / "dbt/models").rename(project.root / "elsewhere")
    (project.root / "dbt/models").symlink_to(project.root / "elsewhere")
    assert "dbt/models" in changed_since(before, promises_of(project))


def test_what_a_link_leads_to_in_the_project(project):
    (project.root / "shared").mkdir()
    (project.root / "dbt/models/shared").symlink_to("../../shared")
    (project.root / "shared/circle").symlink_to(".")
    before = promises_of(project)
    written(project, "shared/t.sql")
    assert changed_since(before, promises_of(project)) == ("dbt/models/shared/t.sql",)


def test_a_link_out_of_the_project_is_not_followed(project, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside")
    (outside / "a.sql").write_text("select 1")
    (project.root / "contracts/away").symlink_to(outside)
    assert [name for name in promises_of(project) if "away" in name] == ["contracts/away"]


@pytest.mark.parametrize("where", ["contracts/pipe", "checks/zero"])
def test_what_never_ends_is_not_read(project, where):
    path = project.root / where
    if path.name == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to("/dev/zero")
    assert promises_of(project)[where].endswith("is no file")


def test_the_dbt_project_may_be_the_whole(load):
    """What a run leaves does not make it another one."""
    project = load("lineage: {dbt: target, dbt_project: .}\n")
    before = promises_of(project)
    for name in ("reports/latest/a.yml", ".venv/x.py", "target/run/a.sql"):
        written(project, name)
    assert changed_since(before, promises_of(project)) == ()
    written(project, "models/a.sql")
    assert changed_since(before, promises_of(project)) == ("models/a.sql",)


ELSEWHERE = {
    "dbt/dbt_project.yml": "model-paths: [models, ../shared/models]\nmacro-paths: ['../shared/macros']\n"
    "packages-install-path: ../modules\ntest-paths: ['{{ env_var(1) }}', 7]\n",
    "dbt/packages.yml": "packages:\n- local: ../house\n- package: dbt-labs/dbt_utils\n  version: 1.0.0\n- 7\n",
}


@pytest.mark.parametrize(
    "name",
    [
        "shared/models/a.sql",
        "shared/models/_a.yml",
        "shared/macros/m.sql",
        "modules/dbt_utils/macros/m.sql",
        "house/macros/m.sql",
        "house/tests/fixtures/rows.csv",
    ],
)
def test_sources_that_lie_elsewhere(load, name):
    project = load(SETTINGS, **ELSEWHERE, **{"shared/models/x.sql": "", "shared/macros/x.sql": "", name: ""})
    before = promises_of(project)
    written(project, name)
    assert changed_since(before, promises_of(project)) == (name,)


@pytest.mark.parametrize(
    "stated", ["model-paths: ['..']", "model-paths: [../..]", "model-paths: [/]", "- a", "a: [", "x: 1"]
)
def test_settings_that_name_the_whole_disk_or_nothing(load, stated):
    project = load(SETTINGS, **{"dbt/dbt_project.yml": stated, "elsewhere.sql": ""})
    before = promises_of(project)
    written(project, "elsewhere.sql")
    assert changed_since(before, promises_of(project)) == ()
