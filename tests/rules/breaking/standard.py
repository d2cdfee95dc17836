"""What the JSON Schemas of the standard let a contract say: each place that has keys, and two values of each key.

Each such place is a part, with what it needs to be valid and the contract that it stands in.
"""

import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path

VERSIONS = ("3.0.2", "3.1.0", "3.2.0")
DEFAULTS = {"schema.logicalType": "object"}
"""What a key that is not written means, where the schemas do not say it."""


@cache
def schema_of(version):
    file = Path(find_spec("datacontract").origin).parent / "schemas" / f"odcs-{version}.schema.json"
    return json.loads(file.read_text())


def places_of(node, pointer=""):
    """The pointer of every `properties` of a JSON Schema, with its keys."""
    if isinstance(node, list):
        for number, each in enumerate(node):
            yield from places_of(each, f"{pointer}/{number}")
    if not isinstance(node, dict):
        return
    for name, each in node.items():
        named = pointer.endswith(("/properties", "/$defs", "/ServerSource"))
        if name == "properties" and not named and isinstance(each, dict):
            yield f"{pointer}/properties", each
        if name != "if":
            yield from places_of(each, f"{pointer}/{name}")


def at(version, pointer):
    node = schema_of(version)
    for step in pointer.strip("/").split("/"):
        node = node[int(step)] if isinstance(node, list) else node[step]
    return node


def resolved(version, node):
    while isinstance(node, dict) and "$ref" in node:
        node = {**at(version, node["$ref"].removeprefix("#")), **{k: v for k, v in node.items() if k != "$ref"}}
    return node


# the parts: where they stand, and what they need there


def contract(**keys):
    return lambda part: {**{name: fill(part) for name, fill in keys.items()}}


def column(key=None, **beside):
    def build(part):
        own = part if key is None else {key: part}
        return {"schema": [{"name": "t", "properties": [{"name": "c", **beside, **own}, {"name": "d"}]}]}

    return build


def table(key):
    return lambda part: {"schema": [{"name": "t", "properties": [{"name": "c"}, {"name": "d"}], key: part}]}


def listed(build):
    return lambda part: build([part])


DEFS = "/$defs"
BASE = f"{DEFS}/SchemaBaseProperty"
ELEMENT = f"{DEFS}/SchemaElement/properties"
CUSTOM = {"property": "p", "value": 1}
CHANNEL = {"channel": "chat", "url": "https://example.com"}
LATENCY = {"property": "latency", "value": 1, "unit": "d"}
LINK = {"url": "https://example.com/a", "type": "tutorial"}
OPERATORS = f"{DEFS}/DataQualityOperators/oneOf"


