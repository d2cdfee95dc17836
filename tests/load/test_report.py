"""A report of an earlier run, read back."""

import pytest

from harness.load.report import results_of
from harness.model.errors import UsageError


def test_no_report_no_results(tmp_path):
    assert results_of(tmp_path / "report.json") == ()


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"results": [1]}', '{"results": [{"outcome": "good"}]}', "[" * 99999]
)
def test_what_is_no_report_is_refused(tmp_path, text):
    path = tmp_path / "report.json"
    path.write_text(text)
    with pytest.raises(UsageError, match="is no report of the harness"):
        results_of(path)
