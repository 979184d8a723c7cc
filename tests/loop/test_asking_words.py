"""Small words on the pages of the survey programme."""

import pytest

from loop.templatetags import asking


@pytest.mark.parametrize(
    ("stratum", "shown"),
    [
        ("", ""),
        ("Enterprise", "Enterprise"),
        ("Mid-market / ", "Mid-market / unknown"),
        (" / SE", "unknown / SE"),
        ("A / B", "A / B"),
    ],
)
def test_a_group_says_where_somebody_has_none_of_what_it_is_made_of(stratum, shown):
    assert asking.group_name(stratum) == shown


@pytest.mark.parametrize(("code", "shown"), [("sv", "Swedish"), ("de", "German"), ("qq", "qq")])
def test_a_language_is_called_by_its_name(code, shown):
    assert asking.language_name(code) == shown
