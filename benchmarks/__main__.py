"""`make bench`: makes its own data in a temporary folder, times whole processes in turn, prints ratios."""

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml

from benchmarks.many import TABLES
from benchmarks.reconciled import reconciliation
from benchmarks.subject import odcs
from benchmarks.timing import Contender, compare, table
from benchmarks.wide import wide

HARNESS = [sys.executable, "-m", "harness"]
FORMS = ("duckdb", "parquet")
PARTS = ("start", "lint", "review", "lineage", "many", "reconcile", *FORMS)
HERE = Path(__file__).resolve().parents[1]


def main() -> None:
    """Runs what is asked for, all by default."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", choices=PARTS, action="append", help="may be repeated")
    parser.add_argument("--rows", type=int, action="append", help="table sizes (default: 10,000, 1 and 10 million)")
    parser.add_argument("--repeats", type=int, default=5, help="of each contender (10 million rows: at most 3)")
    args = parser.parse_args()
    wanted = args.only or PARTS
    with tempfile.TemporaryDirectory() as folder:
        if "start" in wanted:
            print(start(Path(folder), args.repeats), end="\n\n", flush=True)
        if "lint" in wanted:
            print(lint(Path(folder) / "lint"), end="\n\n", flush=True)
        if "review" in wanted:
            print(review(Path(folder) / "review", args.repeats), end="\n\n", flush=True)
        if "lineage" in wanted:
            print(lineage(Path(folder) / "lineage", args.repeats), end="\n\n", flush=True)
        if "many" in wanted:
            print(hundred(Path(folder) / "many", args.repeats), end="\n\n", flush=True)
        if "reconcile" in wanted:
            rows = max(args.rows or [1_000_000])
            print(reconciliation(Path(folder) / "reconcile", HARNESS, rows, args.repeats), end="\n\n", flush=True)
        for rows in args.rows or [10_000, 1_000_000, 10_000_000]:
            for form in [form for form in FORMS if form in wanted]:
                repeats = min(args.repeats, 3) if rows > 1_000_000 else args.repeats
                print(verify(Path(folder) / f"{rows}-{form}", rows, form, repeats), end="\n\n", flush=True)


def start(folder: Path, repeats: int) -> str:
    """The time until a program can say its version."""
    scripts = Path(sys.executable).parent
    contenders = [
        Contender("python -c pass", [sys.executable, "-c", "pass"], folder),
        Contender("harness --version", [*HARNESS, "--version"], HERE),
        Contender("datacontract --version", [str(scripts / "datacontract"), "--version"], folder),
        Contender("import soda_core", [sys.executable, "-c", "import soda_core"], folder),
    ]
    return table("Start-up", compare(contenders, repeats), "python -c pass")


def lint(folder: Path, count: int = 500, columns: int = 50) -> str:
    """Every rule over 500 contracts of 50 columns; datacontract-cli only checks the JSON Schema."""
    _contracts(folder, count, columns)
    contenders = [
        Contender("harness lint", [*HARNESS, "lint"], folder),
        Contender("datacontract-cli, one process", _program("datacontract-lint", folder), HERE),
    ]
    return table(
        f"Lint of {count} contracts x {columns} columns", compare(contenders, 1, warm_up=False), "harness lint"
    )


def review(folder: Path, repeats: int, count: int = 500, columns: int = 50) -> str:
    """A branch that takes a promise from one contract in ten; datacontract-cli compares the pairs that differ alone."""
    _contracts(folder, count, columns)
    shutil.copytree(folder / "contracts", folder / "before")
    (folder / ".gitignore").write_text("before\n", encoding="utf-8")
    for words in (("init", "-q", "-b", "main"), ("add", "."), ("commit", "-q", "-m", "before")):
        who = ("-c", "user.name=bench", "-c", "user.email=bench@example.test")
        subprocess.run(["git", "-C", str(folder), *who, *words], check=True)
    for path in sorted((folder / "contracts").glob("*.odcs.yaml"))[::10]:
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("required: true", "required: false", 1), encoding="utf-8")
    contenders = [
        # to find what breaks is exit code 1
        Contender("harness review", [*HARNESS, "review", "--against", "main"], folder, codes=(1,)),
        Contender("harness diff", [*HARNESS, "diff", "before", "contracts"], folder, codes=(1,)),
        Contender("datacontract-cli, changed pairs", _program("datacontract-breaking", folder), HERE),
    ]
    title = f"Review of {count} contracts x {columns} columns, one in ten changed"
    return table(title, compare(contenders, min(repeats, 3)), "harness review")


def _contracts(folder: Path, count: int, columns: int) -> None:
    (folder / "contracts").mkdir(parents=True)
    (folder / "harness.yaml").write_text("version: 1\nname: bench\n", encoding="utf-8")
    for index in range(count):
        contract = odcs({"type": "duckdb", "database": "bench.duckdb", "schema": "main"})
        fields = contract["schema"][0]["properties"]
        more = [
            {**fields[i % len(fields)], "name": f"column_{i}", "primaryKey": False} for i in range(len(fields), columns)
        ]
        contract |= {"id": f"orders_{index}"}
        contract["schema"][0] |= {"name": f"orders_{index}", "properties": [*fields, *more]}
        contract["slaProperties"][0]["element"] = f"orders_{index}.updated_at"
        path = folder / "contracts" / f"orders_{index}.odcs.yaml"
        path.write_text(yaml.safe_dump(contract, sort_keys=False), encoding="utf-8")


def hundred(folder: Path, repeats: int) -> str:
    """100 contracts in one process each."""
    _make("many", folder)
    contenders = [
        Contender("harness verify", [*HARNESS, "verify", "--quiet"], folder),
        Contender("soda-core", _program("soda-many", folder), HERE),
        Contender("datacontract-cli", _program("datacontract-many", folder), HERE),
    ]
    title = f"{TABLES} contracts x 10 columns x 20 checks"
    return table(title, compare(contenders, min(repeats, 3)), "harness verify")


def lineage(folder: Path, repeats: int) -> str:
    """Where each of 151 columns comes from, through nine CTEs; sqlglot's own `lineage()` without its slow default."""
    folder.mkdir(parents=True)
    (folder / "wide.sql").write_text(wide(), encoding="utf-8")
    contenders = [
        Contender("import sqlglot", [sys.executable, "-c", "import sqlglot"], folder),
        Contender("column lineage", _program("lineage", folder), HERE),
        Contender("sqlglot.lineage", _program("sqlglot-lineage", folder), HERE),
    ]
    return table("Lineage of 151 columns x 9 CTEs", compare(contenders, repeats), "column lineage")


def verify(folder: Path, rows: int, form: str, repeats: int) -> str:
    """50 checks on one table, each contender a process of its own; ours writes its reports too."""
    _make("subject", folder, str(rows), form)
    contenders = [
        Contender("SQL by hand", _program("by-hand", folder), HERE),
        Contender("the best SQL in one scan", _program("best-scan", folder), HERE),
        Contender("the best SQL we know", _program("best-by-hand", folder), HERE),
        Contender("harness verify", [*HARNESS, "verify", "--quiet"], folder),
        Contender("soda-core", _program("soda", folder), HERE),
        Contender("datacontract-cli", _program("datacontract", folder), HERE),
    ]
    title = f"{rows:,} rows x 20 columns x 50 checks, {form}"
    return table(title, compare(contenders, repeats), "SQL by hand")


def _make(module: str, folder: Path, *arguments: str) -> None:
    """In a process of its own: a child's peak memory begins with that of the process it was forked from."""
    subprocess.run([sys.executable, "-m", f"benchmarks.{module}", str(folder), *arguments], cwd=HERE, check=True)


def _program(name: str, folder: Path) -> list[str]:
    return [sys.executable, "-m", "benchmarks.contenders", name, str(folder)]


if __name__ == "__main__":
    main()
