"""Contracts of every shape that has parts, in any order and formatting."""

import yaml
from hypothesis import strategies as st

NAMES = st.sampled_from(["a", "b", "c", "order_id", "orderId", "amount", "amt"])
TYPES = st.sampled_from(["string", "integer", "number", "date", "object", "array"])
PHYSICAL = st.sampled_from(["int", "BIGINT", "varchar(10)", "decimal(10,2)", "STRUCT(a INT)", "owl"])
FLAG = st.booleans()
TAGS = st.lists(st.sampled_from(["x", "y", "z"]), unique=True)


def _some(**keys):
    return st.fixed_dictionaries({}, optional=keys)


CUSTOM = st.lists(_some(property=NAMES, value=st.one_of(st.integers(0, 3), FLAG, NAMES)), max_size=2)
RULES = st.lists(
    _some(
        id=NAMES,
        name=NAMES,
        metric=st.sampled_from(["nullValues", "rowCount"]),
        mustBe=st.integers(0, 2),
        mustBeLessThan=st.integers(0, 2),
        severity=st.sampled_from(["error", "warning"]),
        tags=TAGS,
    ),
    max_size=3,
)
RELATIONSHIPS = st.lists(_some(id=NAMES, to=st.sampled_from(["t.a", "t.b"]), customProperties=CUSTOM), max_size=2)


def _property(properties):
    return _some(
        id=NAMES,
        name=NAMES,
        physicalName=NAMES,
        logicalType=TYPES,
        physicalType=PHYSICAL,
        required=FLAG,
        unique=FLAG,
        primaryKey=FLAG,
        primaryKeyPosition=st.integers(-1, 2),
        partitioned=FLAG,
        deprecated=FLAG,
        semanticType=st.sampled_from(["column", "measure"]),
        logicalTypeOptions=_some(minLength=st.integers(0, 2), pattern=NAMES),
        enum=st.lists(NAMES, max_size=2, unique=True),
        quality=RULES,
        relationships=RELATIONSHIPS,
        customProperties=CUSTOM,
        tags=TAGS,
        properties=properties,
        owl=st.one_of(st.integers(0, 2), FLAG),
    )


LEAVES = st.lists(_some(id=NAMES, name=NAMES, logicalType=TYPES, required=FLAG), max_size=2)
PROPERTIES = st.lists(_property(LEAVES), max_size=4)


def _named(columns):
    return [{**column, "name": name} for name, column in columns.items()]


WORDS = st.sampled_from(["key", "amount", "customer", "day", "zip"])
FIELDS = st.dictionaries(WORDS, _some(logicalType=TYPES, required=FLAG), max_size=2).map(_named)
ONE_TABLE = (
    st.dictionaries(WORDS, _property(FIELDS), min_size=2, max_size=4)
    .map(lambda columns: [{key: each for key, each in column.items() if key != "id"} for column in _named(columns)])
    .map(lambda columns: {"schema": [{"name": "t", "properties": columns}]})
)
"""With names that are told apart; two of these have most of their differences inside the table."""
CONTRACTS = st.fixed_dictionaries(
    {
        "schema": st.lists(
            _some(
                id=NAMES,
                name=NAMES,
                physicalName=NAMES,
                properties=PROPERTIES,
                quality=RULES,
                tags=TAGS,
                deprecated=FLAG,
            ),
            max_size=3,
        )
    },
    optional={
        "servers": st.lists(_some(server=NAMES, type=st.sampled_from(["duckdb", "postgres", "snowflake"])), max_size=1),
        "slaProperties": st.lists(
            _some(property=st.sampled_from(["latency", "ly", "retention"]), value=st.integers(1, 3), unit=st.just("d")),
            max_size=3,
        ),
        "roles": st.lists(_some(role=NAMES, access=NAMES), max_size=2),
        "customProperties": CUSTOM,
        "tags": TAGS,
    },
)


def shuffled(value, random):
    """The same contract with its keys, and the entries of its lists, in another order."""
    if isinstance(value, dict):
        return {key: shuffled(value[key], random) for key in random.sample(list(value), len(value))}
    if isinstance(value, list):
        return [shuffled(each, random) for each in random.sample(value, len(value))]
    return value


def written(contract, *, flow=False):
    return yaml.safe_dump(contract, sort_keys=False, default_flow_style=flow)
