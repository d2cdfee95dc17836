import runpy
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

# an example takes as long as a busy machine lets it: a deadline would test the machine
settings.register_profile("harness", deadline=None)
settings.load_profile("harness")

# by path: `tests` is no package, so that no module of a test can hide another
_golden: Callable[[str, str], None] = runpy.run_path(str(Path(__file__).with_name("golden.py")))["golden"]


@pytest.fixture(scope="session")
def golden() -> Callable[[str, str], None]:
    """`golden(name, actual)` compares with tests/golden/<name>; GOLDEN=rewrite rewrites the file."""
    return _golden
