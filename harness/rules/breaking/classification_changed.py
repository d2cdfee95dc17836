"""The rule `classification-changed`."""

import re
from collections.abc import Iterable, Iterator

from harness.changes.part import Part
from harness.model.change import Effect
from harness.model.result import Severity
from harness.rules.breaking.judge import judged, name_of, same
from harness.rules.rule import Context, Finding, rule

Scale = tuple[frozenset[str], ...]
"""Words of one class together, from open to closed, without blanks and signs."""
_CLASSES: Scale = (
    frozenset(
        {"public", "open", "none", "na", "notapplicable", "unclassified", "unrestricted", "low", "nopii", "notpii",
         "nonpii", "notpersonal", "nonpersonal", "notsensitive", "nonsensitive", "nonconfidential", "anonymous"}
    ),
    frozenset({"internal", "internaluse", "internalonly", "internaluseonly"}),
    frozenset({"confidential", "private"}),
    frozenset({"restricted", "secret", "highlyconfidential", "strictlyconfidential"}),
    frozenset(
        {"pii", "spi", "phi", "pci", "personal", "personaldata", "sensitive", "sensitivepii", "sensitivepersonaldata",
         "highlysensitive", "specialcategory", "highlyrestricted", "topsecret"}
    ),
)  # fmt: skip
"""The usual words."""
_MARKS = frozenset({"pii", "spi", "phi", "pci"})
"""Those of them that say so beside any other word: `pii:email`."""
_SAYS = frozenset({"contains", "contain", "has", "holds", "includes", "is", "with"})
_NO = frozenset({"no", "not", "non", "none", "without", "free", "former", "formerly", "ex"})
"""With one of them a word means nothing of what it names."""


@rule("classification-changed", severity=Severity.ERROR, scope="change", needs=("previous",))
def classification_changed(context: Context) -> Iterator[Finding]:
    """The classification of a column is another, or gone; or a tag that says what is personal is gone.

    *Why*: masking, access and what a report may show follow from the class of a column. A lower one opens data that
    people were promised to keep closed, so governance does not let it pass, whoever reads the data. A higher one may
    close it to readers who have it today. The order of classes is that of `policy.classifications` in
    `harness.yaml`, else public, internal, confidential, restricted, and what is personal or sensitive. From the most
    closed class to a word that is in no such order is a lower one too: nobody knows that it keeps the data closed.

    *Bad*

    ```yaml
    before: {schema: [{name: people, properties: [{name: email, classification: pii}]}]}
    after: {schema: [{name: people, properties: [{name: email, classification: internal}]}]}
    ```

    *Good*

    ```yaml
    before: {schema: [{name: people, properties: [{name: email, classification: pii}]}]}
    after: {schema: [{name: people, properties: [{name: email, classification: PII}]}]}
    ```
    """
    scales = (tuple(frozenset({_bare(word)}) for word in context.project.policy.classifications), _CLASSES)
    for part in context.parts:
        if "classification" in part.changed and part.shape == "property":
            yield _judged(part, scales)
        if lost := _personal_tags(part):
            yield judged(
                part,
                Effect.LOOSENS,
                f"{name_of(part)} is no longer tagged {', '.join(sorted(lost))}",
                "tags",
                governance=True,
                instead="keep the tag, or let the owner of the data confirm that nothing personal is in it",
            )


def _judged(part: Part, scales: Iterable[Scale]) -> Finding:
    before, after = (str(value or "").strip() for value in part.values("classification"))
    if before.lower() == after.lower():
        return same(part, "classification")
    name = name_of(part)
    if before and (not after or _lower(before, after, scales)):
        fell = f"falls from {before} to {after}" if after else f"was {before} and is gone"
        return judged(
            part,
            Effect.LOOSENS,
            f"the classification of {name} {fell}",
            "classification",
            governance=True,
            instead=f"keep {before}, or let the owner of the data approve the lower class",
        )
    said = f"is {after} now, and was {before}" if before else f"is {after} now; it had none"
    message = f"the classification of {name} {said}; see who still has access"
    return judged(part, Effect.UNDETERMINED, message, "classification")


def _lower(before: str, after: str, scales: Iterable[Scale]) -> bool:
    """Whether the first scale that knows both puts `after` below `before`; what none knows is below the closed end."""
    ranks = [(_rank(before, scale), _rank(after, scale), len(scale) - 1) for scale in scales]
    both = [(one, other) for one, other, _ in ranks if one is not None and other is not None]
    return both[0][1] < both[0][0] if both else any(one == most for one, _, most in ranks)


def _rank(word: str, scale: Scale) -> int | None:
    """Its place, from open to closed; what is personal is so beside other words too: `pii (email)`."""
    found = next((rank for rank, words in enumerate(scale) if _bare(word) in words), None)
    return len(scale) - 1 if found is None and scale is _CLASSES and _personal(word) else found


def _personal(word: str) -> bool:
    """Whether a class or a tag says that something is personal or sensitive: `pii`, `contains-pii`; not `no-pii`."""
    parts = [part for part in re.findall(r"[a-z]+", word.lower()) if part not in _SAYS]
    return "".join(parts) in _CLASSES[-1] or bool(_MARKS.intersection(parts) and not _NO.intersection(parts))


def _personal_tags(part: Part) -> set[str]:
    """Tags of a table or column that say it holds what is personal or sensitive, when none is left of them."""
    if "tags" not in part.changed or part.shape not in ("contract", "schema", "property"):
        return set()
    before, after = (
        {str(tag) for tag in (value if isinstance(value, list) else ()) if _personal(str(tag))}
        for value in part.changed["tags"]
    )
    return set() if after else before


def _bare(word: str) -> str:
    return re.sub(r"[^a-z0-9]", "", word.lower())
