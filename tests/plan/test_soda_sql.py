"""The SQL in a Soda file: a clause that would run more than a plain reading has a problem, and no other has one."""

import textwrap

import pytest

SECRET = "(select getenv('HOME'))"
FILES = {
    # a Soda file, without its `dataset` -> what the problem of each clause names, or "" when it has none
    "plain": (
        """
        filter: id // 2 > ${var.least} and at < '${soda.NOW}' and list[1] = 'a'
        variables: {least: {default: 3}}
        columns:
        - {name: id, column_expression: id + 1, checks: [{missing: {filter: "id > 1 or at is null"}}]}
        checks:
        - failed_rows: {query: select * from t where id // 2 = 1 qualify row_number() over () = 1}
        - metric: {expression: sum(id) / count(*), threshold: {must_be: 0}}
        """,
        {"id/missing": "", "failed_rows": "", "metric": ""},
    ),
    "the file's filter is in every check": (
        f"""
        filter: id > {SECRET}
        soda_agent: {{}}
        columns: [{{name: id, checks: [missing: ]}}]
        checks: [row_count: ]
        """,
        {"soda_agent": "", "row_count": "`filter`", "id/missing": "`filter`"},
    ),
    "a column's expression is in the checks of the column": (
        f"""
        columns:
        - {{name: at, checks: [missing: ]}}
        - {{name: id, column_expression: "{SECRET}", checks: [missing: ]}}
        checks: [row_count: ]
        """,
        {"row_count": "", "at/missing": "", "id/missing": "`column_expression`"},
    ),
    "a column that is listed twice": (
        f"""
        columns:
        - {{name: id, checks: [missing: ]}}
        - {{name: id, column_expression: "{SECRET}", checks: [duplicate: ]}}
        """,
        {"id/missing": "`column_expression`", "id/duplicate": "`column_expression`"},
    ),
    "a check's own": (
        f"""
        columns:
        - name: id
          checks:
          - missing: {{filter: "{SECRET} = 'a'"}}
          - duplicate: {{column_expression: "{SECRET}"}}
          - failed_rows: {{expression: "id = {SECRET}"}}
        checks:
        - failed_rows: {{query: "delete from t"}}
        - failed_rows:
            qualifier: share
            query: select 1
            rows_tested_query: select 1; select 2
            threshold: {{metric: percent, must_be: 0}}
        - metric: {{query: "select {SECRET}", threshold: {{must_be: 0}}}}
        """,
        {
            "failed_rows": "`query`", "failed_rows/share": "`rows_tested_query`", "metric": "`query`",
            "id/missing": "`filter`", "id/duplicate": "`column_expression`", "id/failed_rows": "`expression`",
        },
    ),
    "a variable is the text of its default": (
        f"""
        variables: {{a: {{default: "{SECRET}"}}, b: {{default: "${{var.a}}"}}, c: 5, d: {{description: none}}}}
        columns:
        - name: id
          checks:
          - missing: {{filter: "id > ${{var.a}}"}}
          - duplicate: {{filter: "id > ${{ var.b }}"}}
          - invalid: {{filter: "id > ${{var.c}}", valid_min: 1}}
          - aggregate: {{filter: "id > ${{var.d}}", function: sum, threshold: {{must_be: 0}}}}
        """,
        {"id/missing": "`filter`", "id/duplicate": "`filter`", "id/invalid": "", "id/aggregate": "`filter`"},
    ),
    "a variable that stands for itself": (
        """
        variables: {a: {default: "${var.a} "}}
        columns: [{name: id, checks: [missing: {filter: "id > ${var.a}"}]}]
        """,
        {"id/missing": "`filter`"},
    ),
    "a time stands in quotation marks": (
        """
        columns:
        - name: id
          checks:
          - missing: {filter: "at < ${soda.NOW}"}
          - duplicate: {filter: "at < '${soda.DATA_TIMESTAMP}'"}
        """,
        {"id/missing": "`filter`", "id/duplicate": ""},
    ),
    "what Soda leaves as it stands": (
        """
        variables:
          last: {default: "${var.a}"}
          a: {default: "${var.b}"}
          b: {default: "${var.c}"}
          c: {default: x}
          known: {default: "${var.c}"}
          home: {default: "${env.HOME}"}
          odd-one: {default: x}
        columns:
        - name: id
          checks:
          - missing: {filter: "at <> '${var.last}'"}
          - duplicate: {filter: "at <> '${var.known}'"}
          - invalid: {filter: "at <> '${var.home}'", valid_min: 1}
          - aggregate: {filter: "at <> '${var.odd-one}'", function: sum, threshold: {must_be: 0}}
        """,
        {
            "id/missing": "`filter`: Soda would leave ${var.b} in it", "id/duplicate": "",
            "id/invalid": "`filter`: Soda would leave ${env.HOME} in it",
            "id/aggregate": "`filter`: Soda would leave ${var.odd-one} in it",
        },
    ),
    "a name that could end its quotation": (
        """
        columns:
        - name: id
          valid_reference_data: {dataset: w/main/u, column: 'x" = "x'}
          checks: [invalid: ]
        - name: at
          valid_reference_data: {dataset: 'w/main/${var.a}', column: x}
          checks: [invalid: ]
        - {name: other, valid_reference_data: {dataset: w/main/u, column: x}, checks: [invalid: ]}
        variables: {a: {default: 'u" as "u'}}
        """,
        {
            "id": "as SQL", "id/invalid": """the name 'x" = "x' as SQL""", "other/invalid": "",
            "at": "as SQL", "at/invalid": "the name 'w/main/${var.a}' as SQL",
        },
    ),
    "a table that could": (
        """
        dataset: w/main/t" as "t
        checks: [row_count: ]
        """,
        {"row_count": "as SQL"},
    ),
    "a filter is no second statement, list or clause": (
        """
        columns:
        - name: id
          checks:
          - missing: {filter: "1) or (1 = 1"}
          - missing: {qualifier: list, filter: "true, false"}
          - missing: {qualifier: clause, filter: "true group by all"}
          - missing: {qualifier: nothing, filter: ""}
        """,
        {
            "id/missing": "`filter`: this SQL cannot be parsed",
            "id/missing/list": "`filter`: 'true, false' is no expression",
            "id/missing/clause": "`filter`: 'true group by all' is no expression",
            "id/missing/nothing": "`filter` must be a text",
        },
    ),
    "columns that are none": ("columns: 5\nchecks: [row_count: ]", {"row_count": "", "columns": "`columns`"}),
    "a column that is a text": (
        f"columns: [id, {{name: id, column_expression: \"{SECRET}\", checks: [missing: ]}}]",
        {"columns/1": "`name`", "id/missing": "`column_expression`"},
    ),
    "variables that are none": (
        "filter: id > ${var.a}\nvariables: [a]\nchecks: [row_count: ]",
        {"dataset/filter": "`var.a`", "row_count": "`filter`"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", FILES)
def test_each_check_that_would_run_it_names_the_key(planned, case):
    text, named = FILES[case]
    text = textwrap.dedent(text)
    files = {"checks/t.soda.yml": text if text.lstrip().startswith("dataset:") else f"dataset: w/main/t\n{text}"}
    checks = planned({"schema": [{"name": "t", "properties": [{"name": "id"}, {"name": "at"}]}]}, checks=files)
    problems = {key.removeprefix("t/soda/"): c.problem for key, c in checks.items() if c.rule == "soda"}
    assert problems.keys() == named.keys()
    for key, problem in problems.items():
        assert named[key] in problem, (key, problem)
        assert bool(named[key]) is bool(problem), (key, problem)
