"""The layout on its own, and against rich, which draws the same."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from harness.reporters.layout import Column, Page, cells_of

WORDS = st.lists(st.sampled_from(["a", "bc", "ä", "word", "日本", "x,", "(1,000)", "👩‍👧"]), max_size=25).map(" ".join)
CELLS = st.text(alphabet="ab_-ä", min_size=1, max_size=30)


@pytest.mark.parametrize(
    ("text", "cells"), [("", 0), ("plain", 5), ("ä", 1), ("a\u0308", 1), ("日本", 4), ("👩‍👧", 2), ("✗", 1)]
)
def test_how_wide_a_text_is(text, cells):
    assert cells_of(text) == cells


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", [""]),
        ("fits", ["fits"]),
        ("one two three", ["one two", "three"]),
        ("exactly8 more", ["exactly8", "more"]),
        ("a muchlongerword b", ["a", "muchlong", "erword b"]),
        ("muchlongerthanaline", ["muchlong", "erthanal", "ine"]),
        ("日本日本日", ["日本日本", "日"]),
    ],
)
def test_a_paragraph_is_broken_between_words_and_a_long_word_in_itself(text, lines):
    page = Page(8)
    page.paragraph(text)

    assert page.lines == lines


def test_a_line_is_never_broken_and_painted_only_in_colour():
    for color, shown in ((False, "a long path"), (True, "\x1b[1;31ma long path\x1b[0m")):
        page = Page(4, color)
        page.line("a long path", "bold red")

        assert page.lines == [shown]


def test_a_cell_that_is_broken_keeps_the_style_of_each_letter():
    page = Page(8, color=True)
    page.grid(
        [Column("t"), Column("n", right=True, folds=False)], [[(("red", "red"), (" and more", "")), (("1", ""),)]], 1
    )

    assert page.lines[2:] == ["\x1b[31mred\x1b[0m    1", "and     ", "more    "]


def test_columns_that_do_not_fold_are_cut_only_when_the_others_are_narrow():
    columns = [Column("name"), Column("count", right=True, folds=False)]
    row = [(("abcdefghijklmnop", ""),), (("1,000,000", ""),)]
    pages = {width: Page(width) for width in (30, 20, 12)}
    for page in pages.values():
        page.grid(columns, [row], 1)

    assert {width: page.lines[2:] for width, page in pages.items()} == {
        30: ["abcdefghijklmnop 1,000,000"],
        20: ["abcdefghij 1,000,000", "klmnop              "],
        12: ["abcde 1,000…", "fghij       ", "klmno       ", "p           "],
    }


@given(WORDS, st.integers(12, 60))
def test_paragraphs_are_those_of_rich(text, width):
    page = Page(width)
    page.paragraph(text)

    assert _stripped(page.lines) == _of_rich(Text(text), width)


@given(
    st.lists(st.tuples(CELLS, st.integers(0, 10**6).map(str), st.integers(0, 99).map(str)), min_size=1), st.booleans()
)
def test_grids_are_those_of_rich(rows, is_roomy):
    gap, width = (2, 60) if is_roomy else (1, 40)
    titles = [("table", True), ("checks", False), ("ok", False)]
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=(0, gap - 1, 0, 0), pad_edge=False)
    for title, folds in titles:
        table.add_column(title, no_wrap=not folds, justify="left" if folds else "right", overflow="fold")
    for row in rows:
        table.add_row(*row)
    page = Page(width)
    page.grid(
        [Column(title, right=not folds, folds=folds) for title, folds in titles],
        [[((cell, ""),) for cell in row] for row in rows],
        gap,
    )

    assert _stripped(page.lines) == _of_rich(table, width)


def _of_rich(drawn, width):
    out = io.StringIO()
    console = Console(
        file=out, width=width, markup=False, highlight=False, emoji=False, legacy_windows=False, _environ={}
    )
    console.print(drawn)
    return _stripped(out.getvalue().split("\n")[:-1])


def _stripped(lines):
    return [line.rstrip() for line in lines]
