"""What people write in a document outlives every new edition of it, or the edition is refused."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.model.errors import DocumentError
from harness.publish.kept import edition, is_ours, kept_in

FRESH = """\
# Orders

One row per order.

## Columns

| column |
| --- |
| id |

```sh
# no heading
harness verify
```

## Columns

Once more.

## Notes

<!-- keep:notes -->
<!-- /keep -->
"""
LATER = FRESH.replace("## Columns\n\nOnce more.\n\n", "").replace("| id |", "| id |\n| amount |")

words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n"), max_size=30).filter(
    lambda line: not re.search(r"<!-*\s*/?\s*keep\b", line, re.IGNORECASE)
)
parts = st.lists(
    st.tuples(st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_-]{0,5}", fullmatch=True), st.lists(words, max_size=4)),
    max_size=5,
    unique_by=lambda part: part[0],
)


def begun(name, lines):
    return "\n".join([f"<!-- keep:{name} -->", *lines, "<!-- /keep -->"])


def with_parts(text, found, places):
    """The document with parts put at blank lines, as somebody with an editor does."""
    for (name, lines), place in zip(found, places, strict=True):
        if f"<!-- keep:{name} -->" in text:
            text = text.replace(begun(name, []), begun(name, lines))
            continue
        blanks = [m.start() for m in re.finditer("\n\n", text)]
        if outside := [at for at in blanks if text.count("<!-- keep:", 0, at) == text.count("<!-- /keep -->", 0, at)]:
            at = outside[place % len(outside)]
            text = f"{text[:at]}\n\n{begun(name, lines)}{text[at:]}"
    return text


@given(parts, st.lists(st.integers(0, 99), min_size=5, max_size=5), st.sampled_from([FRESH, LATER, "# Another\n"]))
def test_every_part_survives_as_it_was(found, places, later):
    written = with_parts(edition(FRESH, None, "a.md"), found, places[: len(found)])
    before = {part.name: part.lines for part in kept_in(written, "a.md")}

    anew = edition(later, written, "a.md")
    after = {part.name: part.lines for part in kept_in(anew, "a.md")}

    assert set(before) >= {name for name, _ in found}
    assert {name: lines for name, lines in after.items() if name in before} == before
    assert edition(later, anew, "a.md") == anew


@given(parts, st.lists(st.integers(0, 99), min_size=5, max_size=5))
def test_a_part_stays_under_its_heading(found, places):
    written = with_parts(edition(FRESH, None, "a.md"), found, places[: len(found)])
    before = {part.name: part.under for part in kept_in(written, "a.md")}

    after = {part.name: part.under for part in kept_in(edition(FRESH, written, "a.md"), "a.md")}

    assert after == before


@given(st.integers(0, 400), st.sampled_from(["x", "\n", "<!-- keep:a -->\n", "<!-- /keep -->\n", "## More\n", "`"]))
def test_no_edit_is_lost_without_a_word(at, typed):
    written = edition(FRESH, None, "a.md")
    edited = written[: at % len(written)] + typed + written[at % len(written) :]
    try:
        anew = edition(FRESH, edited, "a.md")
    except DocumentError:
        return
    assert typed == "\n" or typed in anew


BROKEN = {
    "does not end": ("<!-- /keep -->\n", "", "the part keep:notes does not end", 23),
    "did not begin": ("<!-- keep:notes -->\n", "", "a kept part ends here that did not begin", 23),
    "inside another": ("<!-- /keep -->", "<!-- keep:b -->\n<!-- /keep -->", "keep:b begins inside keep:notes", 24),
    "twice": ("<!-- /keep -->", "<!-- /keep -->\n<!-- keep:notes -->\n<!-- /keep -->", "two parts keep:notes", 25),
    "no name": ("<!-- keep:notes -->", "<!-- keep -->", "no marker", 23),
    "a blank in its name": ("<!-- keep:notes -->", "<!-- keep:my notes -->", "no marker", 23),
    "no blanks": ("<!-- /keep -->", "<!--/keep-->", "no marker", 24),
    "something beside it": ("<!-- /keep -->", "words <!-- /keep -->", "no marker", 24),
    "in capitals": ("<!-- /keep -->", "<!-- /KEEP -->", "no marker", 24),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_marker_is_refused_with_its_line(name):
    old, new, said, line = BROKEN[name]
    text = edition(FRESH, None, "docs/a.md")
    assert old in text
    with pytest.raises(DocumentError, match=re.escape(said)) as refused:
        edition(FRESH, text.replace(old, new), "docs/a.md")
    assert str(refused.value).startswith(f"docs/a.md:{line}:")


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("One row", "Two rows"),
        lambda text: text.replace("<!-- keep:notes -->\n<!-- /keep -->", "My words."),
        lambda text: text.replace("## Notes", "## Notes of mine"),
        lambda text: re.sub(r"[0-9a-f]{16} -->", "0123456789abcdef -->", text, count=1),
        lambda text: text.splitlines()[0] + "\n",
    ],
)
def test_words_outside_the_parts_are_not_written_over(change):
    text = change(edition(FRESH, None, "a.md"))
    assert is_ours(text)
    with pytest.raises(DocumentError, match="words outside the kept parts were changed"):
        edition(LATER, text, "a.md")


@pytest.mark.parametrize("text", ["", "# My own page\n", "\n" + FRESH])
def test_a_page_of_somebody_else_is_not_written_over(text):
    with pytest.raises(DocumentError, match="was not written by"):
        edition(FRESH, text, "a.md")


def test_a_part_of_a_section_that_is_gone_goes_to_the_end():
    text = edition(FRESH, None, "a.md").replace("Once more.\n", f"Once more.\n\n{begun('mine', ['My words.'])}\n")

    assert edition(LATER, text, "a.md").endswith(f"{begun('notes', [])}\n\n{begun('mine', ['My words.'])}\n")
