"""A model's Jinja as far as SQL shows it: what dbt makes of `is_incremental()` on the runs after the first."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

THIS = "__this__"
"""In the place of `{{ this }}`."""
UNKNOWN = "__jinja__"
"""In the place of what only dbt can compute."""
_INSIDE = r"""(?:"[^"]*"|'[^']*'|(?![%}]\})[^"'])*"""
"""Up to the end of a tag: a hook in `config` is a text with tags of its own."""
_PART = re.compile(
    rf"\{{#.*?#\}}|\{{%[-+]?(?P<tag>{_INSIDE})%\}}|\{{\{{[-+]?(?P<value>{_INSIDE})\}}\}}",
    re.DOTALL,
)
_TEXT = re.compile(r"""["']([^"']*)["']""")
_ON_LATER_RUNS = re.compile(r"(?<!not )\bis_incremental\(\)|\bnot flags\.FULL_REFRESH\b")
_ON_THE_FIRST = re.compile(r"\bnot is_incremental\(\)|(?<!not )\bflags\.FULL_REFRESH\b")
_OPENING = ("if", "for", "macro", "call", "filter", "raw", "snapshot")
_MADE_UP = (THIS, UNKNOWN)
_PARAMETER = re.compile(r"\b(?:var|env_var)\s*\(|\bmodel\.batch\b")


@dataclass(slots=True)
class _Block:
    """A tag with what stands between it and its end: for `if`, each condition with its body."""

    name: str
    branches: list[tuple[str, list["str | _Block"]]] = field(default_factory=list)


def on_later_runs(raw: str, compiled: str = "") -> str:
    """The SQL of a model as the runs after its first see it, with names in the place of what dbt would compute.

    Where a condition says nothing of the kind of run, that branch is taken which dbt took when it `compiled` the model,
    and the first where it compiled none; one that is about the target (`target.name == 'dev'`) never is. A loop is
    gone through once.
    """
    return "".join(_rendered(_tree(raw), _spaced(compiled)))


def is_parametrised(raw: str) -> bool:
    """Whether a run can tell the model something: a variable, or the batch that it is to make."""
    return any(_PARAMETER.search(part["tag"] or part["value"] or "") for part in _PART.finditer(raw))


def without_comments(text: str) -> str:
    """`text` with blanks in the place of comments, of SQL and of Jinja, so that every word keeps its line."""
    return re.sub(r"\{#.*?#\}|/\*.*?\*/|--[^\n]*", lambda found: re.sub(r"[^\n]", " ", found[0]), text, flags=re.DOTALL)


def _tree(raw: str) -> list["str | _Block"]:
    root = _Block("", [("", [])])
    stack, last = [root], 0
    for part in _PART.finditer(raw):
        body = stack[-1].branches[-1][1]
        body.append(raw[last : part.start()])
        last = part.end()
        name, _, rest = _spaced(part["tag"] or "").rstrip("-+ ").partition(" ")
        if part["value"] is not None:
            body.append(_value(part["value"].strip("-+ \n\t")))
        elif name in _OPENING or (name == "set" and "=" not in rest):
            block = _Block(name, [(rest, [])])
            body.append(block)
            stack.append(block)
        elif name in ("elif", "else"):
            stack[-1].branches.append((rest, []))
        elif name.startswith("end") and len(stack) > 1:
            stack.pop()
    stack[-1].branches[-1][1].append(raw[last:])
    return root.branches[0][1]


def _rendered(body: list["str | _Block"], compiled: str) -> Iterator[str]:
    for part in body:
        if isinstance(part, str):
            yield part
        elif part.name == "if":
            yield from _rendered(*_chosen(part, compiled))
        elif part.name not in ("set", "macro", "call"):
            yield from _rendered(part.branches[0][1], compiled)


def _chosen(block: _Block, compiled: str) -> tuple[list["str | _Block"], str]:
    """The branch to take, and what dbt compiled of it."""
    branches = [(_spaced(condition), body) for condition, body in block.branches]
    for condition, body in branches:
        if _ON_LATER_RUNS.search(condition):
            return body, ""
    left = [(condition, body) for condition, body in branches if not _ON_THE_FIRST.search(condition)]
    if compiled and len(left) == len(branches):
        return next((body for _, body in left if _text_of(body) in compiled), []), compiled
    return next((body for condition, body in left if "target." not in condition), []), ""


def _text_of(body: list["str | _Block"]) -> str:
    """The first words of a branch that stand in it as they are."""
    texts = (_spaced(part) for part in body if isinstance(part, str) and part not in _MADE_UP)
    return next(filter(None, texts), "")


def _spaced(text: str) -> str:
    return " ".join(text.split())


def _value(expression: str) -> str:
    """What stands for the value of an expression: the name of a table, or a name that is no other's."""
    called = expression.partition("(")[0].strip()
    texts = _TEXT.findall(expression)
    if called == "config":
        return ""
    if called == "this":
        return THIS
    if called in ("ref", "source") and texts:
        return ".".join(f'"{text}"' for text in (texts[-1:] if called == "ref" else texts[:2]))
    if called in ("var", "env_var") and texts:
        return re.sub(r"\W", "_", f"__var_{texts[0]}__")
    return UNKNOWN
