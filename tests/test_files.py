"""Cells of CSV files: none is run as a formula, each is read back as it was."""

from hypothesis import given
from hypothesis import strategies as st

from qa.files import plain_cell, safe_cell

CELL = st.one_of(st.text(), st.text(alphabet="'=+@\t\ra", max_size=4))


@given(CELL)
def test_a_cell_is_no_formula_and_is_read_back(text: str) -> None:
    cell = safe_cell(text)
    assert cell[:1] not in ("=", "+", "@", "\t", "\r") or not cell
    assert plain_cell(cell) == text
