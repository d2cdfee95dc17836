"""The rule `owner-changed`."""

from collections.abc import Iterator, Sequence

from harness.changes.part import Part
from harness.model.change import Effect
from harness.model.contract import Contract, has_left, is_owner
from harness.model.result import Severity
from harness.rules.breaking.judge import judged, same
from harness.rules.rule import Context, Finding, rule

_LEAVES = ("dateOut", "replacedByUsername")


@rule("owner-changed", severity=Severity.ERROR, scope="change", needs=("previous",))
def owner_changed(context: Context) -> Iterator[Finding]:
    """Nobody owns the contract any more, or somebody else does.

    *Why*: a broken promise needs somebody who answers for it. The owner is the team, and in person each member with the
    role `owner` (or `data owner`, `product owner`, ...; a `former owner` is none) whose `dateOut` is not over.
    Governance does not let a contract lose its owner, nor its last owner in person, whom the name of a team does not
    replace. That somebody else owns it, or one more, breaks nobody, but owners approve what would: so `harness review`
    lets it pass only with the approval of an owner of before, whatever the version is. Otherwise one pull request would
    appoint who approves the next. A contract that had no owner has nobody to ask: its first one is an addition. That an
    owner is going to leave is for both of them to know.

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
    if before is None or after is None:
        return
    olds, news = before.owners(context.today), after.owners(context.today)
    for part in context.parts:
        if part.shape == "team" and part.added:
            yield judged(part, Effect.ADDS, f"the contract is owned by {_words(news)} now")
        elif part.shape == "team" and part.removed:
            yield _gone(part, (), olds)
    yield from _others(context, before, after)


def _others(context: Context, before: Contract, after: Contract) -> Iterator[Finding]:
    """What the team and its members say of the owner: one change, however many keys tell it."""
    (olds, old_persons), (news, new_persons) = (_owners(each, context) for each in (before, after))
    told = [(part, keys) for part in context.parts if (keys := _about_owner(part, context)) is not None]
    for number, (part, keys) in enumerate(told):
        if number:
            yield same(part, *keys)
        elif olds and not news:
            yield _gone(part, keys, olds)
        elif old_persons and not new_persons:
            yield _gone(part, keys, old_persons, f"; the team {_words(news)} alone is nobody in person")
        elif olds == news:
            yield judged(part, Effect.UNDETERMINED, f"the owner {_words(olds)} leaves, says the team", *keys)
        elif set(olds) <= set(news):
            fresh = _words([name for name in news if name not in olds])
            effect = Effect.UNDETERMINED if olds else Effect.ADDS
            message = f"{fresh} owns the contract {'too ' if olds else ''}now, and may approve what changes in it"
            yield judged(part, effect, message, *keys, approval=bool(olds))
        else:
            message = f"the contract is owned by {_words(news)} now, and was by {_words(olds)}; ask both"
            values = (_words(olds), _words(news))
            yield judged(part, Effect.UNDETERMINED, message, *keys, values=values, approval=bool(olds))


def _about_owner(part: Part, context: Context) -> tuple[str, ...] | None:
    """The keys that say who owns the contract; () for the whole of a member that is new or gone, None for neither."""
    if part.shape == "team" and "name" in part.changed:
        return ("name",)
    if part.shape != "member":
        return None
    roles, leaving = part.values("role"), part.values("dateOut")
    owns = (
        is_owner(_text(role)) and not has_left(_text(day), context.today)
        for role, day in zip(roles, leaving, strict=True)
    )
    if not any(owns):
        return None
    if part.added or part.removed:
        return ()
    name = "username" if any(part.values("username")) else "name"
    return tuple(key for key in (name, "role", *_LEAVES) if key in part.changed) or None


def _gone(part: Part, keys: tuple[str, ...], owners: Sequence[str], left: str = "") -> Finding:
    return judged(
        part,
        Effect.LOOSENS,
        f"nobody owns the contract any more{f', {_words(owners)} did' if owners else ''}{left}",
        *keys,
        governance=True,
        instead="name the next owner: a team with a `name`, or a member with the role `owner`",
    )


def _owners(contract: Contract, context: Context) -> tuple[tuple[str, ...], list[str]]:
    """Everybody who owns it today, and those in person."""
    persons = contract.team.owners(context.today) if contract.team else ()
    return contract.owners(context.today), [name for each in persons if (name := each.username or each.name)]


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _words(names: Sequence[str]) -> str:
    return " and ".join(names) or "nobody who is named"
