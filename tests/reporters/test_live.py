import io
import re
from itertools import count

from harness.model.result import Coverage
from harness.reporters.live import Bar, Lines, Silent, live


class Terminal(io.StringIO):
    def isatty(self):
        return True


def run(progress):
    with progress as shown:
        shown.stage("measure")
        shown.table("staging", "stg_nycflights__flights", 31)
        shown.done("staging", "stg_nycflights__flights", Coverage(32, 29, 1, 0, 0, 2), 0.21)
        shown.table("marts", "fct_\x1b[31mflights", 1)
        shown.done("marts", "fct_\x1b[31mflights", Coverage(2, 0, 0, 1, 1, 0), 12.5)


def test_elsewhere_than_on_a_terminal_it_is_plain_lines():
    stream = io.StringIO()
    run(live(stream, clock=count(step=2.0).__next__))

    assert stream.getvalue() == (
        "   2.0 s  measure\n"
        "staging       stg_nycflights__flights       32 checks     29 ok  1 failed  2 waived  0.21 s\n"
        "marts         fct_�[31mflights               2 checks      0 ok  1 could not tell  1 skipped  12.50 s\n"
    )


def test_on_a_terminal_the_same_lines_stand_above_a_bar():
    stream = Terminal()
    run(live(stream, total_hint=34))
    shown = re.sub(r"\x1b\[[\d;?]*[a-zA-Z]", "", stream.getvalue())

    assert "staging       stg_nycflights__flights       32 checks     29 ok  1 failed  2 waived  0.21 s" in shown
    assert "34/34" in shown


def test_the_stream_decides():
    assert isinstance(live(Terminal()), Bar)
    assert isinstance(live(io.StringIO()), Lines)


def test_silence():
    run(Silent())
