"""`governance` of `harness.yaml` -> Governance."""

from typing import Any

from harness.load.place import place_of
from harness.load.settings import FILE
from harness.model.errors import ProjectError
from harness.model.governance import DEFAULT_NAMES, Governance, PersonalData

_LISTS = ("classifications", "names", "not_names", "fields")


def governance_in(data: Any) -> Governance | None:
    """What the settings say of governance; None when they say nothing, and the rules of it are not run."""
    if "governance" not in data:
        return None
    entry = data["governance"]
    personal = _personal(entry.get("personal_data", {}))
    _refuse_unknown(personal, data)
    stated = {key: entry[key] for key in ("fan_out", "large_table", "folders") if key in entry}
    names = {layer: _texts(patterns) for layer, patterns in entry.get("names", {}).items()}
    return Governance(
        at=place_of(data, ["governance"], FILE),
        names=DEFAULT_NAMES | names,
        personal=personal,
        **stated,
    )


def _personal(entry: Any) -> PersonalData:
    stated: dict[str, Any] = {key: tuple(value) if key in _LISTS else value for key, value in entry.items()}
    return PersonalData(**stated)


def _refuse_unknown(personal: PersonalData, data: Any) -> None:
    """Without a word that a contract may use, nothing could ever be classified as personal."""
    vocabulary = {word.lower() for word in data.get("classifications", ())}
    if vocabulary and not vocabulary & {word.lower() for word in personal.classifications}:
        message = f"none of `classifications` says that data is personal: {', '.join(personal.classifications)}"
        hint = "set `governance.personal_data.classifications` to those that do"
        raise ProjectError(message, at=place_of(data, ["governance"], FILE), hint=hint)


def _texts(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)
