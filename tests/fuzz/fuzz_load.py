"""Coverage-guided fuzzing: `python tests/fuzz/fuzz_load.py [libFuzzer options]`, when atheris is installed."""

import runpy
import sys
from pathlib import Path

try:
    import atheris
except ModuleNotFoundError:
    sys.exit("atheris is not installed: pip install atheris")

with atheris.instrument_imports(include=["harness"]):
    TARGETS = runpy.run_path(str(Path(__file__).with_name("targets.py")))["TARGETS"]


def one_input(data: bytes) -> None:
    provider = atheris.FuzzedDataProvider(data)
    target = provider.PickValueInList(list(TARGETS))
    target(provider.ConsumeUnicodeNoSurrogates(len(data)))


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
