"""Which columns hold personal data: by their classification, and by what their names say."""

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase

from harness.model.contract import Contract, Property, Schema
from harness.model.governance import PersonalData
from harness.rules.clauses import fields

_NAMES = tuple(
    re.compile(rf"(^|_)({words})($|_)")
    for words in (
        "e_?mail(_?address)?|mail_address",
        "(tele)?phone|mobile|cell_?phone|fax|msisdn",
        "(first|last|middle|maiden|family|given|full|sur|birth)_?names?",
        "(customer|person|patient|employee|user|member|guest|contact|cardholder|account_?holder|passenger|pilot)_names?",
        "(date_of_birth|birth_?(date|day|year|place)|dob)",
        "(ssn|social_security|national_id|passport|tax_id|tax_number|drivers?_licen[cs]e|id_card)(_(no|nr|num|number))?",
        "iban|(credit|debit)_?card(_?(no|nr|num|number))?|card_(no|nr|num|number)|bank_account(_(no|nr|num|number))?",
        "(home|street|postal|billing|shipping|mailing|delivery|residential)_address|street(_name)?|house_(no|nr|number)",
        "ip_?(addr|address)|mac_address|device_id|cookie_id|advertising_id|idfa|imei",
        "gender|sex|religion|ethnicity|nationality|marital_status|sexual_orientation|political_opinion",
        "salary|wage|diagnosis|disease|medical_record(_(no|nr|number))?|blood_type|biometric|fingerprint_image",
        "user_?names?|login_?names?|password(_hash)?|passwd",
    )
)
_ABOUT = re.compile(
    r"(is|has|had|was|num|number_of|count_of|n)_.*|.*_(count|at|on|flag|verified|valid|status|type|consent|opt_in|length|rate)"
)
"""What is about such a thing and is none: `is_email_verified`, `email_sent_at`."""
_PEOPLE = re.compile(
    r"(^|_)(customer|person|people|patient|employee|user|member|guest|contact|passenger|driver|pilot|student|subscriber)"
    r"(s)?($|_)"
)
_OF_PEOPLE = frozenset(("name", "address", "age", "race", "signature", "photo"))
"""What is personal in a table of people, and anything elsewhere."""


def is_personal(item: Property, settings: PersonalData) -> bool:
    """Whether the contract itself says that the column holds personal data: by its classification or a tag."""
    known = {word.lower() for word in settings.classifications}
    return item.classification.lower() in known or any(tag.lower() in known for tag in item.tags)


def personal_fields(contract: Contract, settings: PersonalData) -> Iterator[tuple[Schema, str, Property]]:
    """The columns and nested fields that are classified as personal, with their tables and paths."""
    return (field for field in fields(contract) if is_personal(field[2], settings))


def looks_personal(schema: Schema, item: Property, settings: PersonalData) -> bool:
    """Whether the name says that the column holds personal data, in the contract or in the warehouse."""
    names = {_snake(name) for name in (item.name, item.physical_name) if name}
    tables = {_snake(name) for name in (schema.name, schema.table.rpartition(".")[2])}
    if any(fnmatchcase(full, pattern.lower()) for pattern in settings.not_names for full in _full(names, tables)):
        return False
    if any(fnmatchcase(full, pattern.lower()) for pattern in settings.names for full in _full(names, tables)):
        return True
    if any(pattern.search(name) for pattern in _NAMES for name in names if not _ABOUT.fullmatch(name)):
        return True
    return bool(names & _OF_PEOPLE) and any(_PEOPLE.search(table) for table in tables)


def _full(names: set[str], tables: set[str]) -> Iterator[str]:
    for name in names:
        yield name
        yield from (f"{table}.{name}" for table in tables)


def _snake(name: str) -> str:
    """`customerEmail` and `Customer-Email` as `customer_email`."""
    return re.sub(r"\W+", "_", re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name)).lower()
