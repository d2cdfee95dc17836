"""Soda checks that stand in a contract run, and decide like those of a file."""

import runpy
from pathlib import Path

_SHOP = runpy.run_path(str(Path(__file__).parents[1] / "uses" / "shop.py"))["Shop"]


def soda(implementation):
    return {"type": "custom", "engine": "soda", "implementation": implementation}


def test_they_run_in_soda(tmp_path):
    shop = _SHOP(tmp_path)
    shop.column("amount")["quality"] = [soda("- missing:\n- invalid: {valid_max: 149}\n")]
    shop.column("status")["quality"] = [soda({"missing": None, "duplicate": None})]
    shop.table["quality"] = [soda([{"row_count": {"threshold": {"must_be": 100}}}]), soda({"row_count": None})]

    found = {r.check: r for r in shop.saved().verify().results if r.rule == "soda"}

    assert {key: result.outcome.value for key, result in found.items()} == {
        "fct_orders/amount/soda/missing": "pass",
        "fct_orders/amount/soda/invalid": "fail",
        "fct_orders/status/soda": "error",
        "fct_orders/soda/row_count": "pass",
        "fct_orders/soda/row_count#2": "pass",
    }
    assert len({result.id for result in found.values()}) == len(found)
    failed = found["fct_orders/amount/soda/invalid"]
    assert (failed.failed_rows, failed.total_rows, failed.file) == (1, 100, "contracts/marts/fct_orders.odcs.yaml")
    assert "BETWEEN" in failed.query or "149" in failed.query
