"""A pattern of a contract matches in PostgreSQL what it matches in DuckDB (RE2), or is refused."""

import duckdb
import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.metrics.are_pattern import are_pattern

PATTERNS = [
    "", "a", "^a$", "a.c", "^.$", "a|b", "(a|)b", "a*b+c?", "a{2}", "a{2,}", "a{,2}", "a{1,2}?", "a*?b", r"\d+", r"\D",
    r"\w", r"\W",
    r"\s", r"\S", r"\bab\b", r"\Bb", r"\Aa\z", r"\x61", r"\x61b", r"\x{e9}", r"[\x61-\x63]", r"\t|\n|\r|\f|\v|\a",
    r"[\t\n\a]",
    "[a-c]", "[^a-c]", "[]a]", "[^]a]", "[a-]", "[[.]", "[[=]", r"[\[\]]", r"[a\]b]", "[[:alpha:]]", "[^[:digit:]x]",
    r"[\d.]", r"[\w-]",
    r"\.", r"\*", r"\\", r"\/", r"\-", "/", "a/b", r"\Qa.c\E", r"\Qa.c", "(?:ab)+", "(?P<x>a)b", "(?<x>a)b", "(?i)AB",
    "(?i)^aB$", "(?s)a.c",
    "(?m)^b$", "(?ms)^.b", "(?im)^B$", "é", "[à-ü]", "^[^@]+@[^@]+$", r"^\p{L}+$", r"\pL", "(?i)É", "a(?i)b",
    "(?i:a)b", "(?=a)", "(?!a)b", "(?<=a)b",
    r"(a)\1", r"\Z", r"\h", r"\uABCD", r"\C", "***", "***=a", "(", ")", "[", "a{1000}", "a{300}", "*a", "a**", "a++",
    "(?x) a b", "(?U)a*",
    r"[\b]", r"[\D]", r"[a-\d]", "[b-a]", "$", "^", "^$", "a$b", "$^", "^^a$$", "^*", "(|a)*", "()", r"\0", r"\012",
    r"\e", r"\cA", r"\Y", r"\y", r"\m",
    "(?#x)a", "(?:", "a{x}", "{", "}", "]", "a]", r"\ ", "\\", "\x00", "[[:^alpha:]]", "[[:word:]]", "[[:foo:]]",
    "(?-i)a", "(?i-s)a", "^(?:a|b)$", " ", "#",
]  # fmt: skip
TEXTS = [
    "", "a", "b", "ab", "AB", "Ab", "abc", "a.c", "a\nc", "a\nb\nc", "\n", "b\n", "aa", "aab", "é", "É", "à", "ǆ", "١",
    "1", "12", "a1", "_", "-", ".", "[", "]", "=",
    "\\", "/", "a/b", "a b", " ", "\t", "\x07", "\x08", "\x0b", "x@y", "*", "ab ab", "a]b", "{", "a{,2}", "aaa",
    "a{x}", "K", "\u212a", "\u00a0", "#",
]  # fmt: skip


@pytest.fixture(scope="module")
def both(postgres):
    with (
        psycopg.connect(host=str(postgres), user="postgres", dbname="postgres", autocommit=True) as other,
        duckdb.connect() as own,
    ):

        def asked(pattern, texts):
            """What each of the two says of the texts; None for a pattern that it refuses."""
            found = []
            try:
                found.append(
                    [own.execute("select regexp_matches(?, ?)", [each, pattern]).fetchone()[0] for each in texts]
                )
            except duckdb.Error:
                found.append(None)
            try:
                are = are_pattern(pattern)
                sql = 'select t collate "C" ~ %s from unnest(%s::text[]) with ordinality as t(t, n) order by n'
                found.append([row[0] for row in other.execute(sql, [are, list(texts)]).fetchall()])
            except (ValueError, psycopg.Error):
                found.append(None)
            return found

        yield asked


@pytest.mark.parametrize("pattern", PATTERNS)
def test_it_matches_the_same_or_is_refused(both, pattern):
    duck, post = both(pattern, TEXTS)
    assert post is None or duck is None or post == duck


UNTOLD = [r"^\p{L}+$", r"\pL", "(?i)É", "a(?i)b", "(?i:a)b", "a{1000}", "a{300}", "(?U)a*", r"\C", "[[:^alpha:]]",
    r"\012", "(?-i)a",
          "(?i-s)a", r"[\D]", "^*", r"\0", "\x00"]  # fmt: skip


@pytest.mark.parametrize("pattern", PATTERNS)
def test_what_duckdb_takes_is_taken_but_for_a_few(both, pattern):
    duck, post = both(pattern, ["a"])
    assert duck is None or post is not None or pattern in UNTOLD


PIECES = [
    "a", "b", "A", "é", ".", "^", "$", "|", "(", ")", "(?:", "[", "]", "[^", "-", "*", "+", "?", "{2}", "{1,}", "\\d",
    "\\w", "\\b", "\\B",
    "\\n", "\\.", "\\x41", "\\A", "\\z", "[a-c]", "[^b]", "[[:alpha:]]", "(?i)", "(?s)", "(?m)", "\n", " ", "=", ":",
    "\\Q", "\\E", "1", ",", "}", "(?P<n>",
]  # fmt: skip


@settings(max_examples=400)
@given(
    pattern=st.lists(st.sampled_from(PIECES), max_size=8).map("".join),
    texts=st.lists(st.text(alphabet="abAéÉ1_ \n.-=[]", max_size=6), min_size=1, max_size=8),
)
def test_any_pattern_matches_the_same_or_is_refused(both, pattern, texts):
    duck, post = both(pattern, texts)
    assert post is None or duck is None or post == duck, are_pattern(pattern)
