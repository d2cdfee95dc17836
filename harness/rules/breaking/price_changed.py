"""The rule `price-changed`."""

from collections.abc import Iterator

from harness.model.change import Effect
from harness.model.result import Severity
from harness.rules.breaking.judge import judged
from harness.rules.rule import Context, Finding, rule

_KEYS = ("priceAmount", "priceCurrency", "priceUnit")


@rule("price-changed", severity=Severity.WARNING, scope="change", needs=("previous",))
def price_changed(context: Context) -> Iterator[Finding]:
    """The data has another price, or the first, or none any more.

    *Why*: whether it is too much is for those who pay.

    *Bad*

    ```yaml
    before: {price: {priceAmount: 10, priceCurrency: EUR, priceUnit: month}}
    after: {price: {priceAmount: 12, priceCurrency: EUR, priceUnit: month}}
    ```

    *Good*

    ```yaml
    before: {price: {priceAmount: 10, priceCurrency: EUR, priceUnit: month}}
    after: {price: {priceUnit: month, priceAmount: 10.0, priceCurrency: EUR}}
    ```
    """
    for part in context.parts:
        if part.shape != "price":
            continue
        keys = [key for key in _KEYS if key in part.changed]
        if keys or part.added or part.removed:
            before, after = (_price(side) for side in (part.before, part.after))
            message = f"the price is {after} now, and was {before}"
            yield judged(part, Effect.UNDETERMINED, message, *keys)


def _price(data: object) -> str:
    stated = [str(data[key]) for key in _KEYS if key in data] if isinstance(data, dict) else []
    return " ".join(stated) or "none"
