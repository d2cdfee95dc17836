"""Copies of the reference platform, each broken in one place, with the rule that must find it.

`old` stands once in the file `path`, which is relative to the project's folder, and `new` takes its place; where
`old` is "" the file is new.
"""

from pathlib import Path
from typing import NamedTuple


class Broken(NamedTuple):
    """One small edit, and what must be found for it."""

    name: str
    path: str
    old: str
    new: str
    rule: str
    compiled: bool = True
    """Whether dbt compiles the copy after the edit."""


_MODELS = "src/data/models"
_FACTS = f"{_MODELS}/marts/core/fct_flights.sql"
_KEYED = "incremental_strategy='delete+insert',\n        unique_key='flight_date',"
_OF_THE_DAY = "    {% if is_incremental() and run_date %}\n        where flights.flight_date = date '{{ run_date }}'\n"

PLATFORMS = (
    Broken("appends", _FACTS, _KEYED, "incremental_strategy='append',", "load-not-idempotent"),
    Broken("no-key", _FACTS, _KEYED, "incremental_strategy='delete+insert',", "incremental-without-key"),
    Broken(
        "newest-day-only",
        _FACTS,
        _OF_THE_DAY,
        "    {% if is_incremental() %}\n"
        "        where flights.flight_date > (select max(flight_date) from {{ this }})\n",
        "late-data-ignored",
    ),
    Broken("no-period", _FACTS, "var('run_date', none)", "none", "backfill-missing"),
    Broken(
        "columns-lost",
        _FACTS,
        "on_schema_change='fail',",
        # with a contract that it enforces dbt itself refuses this
        "on_schema_change='ignore',\n        contract={'enforced': false},",
        "schema-change-ignored",
    ),
    Broken(
        "all-columns",
        f"{_MODELS}/marts/core/dim_airlines.sql",
        "    carrier_code,\n    airline_name,\n    received_at as updated_at",
        "    *,\n    received_at as updated_at",
        "select-star",
    ),
    Broken(
        "until-today",
        f"{_MODELS}/marts/core/dim_dates.sql",
        "date '{{ var(\"calendar_end\") }}'",
        "current_date",
        "non-deterministic-function",
    ),
    Broken(
        "always-fresh",
        f"{_MODELS}/marts/core/dim_airlines.sql",
        "received_at as updated_at",
        "now() as updated_at",
        "non-deterministic-function",
    ),
    Broken(
        "any-delivery",
        f"{_MODELS}/staging/stg_nycflights__airlines.sql",
        "order by received_at desc, _landed_on desc",
        "",
        "order-missing",
    ),
    Broken(
        "either-delivery",
        f"{_MODELS}/staging/stg_nycflights__airlines.sql",
        "received_at desc, _landed_on desc",
        "name",
        "order-not-total",
    ),
    Broken(
        "unreadable-is-null",
        f"{_MODELS}/staging/stg_nycflights__airports.sql",
        "alt as altitude_feet",
        "coalesce(try_cast(alt as integer), 0) as altitude_feet",
        "errors-swallowed",
    ),
    Broken(
        "test-off",
        f"{_MODELS}/intermediate/_intermediate.yml",
        "  - name: int_flights_enriched\n",
        "  - name: int_flights_enriched\n    columns:\n      - name: flight_key\n"
        "        data_tests:\n          - unique:\n              config: {enabled: false}\n",
        "test-disabled",
    ),
    Broken(
        "test-warns",
        f"{_MODELS}/intermediate/_intermediate.yml",
        "  - name: int_flights_enriched\n",
        "  - name: int_flights_enriched\n    columns:\n      - name: flight_key\n"
        "        data_tests:\n          - unique:\n              config: {severity: warn}\n",
        "test-only-warns",
    ),
    Broken(
        "test-of-late",
        f"{_MODELS}/intermediate/_intermediate.yml",
        "  - name: int_flights_enriched\n",
        "  - name: int_flights_enriched\n    columns:\n      - name: flight_key\n"
        "        data_tests:\n          - unique:\n              config: {where: \"flight_date > '2013-06-30'\"}\n",
        "test-narrowed",
    ),
    Broken(
        "nobody-looks",
        f"{_MODELS}/marts/core/fct_carriers.sql",
        "",
        "select carrier_code, count(*) as flights from {{ ref('fct_flights') }} group by carrier_code\n",
        "quality-tests-missing",
    ),
    Broken(
        "undocumented",
        "contracts/marts/dim_airlines.odcs.yaml",
        "    physicalType: table\n    description: ",
        "    physicalType: table\n    businessName: ",
        "description-missing",
    ),
    Broken(
        "changed-since",
        f"{_MODELS}/marts/core/dim_airlines.sql",
        "airline_name,",
        "upper(airline_name) as airline_name,",
        "sql-unread",
        compiled=False,
    ),
)
"""At least one for each anti-pattern that dbt or its SQL can show."""


def broken(root: Path, case: Broken) -> None:
    """Breaks the copy of the platform that is in `root`."""
    path = root / case.path
    if not case.old:
        path.write_text(case.new, encoding="utf-8")
        return
    text = path.read_text(encoding="utf-8")
    assert text.count(case.old) == 1, f"{case.path} does not hold once: {case.old}"
    path.write_text(text.replace(case.old, case.new), encoding="utf-8")
