"""A project under git in a folder, to be changed by tests, committed on `main`, with `feature` checked out.

It has one contract, unless the folder has a project already.
"""

import subprocess
from datetime import date
from pathlib import Path
from typing import Any

from harness.load.project import load_project
from harness.model.review import Review
from harness.uses.review import review

FILE = "contracts/raw/orders.odcs.yaml"
ORDERS = """\
apiVersion: v3.1.0
kind: DataContract
id: orders
version: 1.0.0
status: active
team: {name: sales, members: [{username: ada, role: owner}, {username: bob}]}
customProperties:
  - {property: layer, value: raw}
schema:
  - name: orders
    properties:
      - {name: id, logicalType: integer, required: true}
      - {name: amount, logicalType: number}
"""
TODAY = date(2026, 3, 1)


class Repository:
    """The project; `root` is its folder, `top` that of the repository."""

    def __init__(self, top: Path, folder: str = ".", options: tuple[str, ...] = ()) -> None:
        self.top, self.root = top, top / folder
        self.root.mkdir(parents=True, exist_ok=True)
        self.git("init", "--quiet", "--initial-branch", "main", *options)
        if not (self.root / "harness.yaml").exists():
            self.write("harness.yaml", "version: 1\nname: shop\n")
            self.write(FILE, ORDERS)
        self.commit()
        self.git("checkout", "--quiet", "-b", "feature")

    def git(self, *words: str, at: Path | None = None) -> str:
        return git(at or self.top, *words)

    def write(self, file: str, text: str) -> None:
        path = self.root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def edit(self, *changes: tuple[str, str], file: str = FILE) -> None:
        """Replaces text of the contract; each must be there."""
        text = (self.root / file).read_text(encoding="utf-8")
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        self.write(file, text)

    def commit(self) -> str:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "a change")
        return self.git("rev-parse", "HEAD")

    def on_main(self) -> str:
        """Commits what there is to main, and goes on from there."""
        commit = self.commit()
        self.git("branch", "--force", "main")
        return commit

    def review(self, ref: str = "main", root: Path | None = None, **options: Any) -> Review:
        project = load_project(root or self.root, {})
        return review(project, ref=ref, today=options.pop("today", TODAY), **options)


def git(at: Path, *words: str) -> str:
    settings = ("user.name=a", "user.email=a@example.test", "protocol.file.allow=always", "core.hooksPath=/dev/null")
    command = ["git", "-C", str(at), *(part for each in settings for part in ("-c", each)), *words]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
