"""Commands of the user, for real: what they write, how they end, and that nothing of them is left."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from harness.runners.remedy import run

PYTHON = sys.executable
LATER = "import sys, time; time.sleep(float(sys.argv[2])); open(sys.argv[1], 'w').close()"
"""Writes a file after a while."""


def ran(tmp_path, *command, seconds=30.0, **environ):
    return run(command, tmp_path, {**os.environ, **environ}, seconds)


def test_it_runs_in_the_folder_without_a_shell(tmp_path):
    found = ran(tmp_path, PYTHON, "-c", "import os, sys; print(os.getcwd(), sys.argv[1:])", "$HOME; rm -rf *", "a b")
    assert (found.error, found.said) == ("", f"{tmp_path.resolve()} ['$HOME; rm -rf *', 'a b']")


def test_python_is_that_of_the_harness_and_nothing_can_be_read(tmp_path):
    found = ran(tmp_path, "python", "-c", "import sys; print(sys.executable, repr(sys.stdin.read()))", PATH="/nowhere")
    assert (found.error, found.said) == ("", f"{PYTHON} ''")


def killed(number):
    return "-c", f"import os; print('before', flush=True); os.kill(os.getpid(), {number})"


@pytest.mark.parametrize(
    ("command", "error", "said"),
    [
        ((PYTHON, "-u", "-c", "print('a'); exit('no source')"), "it ended with exit code 1", "a\nno source"),
        ((PYTHON, *killed(signal.SIGKILL)), "it was killed by SIGKILL", "before"),
        ((PYTHON, *killed(signal.SIGSEGV)), "it was killed by SIGSEGV", "before"),
        (("no-such-program", "x"), "it cannot be started: No such file or directory", ""),
        (("/", "x"), "it cannot be started: Permission denied", ""),
        ((PYTHON, "-c", "a\0b"), "it cannot be started: embedded null byte", ""),
    ],
)  # fmt: skip
def test_how_it_fails(tmp_path, command, error, said):
    found = ran(tmp_path, *command)
    assert (found.error, found.said) == (error, said)


def test_one_that_hangs_is_ended_with_its_children(tmp_path):
    """Also with one that has left its session and its parent, and one that ignores being told to end."""
    script = tmp_path / "hang.py"
    script.write_text(
        "import os, signal, subprocess, sys, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        f"later = [sys.executable, '-c', {LATER!r}]\n"
        "subprocess.Popen([*later, 'child', '9'])\n"
        "if not os.fork():\n"
        "    os.setsid()\n"
        "    if not os.fork():\n"
        "        os.execv(sys.executable, [*later, 'grandchild', '9'])\n"
        "    os._exit(0)\n"
        "print('hanging', flush=True)\n"
        "time.sleep(60)\n"
    )
    started = time.monotonic()
    found = ran(tmp_path, PYTHON, str(script), seconds=1.5)
    assert (found.error, found.said) == ("it was ended after 1.5 s", "hanging")
    assert time.monotonic() - started < 15
    time.sleep(max(0.0, started + 11 - time.monotonic()))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["hang.py"]


def test_what_it_leaves_running_is_ended_and_it_has_not_succeeded(tmp_path):
    script = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {LATER!r}, 'late', '5'])"
    found = ran(tmp_path, PYTHON, "-c", script)
    assert found.error == "it left processes behind, which were ended: what they would have done is not known"
    time.sleep(4)
    assert not (tmp_path / "late").exists()


def test_of_endless_output_the_end_is_kept(tmp_path):
    found = ran(tmp_path, PYTHON, "-c", "for n in range(300_000): print('line', n)")
    assert found.error == ""
    assert found.said.splitlines() == [f"line {n}" for n in range(299_980, 300_000)]


HEARD = """
import signal
signal.pthread_sigmask(signal.SIG_SETMASK, ())
signal.signal(signal.SIGINT, signal.default_int_handler)
for each in (signal.SIGTERM, signal.SIGHUP):
    signal.signal(each, signal.SIG_DFL)
"""
"""Whoever runs the tests may ignore signals, as a shell does for what it puts into the background."""


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="the system has no /proc")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_it_does_not_outlive_a_run_that_is_cancelled(tmp_path, number):
    late = str(tmp_path / "late")
    script = (
        f"{HEARD}import os, sys\nfrom pathlib import Path\nfrom harness.runners.remedy import run\n"
        f"run([sys.executable, '-c', {LATER!r}, {late!r}, '60'], Path('.'), os.environ, 60)\n"
    )
    root = Path(__file__).parents[2]
    environ = {**os.environ, "PYTHONPATH": str(root)}
    with subprocess.Popen([PYTHON, "-c", script], cwd=tmp_path, env=environ) as process:
        until(lambda: is_running(late))
        process.send_signal(number)
        process.wait(30)
    assert process.returncode
    until(lambda: not is_running(late))


STUBBORN = "import signal, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
CANCELLED_IN_ITS_START = f"""
{HEARD}
import os, signal, subprocess, sys, threading, time
from pathlib import Path
from harness.runners import remedy

class Started(subprocess.Popen):
    def __init__(self, *args, **named):
        super().__init__(*args, **named)
        time.sleep(1)
        os.kill(os.getpid(), signal.SIGTERM)

remedy.subprocess.Popen = Started
threading.Timer(2, os.kill, (os.getpid(), signal.SIGTERM)).start()
remedy.run([sys.executable, "-c", {STUBBORN!r}, sys.argv[1]], Path("."), os.environ, 30)
"""


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="the system has no /proc")
def test_a_second_signal_while_it_is_ended_does_not_leave_it_behind(tmp_path):
    """The first one comes before it is waited for, and it does not end when it is told to."""
    name, root = str(tmp_path / "stubborn"), Path(__file__).parents[2]
    environ = {**os.environ, "PYTHONPATH": str(root)}
    command = [PYTHON, "-c", CANCELLED_IN_ITS_START, name]
    done = subprocess.run(command, env=environ, capture_output=True, timeout=60, check=False)
    assert b"KeyboardInterrupt" in done.stderr
    assert not is_running(name)


def is_running(argument):
    """Whether a remedy has such an argument, of its own; the one who starts it has it within a script."""
    return any(argument.encode() in read(file).split(b"\0") for file in Path("/proc").glob("[0-9]*/cmdline"))


def read(file):
    try:
        return file.read_bytes()
    except OSError:
        return b""  # it has just ended


def until(happens, seconds=30):
    end = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < end
        time.sleep(0.05)
