"""What no remedy may change, and what it may."""

import pytest

from harness.load.promises import changed_since, promises_of

SETTINGS = 'lineage: {dbt: "dbt/build/target", dbt_project: dbt, sql: [etl, load.sql]}\n'
FILES = ("dbt/dbt_project.yml", "dbt/models/a.sql", "dbt/models/b/c.yml", "dbt/macros/m.sql", "checks/marts/x.sql")
PROMISES = (
    "harness.yaml", "waivers.yaml", "contracts/a.odcs.yaml", "contracts/marts/notes.txt", "checks/marts/x.sql",
    "checks/more/y.soda.yml", "dbt/dbt_project.yml", "dbt/models/a.sql", "dbt/models/b/c.yml", "dbt/tests/t.sql",
    "dbt/models/p.py", "etl/a.sql", "load.sql",
)  # fmt: skip
NONE = (
    "warehouse.duckdb", "reports/latest/report.json", "dbt/build/target/manifest.json", "dbt/build/target/run/a.sql",
    "dbt/target/compiled/a.sql", "dbt/logs/dbt.sql", "dbt/dbt_packages/x/macros/m.sql", "dbt/seeds/s.csv", "load.py",
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
