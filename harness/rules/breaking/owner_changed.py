"""The rule `owner-changed`."""

import re
from collections.abc import Iterator

from harness.changes.part import Part
from harness.model.change import Effect
from harness.model.contract import Contract
from harness.model.result import Severity
from harness.rules.breaking.judge import judged, same
from harness.rules.rule import Context, Finding, rule

_OWNER = re.compile(r".*owner\s*", re.IGNORECASE)
"""`owner`, `Data Owner`, `product-owner`, `dataOwner`."""
_LEAVES = ("dateOut", "replacedByUsername")


@rule("owner-changed", severity=Severity.ERROR, scope="change", needs=("previous",))
def owner_changed(context: Context) -> Iterator[Finding]:
    """Nobody owns the contract any more, or somebody else does.

    *Why*: a broken promise needs somebody who answers for it. The owner is the team, and in person its member with the
    role `owner`. A contract that loses its owner is one that governance does not let pass, and a team's name alone does
    not replace a person; another owner should know that they are it.

    *Bad*

    ```yaml
    before: {team: {members: [{username: ada, role: owner}, {username: bob, role: steward}]}}
    after: {team: {members: [{username: bob, role: steward}]}}
    ```

    *Good*

    ```yaml
    before: {team: {members: [{username: ada, role: owner}, {username: bob, role: steward}]}}
    after: {team: {members: [{username: ada, role: owner}]}}
    ```
    """
    before, after = context.previous, context.contract
    for part in context.parts if before and after else ():
        if part.shape == "team" and part.added:
            yield judged(part, Effect.ADDS, f"the contract is owned by {_words(_owners(after))} now")
        elif part.shape == "team" and part.removed:
            yield _gone(part, (), _owners(before))
    if before and after:
        yield from _others(context, _owners(before), _owners(after))


def _others(context: Context, before: list[str], after: list[str]) -> Iterator[Finding]:
    """What the team and its members say of the owner: one change, however many keys tell it."""
    told = [(part, keys) for part in context.parts if (keys := _about_owner(part)) is not None]
    for number, (part, keys) in enumerate(told):
        if number:
            yield same(part, *keys)
        elif before and not after:
            yield _gone(part, keys, before)
        elif (gone := _persons(context.previous)) and not _persons(context.contract):
            yield _gone(part, keys, gone, f"; the team {_words(after)} alone is nobody in person")
        elif before == after:
            yield judged(part, Effect.UNDETERMINED, f"the owner {_words(before)} leaves, says the team", *keys)
        elif set(before) <= set(after):
            fresh = _words([name for name in after if name not in before])
            yield judged(part, Effect.NOTES if before else Effect.ADDS, f"{fresh} owns the contract too now", *keys)
        else:
            message = f"the contract is owned by {_words(after)} now, and was by {_words(before)}; ask both"
            yield judged(part, Effect.UNDETERMINED, message, *keys, values=(_words(before), _words(after)))


def _about_owner(part: Part) -> tuple[str, ...] | None:
    """The keys that say who owns the contract; () for the whole of a member that is new or gone, None for neither."""
    if part.shape == "team" and "name" in part.changed:
        return ("name",)
    if part.shape != "member" or not any(_OWNER.fullmatch(str(role or "").strip()) for role in part.values("role")):
        return None
    if part.added or part.removed:
        return ()
    keys = tuple(key for key in ("username", "role", *_LEAVES) if key in part.changed)
    return keys or None


def _gone(part: Part, keys: tuple[str, ...], owners: list[str], left: str = "") -> Finding:
    return judged(
        part,
        Effect.LOOSENS,
        f"nobody owns the contract any more{f', {_words(owners)} did' if owners else ''}{left}",
        *keys,
        governance=True,
        instead="name the next owner: a team with a `name`, or a member with the role `owner`",
    )


def _owners(contract: Contract | None) -> list[str]:
    """Everybody who owns it, the team first."""
    if not contract or not contract.team:
        return []
    return [name for name in (contract.team.name, *_persons(contract)) if name]


def _persons(contract: Contract | None) -> list[str]:
    """The members of its team who own it."""
    members = contract.team.members if contract and contract.team else ()
    named = [each.username or each.name for each in members if _OWNER.fullmatch(each.role)]
    return [name for name in named if name]


def _words(names: list[str]) -> str:
    return " and ".join(names) or "nobody who is named"
