"""Does no text leave as a formula, and does every text come back as it was?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.formulas import FORMULA, as_it_was, harmless


@given(st.text() | st.lists(st.sampled_from("'=+-@\t\r\n x1å"), max_size=8).map("".join))
def test_any_text_comes_back_and_is_no_formula(text):
    assert as_it_was(harmless(text)) == text
    assert not harmless(text).startswith(FORMULA)


@pytest.mark.parametrize(
    ("text", "cell"),
    [("=1", "'=1"), ("'=1", "''=1"), ("''-", "'''-"), ("'tis", "'tis"), ("", ""), ("007", "007"), ("+46 8", "'+46 8")],
)
def test_only_what_needs_a_quote_gets_one(text, cell):
    assert harmless(text) == cell