def parts_of(version):
    """Name of a part -> (pointers of its keys, what it needs, how it is put into a contract)."""
    old = version == "3.0.2"
    metric = "rule" if old else "metric"
    library = {metric: "rowCount", "mustBe": 1}
    found = {
        "contract": (["/properties"], {}, lambda part: part),
        "description": (["/properties/description/properties"], {}, lambda part: {"description": part}),
        "schema": (
            [f"{DEFS}/SchemaObject/properties", ELEMENT],
            {"name": "t"},
            lambda part: {"schema": [part]},
        ),
        "property": (
            [f"{BASE}/properties", ELEMENT],
            {"name": "c", "logicalType": "string"},
            lambda part: {"schema": [{"name": "t", "properties": [part]}]},
        ),
        "item": (
            [f"{DEFS}/SchemaItemProperty/properties", ELEMENT, f"{BASE}/properties"],
            {"name": "item", "logicalType": "object"},
            column("items", logicalType="array"),
        ),
        "rule": ([f"{DEFS}/DataQuality/properties"], library, listed(table("quality"))),
        "text rule": (
            [f"{DEFS}/DataQuality/properties"],
            {"type": "text", "description": "All of them.", **(library if old else {})},
            listed(column("quality")),
        ),
        "library rule": (
            [f"{DEFS}/DataQualityLibrary/properties"],
            # in 3.0 the comparators are among its keys, and beside `mustBe` most of them say nothing more
            {metric: "rowCount"} if old else library,
            listed(column("quality")),
        ),
        "sql rule": (
            [f"{DEFS}/DataQualitySql/properties"],
            {"type": "sql", "query": "select 1", "mustBe": 1},
            listed(table("quality")),
        ),
        "custom rule": (
            [f"{DEFS}/DataQualityCustom/properties"],
            {"type": "custom", "engine": "soda", "implementation": "a: {}"},
            listed(table("quality")),
        ),
        "role": ([f"{DEFS}/Role/properties"], {"role": "reader"}, lambda part: {"roles": [part]}),
        "support": (
            [f"{DEFS}/SupportItem/properties"],
            CHANNEL,
            lambda part: {"support": [part]},
        ),
        "price": ([f"{DEFS}/Pricing/properties"], {}, lambda part: {"price": part}),
        "service level": (
            [f"{DEFS}/ServiceLevelAgreementProperty/properties"],
            LATENCY,
            lambda part: {"slaProperties": [part]},
        ),
        "custom property": (
            [f"{DEFS}/CustomProperty/properties"],
            CUSTOM,
            lambda part: {"customProperties": [part]},
        ),
        "definition": (
            [f"{DEFS}/AuthoritativeDefinitions/items/properties"],
            LINK,
            lambda part: {"authoritativeDefinitions": [part]},
        ),
        "member": (
            [f"{DEFS}/{'Team' if old else 'TeamMember'}/properties"],
            {"username": "ada", "role": "steward"},
            lambda part: {"team": [part] if old else {"name": "sales", "members": [part]}},
        ),
    }
    for holder, build in HOLDERS.items():
        found[f"custom property of {holder}"] = (
            [f"{DEFS}/CustomProperty/properties"],
            CUSTOM,
            lambda part, build=build: build({"customProperties": [part]}, library),
        )
    if old:
        operators = f"{DEFS}/DataQualityLibrary/properties"
        found["comparator"] = ([operators], {"rule": "rowCount"}, listed(table("quality")))
    else:
        found["team"] = ([f"{DEFS}/Team/properties"], {"members": [{"username": "ada"}]}, lambda part: {"team": part})
        found["comparator"] = (
            [f"{OPERATORS}/{number}/properties" for number, _ in enumerate(at(version, OPERATORS))],
            {"metric": "rowCount"},
            listed(table("quality")),
        )
        found["schema relationship"] = (
            [f"{DEFS}/RelationshipBase/properties"],
            {"from": "t.c", "to": "u.c"},
            listed(table("relationships")),
        )
        found["property relationship"] = (
            [f"{DEFS}/RelationshipBase/properties"],
            {"to": "u.c"},
            listed(column("relationships")),
        )
    if version == "3.2.0":
        context = f"{DEFS}/Context/oneOf/1/properties"
        found["context"] = ([context], {}, lambda part: {"context": part})
        found["context of a table"] = ([context], {}, table("context"))
        found["statement"] = (
            [f"{context}/verifiedStatements/items/properties"],
            {"question": "How many?"},
            lambda part: {"context": {"verifiedStatements": [part]}},
        )
        found["constraint"] = (
            [f"{context}/constraints/items/properties"],
            {"constraint": "No guesses."},
            lambda part: {"context": {"constraints": [part]}},
        )
        found["enum value"] = ([f"{DEFS}/EnumValue/properties"], {"value": "a"}, listed(column("enum")))
        found["synonym"] = ([f"{DEFS}/Synonym/properties"], {"synonym": "a"}, listed(column("synonyms")))
    found |= servers_of(version) | logical_types_of(version)
    return found


