"""sla-unknown."""

from collections.abc import Iterator

from harness.load.did_you_mean import did_you_mean
from harness.model.contract import Contract, SlaProperty
from harness.model.fields import field_named, readings
from harness.model.result import Severity
from harness.model.sla import SYNONYMS, canonical_sla, period_of
from harness.rules.rule import Context, Finding, rule

_IN_TIME = ("latency", "freshness", "retention", "frequency")


@rule("sla-unknown", severity=Severity.ERROR)
def sla_unknown(context: Context) -> Iterator[Finding]:
    """A service level has a name, an element or a unit that means nothing.

    *Why*

    The standard takes any text as the name of a service level, so a typing error is valid and the promise is never
    checked. Reported are names the standard does not list (in any case, synonyms included); elements that are no
    declared table or column (`table`, `table.column`, or `column` in a contract with one table); and values of
    latency, freshness, retention and frequency that are no time: a number with a unit (`s`, `m` or `min` for minutes,
    `h`, `d`, `w`, `month`, `y`), or an ISO 8601 duration such as `PT1H` or `P1Y`.

    *Bad*

    ```yaml
    apiVersion: v3.1.0
    kind: DataContract
    id: flights
    version: 1.0.0
    status: active
    schema:
      - name: fct_flights
        properties:
          - name: loaded_at
    slaProperties:
      - property: latncy
        value: 1
        unit: h
        element: fct_flights.loaded_at
    ```

    *Good*

    ```yaml
    apiVersion: v3.1.0
    kind: DataContract
    id: flights
    version: 1.0.0
    status: active
    schema:
      - name: fct_flights
        properties:
          - name: loaded_at
    slaProperties:
      - property: latency
        value: 1
        unit: h
        element: fct_flights.loaded_at
    ```
    """
    contract = context.contract
    for sla in contract.sla if contract else ():
        name = canonical_sla(sla.property)
        if not name:
            hint = did_you_mean(sla.property, SYNONYMS) or "use one of " + ", ".join(SYNONYMS)
            message = f"the standard knows no service level `{sla.property}`; {hint}"
            yield Finding(message=message, at=sla.where("property"), key=sla.property)
        for element in sla.elements:
            if contract and not _is_declared(contract, element):
                hint = did_you_mean(element, _elements(contract)) or "name a table, or `table.column`"
                message = f"`{element}` is no table or column of this contract; {hint}"
                yield Finding(message=message, at=sla.where("element"), key=f"{sla.property} {element}")
        fault = _fault(sla) if name in _IN_TIME else ""
        if fault:
            at = sla.where("unit" if sla.unit else "value")
            yield Finding(message=fault, at=at, key=f"{sla.property} {sla.value} {sla.unit} {sla.elements}")


def _is_declared(contract: Contract, element: str) -> bool:
    if contract.schema(element):
        return True
    return any(field_named(schema, column) for schema, column in readings(contract, element))


def _elements(contract: Contract) -> Iterator[str]:
    for schema in contract.schemas:
        yield schema.name
        for item in schema.properties:
            yield f"{schema.name}.{item.name}"
            if len(contract.schemas) == 1:
                yield item.name


def _fault(sla: SlaProperty) -> str:
    try:
        period_of(sla.value, sla.unit)
    except (ValueError, OverflowError):
        written = f"{sla.value} {sla.unit}".rstrip()
        return (
            f"`{written}` is no time for `{sla.property}`; "
            f"write a number with a unit of s, min, h, d, w, month or y, or an ISO 8601 duration such as PT1H"
        )
    return ""
