"""version-not-semver."""

import re
from collections.abc import Iterator

from harness.model.result import Severity
from harness.rules.rule import Context, Finding, rule

# as published in Semantic Versioning 2.0.0, https://semver.org/
_SEMVER = re.compile(
    r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)"
    r"(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?"
    r"(?:\+([0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*))?",
    re.ASCII,
)


@rule("version-not-semver", severity=Severity.ERROR)
def version_not_semver(context: Context) -> Iterator[Finding]:
    """The version is not MAJOR.MINOR.PATCH of Semantic Versioning 2.0.0.

    *Why*

    Consumers pin a range of versions, and the review of a change asks for a new major version when it breaks them.
    Both need versions that can be ordered: `1.10.0` is later than `1.9.0`, and `2.0.0` is not compatible with either.

    *Bad*

    ```yaml
    apiVersion: v3.1.0
    kind: DataContract
    id: flights
    version: v1.2
    status: active
    ```

    *Good*

    ```yaml
    apiVersion: v3.1.0
    kind: DataContract
    id: flights
    version: 1.2.0
    status: active
    ```
    """
    contract = context.contract
    if contract and not _SEMVER.fullmatch(contract.version):
        fault = f"the version `{contract.version}` is not semantic" if contract.version else "the version is no text"
        yield Finding(message=f"{fault}; write {_nearest(contract.version)}", at=contract.where("version"))


def _nearest(version: str) -> str:
    """The semantic version that was probably meant."""
    numbers = re.fullmatch(r"[vV]?(\d+(?:\.\d+){0,2})", version, re.ASCII)
    parts = [str(int(part)) for part in numbers[1].split(".")] if numbers else ["1"]
    return f"`{'.'.join([*parts, '0', '0'][:3])}`"