HOLDERS = {
    "table": lambda part, rule: {"schema": [{"name": "t", **part}]},
    "column": lambda part, rule: column()(part),
    "rule": lambda part, rule: table("quality")([{**rule, **part}]),
    "server": lambda part, rule: {"servers": [{"server": "w", "type": "duckdb", "database": "w.duckdb", **part}]},
    "description": lambda part, rule: {"description": part},
    "role": lambda part, rule: {"roles": [{"role": "reader", **part}]},
}
"""What can have customProperties in every version, as a contract with them and a rule."""


def servers_of(version):
    found = {}
    for number, branch in enumerate(at(version, f"{DEFS}/Server/allOf")):
        kind = branch["if"]["properties"]["type"]["const"]
        pointer = branch["then"]["$ref"].removeprefix("#")
        node = at(version, pointer)
        needs = {
            key: values_of(version, node["properties"][key], key, f"server {kind}")[0]
            for key in node.get("required", ())
        }
        found[f"server {kind}"] = (
            [f"{pointer}/properties", *([] if number else [f"{DEFS}/Server/properties"])],
            {"server": "w", "type": kind, **needs},
            lambda part: {"servers": [part]},
        )
    return found


def logical_types_of(version):
    """The options of each logical type, and the keys that only columns of that type have."""
    found = {}
    for number, branch in enumerate(at(version, f"{BASE}/allOf")):
        condition = branch.get("if", {})
        for choice in [condition, *condition.get("anyOf", ())]:
            logical = choice.get("properties", {}).get("logicalType", {}).get("const")
            if not logical:
                continue
            pointer = f"{BASE}/allOf/{number}/then/properties"
            map_ = {"map": {"key": {"logicalType": "string"}, "value": {"logicalType": "string"}}}
            needs = {"map": map_, "vector": {"logicalTypeOptions": {"dimensions": 3}}}.get(logical, {})
            found[f"column of {logical}"] = (
                [pointer],
                {"name": "c", "logicalType": logical, **needs},
                lambda part: {"schema": [{"name": "t", "properties": [part]}]},
            )
            if "map" in at(version, pointer):
                found["map"] = (
                    [f"{pointer}/map/properties"],
                    map_["map"],
                    column("map", logicalType="map"),
                )
            if "logicalTypeOptions" in at(version, pointer):
                found[f"options of {logical}"] = (
                    [f"{pointer}/logicalTypeOptions/properties"],
                    options_of(version, logical),
                    column("logicalTypeOptions", logicalType=logical, **(map_ if logical == "map" else {})),
                )
    return found


def options_of(version, logical):
    """What options need: a vector its dimensions; in 3.0, whether a bound is exclusive is said beside the bound."""
    if logical == "vector":
        return {"dimensions": 3}
    if version != "3.0.2" or logical not in ("date", "integer", "number"):
        return {}
    return dict(zip(("minimum", "maximum"), ("2020-01-01", "2030-01-01") if logical == "date" else (0, 9), strict=True))


# two values of each key


