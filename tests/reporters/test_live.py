import io
import re
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest

from harness.model.result import Coverage
from harness.reporters.live import Board, Lines, Silent, live


class Terminal(io.StringIO):
    def isatty(self):
        return True


def run(progress):
    with progress as shown:
        shown.stage("measure", 34)
        shown.table("staging", "stg_nycflights__flights", 32)
        shown.table("marts", "fct_\x1b[31mflights", 2)
        shown.done("marts", "fct_\x1b[31mflights", Coverage(2, 0, 0, 1, 1, 0), 12.5)
        shown.done("staging", "stg_nycflights__flights", Coverage(32, 29, 1, 0, 0, 2), 0.21)


def screen(stream):
    """What was drawn, without the movements of the cursor."""
    return re.sub(r"\x1b\[[\d;?]*[a-zA-Z]", "", stream.getvalue())


def test_elsewhere_than_on_a_terminal_it_is_plain_lines():
    stream = io.StringIO()
    run(live(stream, clock=count(step=2.0).__next__))

    assert stream.getvalue() == (
        "   2.0 s  measure 34 checks\n"
        "marts         fct_�[31mflights               2 checks      0 ok  1 could not tell  1 skipped  12.50 s\n"
        "staging       stg_nycflights__flights       32 checks     29 ok  1 failed  2 waived  0.21 s\n"
    )


def test_on_a_terminal_the_same_lines_stand_above_a_board():
    stream = Terminal()
    run(live(stream))

    assert "staging       stg_nycflights__flights       32 checks     29 ok  1 failed  2 waived  0.21 s" in screen(
        stream
    )
    assert "34 of 34 checks" in screen(stream)


def test_the_board_shows_each_table_that_runs_with_its_own_time():
    stream, now = Terminal(), [0.0]
    with Board(stream, clock=lambda: now[0]) as shown:
        shown.stage("measure", 9)
        shown.table("raw", "flights", 4)
        now[0] = 60.0
        shown.table("marts", "dim_dates", 5)
        now[0] = 75.0
        board = drawn(shown)
        assert re.search(r"raw +flights +4 checks 0:01:15", board)
        assert re.search(r"marts +dim_dates +5 checks 0:00:15", board)
        assert re.search(r"measure +0 of 9 checks 0:01:15", board)
        shown.done("raw", "flights", Coverage(4, 4, 0, 0, 0, 0), 75.0)
        board = drawn(shown)
        assert "flights" not in board
        assert "dim_dates" in board
        assert re.search(r"measure +4 of 9 checks", board)


def drawn(board):
    out = io.StringIO()
    from rich.console import Console

    Console(file=out, width=100, _environ={}).print(board._progress.get_renderable())
    return out.getvalue()


def test_two_tables_of_one_name_are_two_rows():
    with Board(Terminal()) as shown:
        shown.table("marts", "dim_dates", 5)
        shown.table("marts", "dim_dates", 7)
        shown.done("marts", "dim_dates", Coverage(5, 5, 0, 0, 0, 0), 1.0)
        board = drawn(shown)

    assert "7 checks" in board
    assert "5 checks" not in board


@pytest.mark.parametrize("kind", [io.StringIO, Terminal])
def test_tables_may_begin_and_end_in_any_thread(kind):
    stream = kind()

    def measured(number):
        shown.table("raw", f"table_{number}", 1)
        shown.done("raw", f"table_{number}", Coverage(1, 1, 0, 0, 0, 0), 0.01)

    with live(stream) as shown, ThreadPoolExecutor(16) as pool:
        shown.stage("measure", 200)
        list(pool.map(measured, range(200)))

    lines = re.findall(r"raw +table_(\d+) +1 check +1 ok +0.01 s *[\r\n]", screen(stream))
    assert sorted(map(int, lines)) == list(range(200))


def test_the_stream_decides():
    assert isinstance(live(Terminal()), Board)
    assert isinstance(live(io.StringIO()), Lines)


def test_a_plain_line_is_no_command_to_a_ci_server():
    stream = io.StringIO()
    live(stream).done("::stop-commands::x", "t", Coverage(1, 1, 0, 0, 0, 0), 0.01)

    assert not stream.getvalue().startswith("::")


def test_silence():
    run(Silent())
