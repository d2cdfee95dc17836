"""What a model's Jinja says of its later runs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.rules.antipatterns.jinja import is_parametrised, on_later_runs, without_comments


@pytest.mark.parametrize(
    ("raw", "later"),
    [
        ("select 1", "select 1"),
        ("{{ config(materialized='incremental') }}select 1", "select 1"),
        ("a {% if is_incremental() %}b{% endif %} c", "a b c"),
        ("a {%- if is_incremental() -%}b{%- else -%}c{%- endif -%}", "a b"),
        ("{% if not is_incremental() %}a{% else %}b{% endif %}", "b"),
        ("{% if not is_incremental() %}a{% endif %}", ""),
        ("{% if x %}a{% elif is_incremental() and y %}b{% else %}c{% endif %}", "b"),
        ("{% if is_incremental() and\n not z %}a{% endif %}", "a"),
        ("{% if not flags.FULL_REFRESH %}a{% else %}b{% endif %}", "a"),
        ("{% if is_incremental() %}{% if x %}a{% else %}b{% endif %}{% endif %}", "a"),
        ("{% if target.name == 'dev' %}a{% else %}b{% endif %}", "b"),
        ("{% for c in cs %}{{ c }}, {% endfor %}x", "__jinja__, x"),
        ("{% set x = 1 %}{% set y %}z{% endset %}a{# {% if %} #}", "a"),
        ("{% macro m() %}z{% endmacro %}{{ m() }}", "__jinja__"),
        (
            "from {{ ref('pkg', 'a') }} join {{ source('s', 't') }} join {{ this }}",
            'from "a" join "s"."t" join __this__',
        ),
        ("'{{ var('run date') }}' {{ env_var('X', '1') }}", "'__var_run_date__' __var_X__"),
        ("{% endif %} {{ open", " {{ open"),
        ("{{ config(post_hook=\"insert into {{ ref('log') }} select '{% if x %}1{% endif %}'\") }}a", "a"),
        ("{{- this -}} {%+ if is_incremental() %}a{% endif +%}", "__this__ a"),
    ],
)
def test_later_runs(raw, later):
    assert on_later_runs(raw) == later


@pytest.mark.parametrize(
    ("compiled", "taken"),
    [("select 1\n where  a = 2", "where a = 2"), ("select 1 where b", "where b"), ("select 1", "")],
)
def test_the_branch_that_dbt_took(compiled, taken):
    raw = "{% if var('x') %}where a\n= 2{% elif y %}where b{% endif %}"
    assert on_later_runs(raw, compiled).split() == taken.split()


def test_parameters():
    assert is_parametrised("{% set d = var('d', none) %}")
    assert is_parametrised("{{ env_var('D') }}")
    assert is_parametrised("{{ model.batch.event_time_start }}")
    assert not is_parametrised("select var(x) {{ ref('var') }} {# var('d') #}")


def test_comments_keep_their_lines():
    assert without_comments("a -- b\n/* c\nd */ e {# f #}") == "a     \n    \n     e        "


PLAIN = st.text().filter(lambda text: "{" not in text)


@given(PLAIN, PLAIN)
def test_of_two_branches_the_later_one_is_taken(later, first):
    assert on_later_runs(f"{{% if is_incremental() %}}{later}{{% else %}}{first}{{% endif %}}") == later
    assert on_later_runs(f"{{% if not is_incremental() %}}{first}{{% else %}}{later}{{% endif %}}") == later


@given(PLAIN)
def test_what_has_no_jinja_stays_as_it_is(raw):
    assert on_later_runs(raw) == raw