VALUES = {
    "contract.id": ["a", "b"],
    "contract.version": ["1.0.0", "1.1.0"],
    "contract.status": ["draft", "deprecated"],
    "contract.servers": [[], [{"server": "w", "type": "duckdb", "database": "w.duckdb"}]],
    "contract.schema": [[{"name": "t"}], [{"name": "u"}]],
    "contract.context": ["Be exact.", "Be brief."],
    "contract.roles": [[{"role": "a"}], [{"role": "b"}]],
    "contract.support": [[CHANNEL], [{**CHANNEL, "channel": "mail"}]],
    "contract.price": [{"priceAmount": 1}, {"priceAmount": 2}],
    "contract.slaProperties": [[LATENCY], [{**LATENCY, "value": 2}]],
    "contract.slaDefaultElement": ["t.a", "t.b"],
    "contract.description": [{"purpose": "A."}, {"purpose": "B."}],
    "property.logicalTypeOptions": [{"minLength": 1}, {"minLength": 2}],
    "item.logicalTypeOptions": [{"minProperties": 1}, {"minProperties": 2}],
    "text rule.type": ["text", "library"],
    "server api.type": ["api", "custom"],
    "server sftp.location": ["sftp://a.example.com", "sftp://b.example.com"],
}  # fmt: skip
BY_KEY = {
    "customProperties": [[CUSTOM], [{**CUSTOM, "value": 2}]],
    "authoritativeDefinitions": [[LINK], [{**LINK, "url": "https://example.com/b"}]],
    "properties": [[{"name": "x"}], [{"name": "y", "logicalType": "date"}]],
    "quality": [[{"type": "text", "description": "A."}], [{"type": "text", "description": "B."}]],
    "relationships": [[{"to": "u.a"}], [{"to": "u.b"}]],
    "schema.relationships": [[{"from": "t.a", "to": "u.a"}], [{"from": "t.a", "to": "u.b"}]],
    "context": [{"instructions": "A."}, {"instructions": "B."}],
    "verifiedStatements": [[{"question": "A?"}], [{"question": "B?"}]],
    "constraints": [[{"constraint": "A."}], [{"constraint": "B."}]],
    "roles": [[{"role": "a"}], [{"role": "b"}]],
    "members": [[{"username": "a"}], [{"username": "b"}]],
    "items": [{"logicalType": "string"}, {"logicalType": "date"}],
    "map": [
        {"key": {"logicalType": "string"}, "value": {"logicalType": "string"}},
        {"key": {"logicalType": "string"}, "value": {"logicalType": "date"}},
    ],
    "key": [{"logicalType": "string"}, {"logicalType": "date"}],
    "value": [{"logicalType": "string"}, {"logicalType": "date"}],
    "synonyms": [[{"synonym": "a"}], [{"synonym": "b"}]],
    "enum": [[{"value": "a"}], [{"value": "b"}]],
    "arguments": [{"validValues": ["a"]}, {"validValues": ["b"]}],
    "implementation": ["a: {}", "b: {}"],
    "mustBeBetween": [[1, 2], [1, 3]],
    "mustNotBeBetween": [[1, 2], [1, 3]],
    "to": ["u.a", "u.b"],
    "from": ["t.a", "t.b"],
    "physicalType": ["INTEGER", "DATE"],
    "query": ["select 1", "select 2"],
    "pattern": ["^a$", "^b$"],
}


def values_of(version, node, key, part=""):
    """Two values that the standard allows, and that mean two things."""
    node = resolved(version, node)
    if (part, key) == ("contract", "team"):
        return [[{"username": "a"}], [{"username": "b"}]]
    if known := VALUES.get(f"{part}.{key}") or BY_KEY.get(f"{part}.{key}"):
        return known
    if key in BY_KEY and (key != "value" or part == "map"):
        return BY_KEY[key]
    for choice in ("oneOf", "anyOf"):
        if choice in node:
            return values_of(version, node[choice][0], key)
    if "enum" in node:
        others = [value for value in node["enum"] if value != node.get("default")]
        return (others or node["enum"])[:2]
    if node.get("type") == "array":
        return [[each] for each in values_of(version, node["items"], "")]
    if node.get("type") == "object" and "properties" in node:
        inner, rest = next(iter(node["properties"].items()))
        return [{inner: value} for value in values_of(version, rest, inner)]
    kind = node.get("type")
    return PLAIN.get(node.get("format", "")) or PLAIN[kind[0] if isinstance(kind, list) else kind]


PLAIN = {
    None: [1, 2],
    "boolean": [True, False],
    "integer": [1, 2],
    "number": [1, 2],
    "object": [{"a": 1}, {"a": 2}],
    "string": ["one", "two"],
    "date": ["2024-01-01", "2025-01-01"],
    "date-time": ["2024-01-01T00:00:00Z", "2025-01-01T00:00:00Z"],
    "uri": ["https://a.example.com", "https://b.example.com"],
}
"""By type or format."""
