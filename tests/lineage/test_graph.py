"""Graphs drawn at random: up and down are inverse, and everything that is shown was reached."""

from hypothesis import given
from hypothesis import strategies as st

from harness.lineage.graph import between_tables, down, edges_of, neighbours, tree, up, up_to_rows
from harness.model.lineage import CONDITIONAL, IDENTITY, ROWS, Edge, Field, Lineage

FIELDS = st.builds(Field, st.sampled_from("rstuv"), st.sampled_from(["a", "b", ROWS]))
EDGES = st.builds(Edge, FIELDS, FIELDS, st.sampled_from([IDENTITY, CONDITIONAL]), st.sampled_from(["sql", "declared"]))
GRAPHS = st.builds(lambda edges: Lineage(edges=frozenset(edges)), st.lists(EDGES, max_size=15))
ALL = [Field(table, column) for table in "rstuv" for column in ("a", "b", ROWS)]


def fields(grown):
    yield grown.field
    for branch in grown.branches:
        yield from fields(branch)


@given(GRAPHS, st.none() | st.integers(1, 4))
def test_up_is_the_inverse_of_down(lineage, depth):
    for one in ALL:
        for other in ALL:
            assert (other in up(lineage, one, depth)) == (one in down(lineage, other, depth))


@given(GRAPHS, FIELDS)
def test_up_is_closed(lineage, start):
    """Who asks for the sources of all sources gets nothing new, but perhaps the field itself."""
    found = up(lineage, start)
    assert frozenset().union(*(up(lineage, each) for each in found)) <= found | {start}


@given(GRAPHS, FIELDS)
def test_one_step_is_a_neighbour(lineage, start):
    assert up(lineage, start, 1) == set(neighbours(lineage, start, "up")) - {start}
    assert down(lineage, start, 1) == set(neighbours(lineage, start, "down")) - {start}


@given(GRAPHS, FIELDS, st.sampled_from(["up", "down"]), st.none() | st.integers(1, 4))
def test_a_tree_holds_what_is_reached_and_spells_each_field_out_once(lineage, start, direction, depth):
    grown = tree(lineage, start, direction, depth)
    reached = (up if direction == "up" else down)(lineage, start, depth)
    assert set(fields(grown)) == reached | {start}
    spelled = [each for each in nodes(grown) if each.branches]
    assert len({each.field for each in spelled}) == len(spelled)
    assert all(not each.branches for each in nodes(grown) if each.repeated)


def nodes(grown):
    yield grown
    for branch in grown.branches:
        yield from nodes(branch)


@given(GRAPHS)
def test_tables_are_as_far_as_their_fields(lineage):
    tables = between_tables(lineage)
    for edge in lineage.edges:
        if edge.source.table != edge.target.table:
            assert Field(edge.source.table, ROWS) in up(tables, Field(edge.target.table, ROWS), 1)
    assert all(edge.source.column == edge.target.column == ROWS for edge in tables.edges)
    assert all(edge.source.table != edge.target.table for edge in tables.edges)


@given(GRAPHS, FIELDS)
def test_the_edges_between_all_fields_are_all_edges(lineage, start):
    assert set(edges_of(lineage, ALL)) == lineage.edges
    assert set(edges_of(lineage, [start])) == {e for e in lineage.edges if e.source == e.target == start}


@given(GRAPHS, FIELDS)
def test_no_way_up_leads_through_rows(lineage, start):
    cut = up_to_rows(lineage)
    assert up(cut, start) <= up(lineage, start)
    assert all(not up(cut, each) for each in ALL if each.column == ROWS)
