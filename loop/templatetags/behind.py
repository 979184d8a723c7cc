"""How does a figure lead to what it is made of? By a link around it, with the filters it was counted within."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import template
from django.db.models import Model
from django.urls import reverse
from django.utils.html import format_html

from loop.reporting.filters import ReportFilters

register = template.Library()

#: What leads nowhere: there is nothing behind it.
NOTHING = frozenset({"–", "0", ""})


@register.simple_tag
def behind(
    filters: ReportFilters,
    figure: str,
    shown: object,
    *,
    first: date | None = None,
    last: date | None = None,
    **own: object,
) -> str:
    """The figure as a link to its rows.

    Args:
        shown: the figure as it is written.
        first, last: the days it covers, where they are other ones.
        own: what tells it from others of its name; see `loop.reporting.behind.asked`.
    """
    if str(shown) in NOTHING:
        return str(shown)
    if first is not None and last is not None:
        filters = replace(filters, first=first, last=last)
    return format_html('<a class="link" href="{}">{}</a>', address(filters, figure, own), shown)


def address(filters: ReportFilters, figure: str, own: Mapping[str, object]) -> str:
    """Where the rows of a figure are listed."""
    told = {name: value for name, value in {**filters.as_dict(), "by": filters.by.value}.items() if value}
    query = urlencode(told | {name: value for name, value in own.items() if value is not None})
    return f"{reverse('report-behind', args=(figure,))}?{query}"


@register.simple_tag
def number_of(row: Model, numbers: Mapping[Any, int]) -> int | None:
    """What is noted under a row's number."""
    return numbers.get(row.pk)
