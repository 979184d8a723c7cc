"""Icons in templates are those of Lucide, drawn once."""

import lucide
import pytest
from django.template import engines
from lucide.templatetags.lucide import lucide as drawn_anew

from loop.templatetags import icons


def render(text: str) -> str:
    return engines["django"].from_string("{% load icons %}" + text).render()


def test_each_size_and_label_is_a_drawing_of_its_own():
    for _again in range(2):
        assert render('{% lucide "bell" size=18 aria_hidden="true" %}') == drawn_anew(
            "bell", size=18, aria_hidden="true"
        )
        assert render('{% lucide "bell" size=12 %}') == drawn_anew("bell", size=12)
        assert render('{% lucide "flag" size=12 %}') == drawn_anew("flag", size=12)


def test_the_same_one_is_not_drawn_again():
    render('{% lucide "bell" size=17 %}')
    before = icons.lucide.cache_info().misses

    render('{% lucide "bell" size=17 %}')

    assert icons.lucide.cache_info().misses == before


def test_one_that_is_not_there_is_named():
    with pytest.raises(lucide.IconDoesNotExist, match="unicorn"):
        render('{% lucide "unicorn" %}')
