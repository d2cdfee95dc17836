"""What is on disk, whenever the process that writes it is killed: here at each thing that it does to the disk."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from harness.model.errors import UsageError
from harness.output import clear_folder, write_folder

OLD = {"report.json": "old", "report.md": "old"}
NEW = {"report.json": "new", "report.md": "new", "junit.xml": "new"}
RUN = f"""
import os, signal, sys
from pathlib import Path
from harness.output import clear_folder, write_file, write_folder

root, last = Path(sys.argv[1]), int(sys.argv[2])
count = 0

def step(event, args):
    global count
    writes = event in ("os.mkdir", "os.rename", "os.remove", "os.rmdir") or (event == "open" and args[2] & os.O_CREAT)
    if writes and str(root) in str(args[0]):
        count += 1
        if count == last:
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(step)
clear_folder(root / "latest")
write_file(root / "printed.txt", "verdict\\n" * 9)
write_folder(root / "latest", {NEW!r})
print("verdict", flush=True)
"""


def held(folder: Path) -> dict[str, str] | None:
    return {path.name: path.read_text() for path in folder.iterdir()} if folder.exists() else None


def killed_at(root: Path, step: int) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(root), str(step)], check=False, capture_output=True, text=True, timeout=60
    )
    assert done.returncode in (0, -signal.SIGKILL), done.stderr
    return done.returncode, done.stdout


def test_killed_at_each_step(tmp_path):
    seen = []
    for step in range(1, 60):
        root = tmp_path / str(step)
        write_folder(root / "latest", OLD)
        code, said = killed_at(root, step)
        latest = held(root / "latest")
        assert latest in (OLD, NEW, None), f"step {step}"
        assert latest == NEW or "verdict" not in said, "no verdict without its report"
        printed = root / "printed.txt"
        assert not printed.exists() or printed.read_text() == "verdict\n" * 9
        seen.append("none" if latest is None else "old" if latest == OLD else "new")

        code_after, _ = killed_at(root, 0)
        assert (code_after, held(root / "latest")) == (0, NEW), "the next run is right"
        left = sorted(path.name for path in root.iterdir())
        assert left == ["latest", "printed.txt"], "and takes away what was left"
        if code == 0:
            break
    assert {"none", "old", "new"} <= set(seen)
    assert len(seen) > 10


def test_a_living_process_keeps_its_half_written_folder(tmp_path):
    others = tmp_path / f".latest.{os.getppid()}"
    others.mkdir()
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    (tmp_path / f".latest.{dead.pid}").mkdir()
    (tmp_path / f".latest.{dead.pid}.old").mkdir()
    (tmp_path / ".latest.notes").write_text("not ours")
    clear_folder(tmp_path / "latest")
    assert sorted(path.name for path in tmp_path.iterdir()) == [others.name, ".latest.notes"]


def test_a_folder_with_other_things_is_left_alone(tmp_path):
    (tmp_path / "latest").mkdir()
    (tmp_path / "latest" / "thesis.tex").write_text("years of work")
    with pytest.raises(UsageError, match="holds other things"):
        clear_folder(tmp_path / "latest")
    assert held(tmp_path / "latest") == {"thesis.tex": "years of work"}
