"""Which charts of a report go into a mail, and in which colours? As they are on the page, on a light card."""

import re
from typing import Any

from django.utils.translation import gettext as _

from loop import charts
from loop.funnel_chart import funnel_chart
from loop.reporting.filters import ReportFilters
from loop.row_chart import row_chart
from loop.week_charts import FONT

#: The light values of the tokens in `static/loop/loop.css`; a picture has no stylesheet.
LIGHT = {
    "ink": "#17202e",
    "ink-2": "#535e70",
    "ink-3": "#667085",
    "paper": "#ffffff",
    "line": "#e3e7ed",
    "accent": "#2450c5",
    "promoter": "#0c6b62",
    "passive": "#525d6e",
    "detractor": "#b4173b",
    "soon": "#8a5300",
}
WIDTH = 640

Drawn = tuple[str, str, str]  # a name, the SVG, and what it shows in words


def drawn(report: str, found: dict[str, Any], filters: ReportFilters) -> list[Drawn]:
    """The charts of a report as SVG that needs no stylesheet; none where it has none, or nothing to draw."""
    charts_of: list[tuple[str, str]] = []
    if "nps" in found:
        for number, group in enumerate(found["nps"].report.groups, 1):
            name = f"nps-{number}"
            by_time = filters.by.is_time
            svg = charts.nps_chart(group.rows, name=name) if by_time else row_chart(group.rows, name=name)
            charts_of.append((name, svg))
    if found.get("rolling"):
        title = _("NPS of the last twelve months, with its uncertainty")
        charts_of.append(("nps-rolling", charts.nps_chart(found["rolling"], name="nps-rolling", title=title)))
    if "people" in found:
        people = found["people"]
        charts_of.append(("people", funnel_chart(people.lines, people.overall.share, name="people")))
    return [(name, on_a_card(svg), _described(svg)) for name, svg in charts_of if svg]


def on_a_card(svg: str) -> str:
    """The picture in light colours on paper, with a size and the font pictures are drawn with."""
    size = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
    if size is None:
        raise ValueError("a chart without a size")
    width, height = (float(length) for length in size.groups())
    tall = round(WIDTH * height / width)
    card = f'<rect width="{width:g}" height="{height:g}" fill="{LIGHT["paper"]}"/>'
    svg = svg.replace('width="100%"', f'width="{WIDTH}" height="{tall}" xmlns="http://www.w3.org/2000/svg"', 1)
    svg = svg.replace("<svg ", f'<svg font-family="{FONT}" ', 1).replace("<title", f"{card}<title", 1)
    return re.sub(r"var\(--([a-z0-9-]+)\)", lambda token: LIGHT[token[1]], svg)


def _described(svg: str) -> str:
    """Its title and its description, as text."""
    from html import unescape

    told = re.findall(r"<(?:title|desc) id=[^>]*>([^<]*)<", svg)
    return unescape(". ".join(told))
