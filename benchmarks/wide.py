"""A wide query, whose lineage is slow to tell: 151 columns that pass through nine CTEs."""

from itertools import pairwise

COLUMNS = tuple(f"c{i}" for i in range(151))
"""Of the table behind it, and of what it gives."""
CTES = 9


def wide() -> str:
    """Each CTE joins the one before with itself, and makes a third of the columns of one column, the rest of two."""
    made = ", ".join(f"coalesce(a.{n}, b.{n}) + 1 as {n}" if i % 3 else f"a.{n}" for i, n in enumerate(COLUMNS))
    before = [f"s{k}" for k in range(1, CTES + 1)]
    later = [f"{s} as (select {made} from {b} as a left join {b} as b on a.c0 = b.c1)" for b, s in pairwise(before)]
    return f"with s1 as (select * from raw.wide), {', '.join(later)} select * from s{CTES}"
