import runpy
from collections.abc import Callable
from pathlib import Path

import pytest

# by path: `tests` is no package, so that no module of a test can hide another
_golden: Callable[[str, str], None] = runpy.run_path(str(Path(__file__).with_name("golden.py")))["golden"]


@pytest.fixture(scope="session")
def golden() -> Callable[[str, str], None]:
    """`golden(name, actual)` compares with tests/golden/<name>; GOLDEN=rewrite rewrites the file."""
    return _golden
