"""How is a figure drawn? As SVG made on the server: no script, no inline style, colours from the stylesheet.

Every chart has a role, a title and a description for those who do not see it; the page shows the same figures in a
table beside it. Numbers are written beside the marks, so colour is never the only thing that tells them apart.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from math import ceil, floor

from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from feedback.nps_report import NpsRow
from loop.reporting.shares import FEW
from loop.svg import as_length, line, picture, points

# In the units of the view box: the page scales the whole.
WIDTH, HEIGHT = 640, 200
LEFT, RIGHT, TOP, BOTTOM = 40, 16, 12, 40
MOST_LABELS = 13
TICKS_WANTED = 5
TICK_STEPS = (5, 10, 20, 25, 50)  # NPS points


@dataclass(frozen=True)
class _Mark:
    """Where a row of the report stands in the picture."""

    x: float
    y: float
    low: float
    high: float
    row: NpsRow


@dataclass(frozen=True)
class Level:
    """A value beside the figures, with the words that say whose it is."""

    points: float
    label: str


def nps_chart(rows: Sequence[NpsRow], *, name: str, title: str = "", levels: Sequence[Level] = ()) -> SafeString:
    """NPS by month, week or quarter as a line with a band for its 95 % interval; "" when no row has answers.

    A row without answers interrupts the line. Rows of fewer answers than `FEW` have a hollow mark.

    Args:
        name: an id that nothing else on the page has.
        title: what is drawn; by itself it is the NPS by period.
        levels: lines across, such as a goal or what somebody else published.
    """
    answered = [row for row in rows if row.nps.n]
    if not answered:
        return SafeString("")
    bottom, top, step = _scale(answered, levels)
    marks: list[_Mark | None] = []
    for position, row in enumerate(rows):
        points, interval = row.nps.nps, row.nps.interval
        if points is None or interval is None:
            marks.append(None)
            continue
        x = LEFT + (WIDTH - LEFT - RIGHT) * (position + 0.5) / len(rows)
        y, low, high = (_height(value, bottom, top) for value in (points, interval.low, interval.high))
        marks.append(_Mark(x, y, low, high, row))
    runs = [list(run) for there, run in groupby(marks, key=lambda mark: mark is not None) if there]
    drawn = [[mark for mark in run if mark] for run in runs]
    told = [_told(row) for row in answered] + [f"{level.label}: {_signed(level.points)}" for level in levels]
    return picture(
        name=name,
        size=(WIDTH, HEIGHT),
        title=title or _("NPS with its 95% interval, by period"),
        description="; ".join(told),
        parts=[
            *_grid(bottom, top, step),
            *_names_of(rows),
            *(_band(run) for run in drawn),
            *_across(levels, bottom, top),
            *(line([(mark.x, mark.y) for mark in run], "var(--promoter)", 2.5) for run in drawn if len(run) > 1),
            *(_dot(mark) for run in drawn for mark in run),
        ],
    )


def _scale(rows: Sequence[NpsRow], levels: Sequence[Level]) -> tuple[int, int, int]:
    """Lowest and highest tick around all intervals and levels, and the step between ticks."""
    ends = [end for row in rows if row.nps.interval for end in (row.nps.interval.low, row.nps.interval.high)]
    ends += [level.points for level in levels]
    low, high = min(ends), max(ends)
    step = next((step for step in TICK_STEPS if (high - low) / step <= TICKS_WANTED), TICK_STEPS[-1])
    bottom, top = floor(low / step) * step, ceil(high / step) * step
    return bottom, max(top, bottom + step), step


def _height(value: float, bottom: int, top: int) -> float:
    return TOP + (HEIGHT - TOP - BOTTOM) * (top - value) / (top - bottom)


def _grid(bottom: int, top: int, step: int) -> Iterable[SafeString]:
    for tick in range(bottom, top + 1, step):
        y = _height(tick, bottom, top)
        yield format_html(
            '<path d="M{} {}H{}" stroke="var({})"/><text x="{}" y="{}" text-anchor="end">{}</text>',
            LEFT,
            as_length(y),
            WIDTH - RIGHT,
            "--ink-3" if tick == 0 else "--line",
            LEFT - 8,
            as_length(y + 4),
            _signed(tick),
        )


def _across(levels: Sequence[Level], bottom: int, top: int) -> Iterable[SafeString]:
    """Lines from side to side, their words at the right and at the left in turn, for two may lie close together."""
    for position, level in enumerate(sorted(levels, key=lambda level: level.points)):
        y, at_right = _height(level.points, bottom, top), position % 2 == 0
        x, anchor = (WIDTH - RIGHT, "end") if at_right else (LEFT + 4, "start")
        yield format_html(
            '<path d="M{} {}H{}" stroke="var(--ink-2)" stroke-dasharray="5 4"/><text x="{}" y="{}" text-anchor="{}" '
            'stroke="var(--paper)" stroke-width="4" paint-order="stroke">{}</text>',
            *(LEFT, as_length(y), WIDTH - RIGHT, x, as_length(y - 4 if y > TOP + 14 else y + 14), anchor, level.label),
        )


def _names_of(rows: Sequence[NpsRow]) -> Iterable[SafeString]:
    """The periods below the axis, every second or third where they would touch; the year where one begins."""
    every = ceil(len(rows) / MOST_LABELS)
    year = 0
    for position, row in enumerate(rows):
        first = _begins(row)
        if position % every or first is None:
            continue
        x = LEFT + (WIDTH - LEFT - RIGHT) * (position + 0.5) / len(rows)
        label = _short_name(row, first)
        yield format_html('<text x="{}" y="{}" text-anchor="middle">{}</text>', as_length(x), HEIGHT - 22, label)
        if first.year != year:
            year = first.year
            yield format_html('<text x="{}" y="{}" text-anchor="middle">{}</text>', as_length(x), HEIGHT - 6, str(year))


def _begins(row: NpsRow) -> date | None:
    """The first day of the period a row is called by; of twelve months up to one, of that one."""
    year, _dash, month = row.key.partition("-")
    return date(int(year), int(month), 1) if row.first and month.isdigit() else row.first


def _short_name(row: NpsRow, first: date) -> str:
    """A period below the axis: its month, its quarter or the number of its week."""
    _year, _dash, rest = row.key.partition("-")
    if rest.startswith("W"):
        return _("w %(week)s") % {"week": int(rest[1:])}
    return _("Q%(quarter)s") % {"quarter": rest[1:]} if rest.startswith("Q") else date_format(first, "M")


def _band(run: Sequence[_Mark]) -> SafeString:
    """The interval: an area, or an upright bar for a period that stands alone."""
    if len(run) == 1:
        mark = run[0]
        return format_html(
            '<path d="M{} {}V{}" stroke="var(--promoter)" stroke-width="8" opacity=".16"/>',
            *(as_length(mark.x), as_length(mark.high), as_length(mark.low)),
        )
    edge = [(mark.x, mark.high) for mark in run] + [(mark.x, mark.low) for mark in reversed(run)]
    return format_html('<polygon points="{}" fill="var(--promoter)" opacity=".16"/>', points(edge))


def _dot(mark: _Mark) -> SafeString:
    few = mark.row.nps.n < FEW
    return format_html(
        '<circle cx="{}" cy="{}" r="3.5" fill="var({})" stroke="var(--promoter)" stroke-width="1.5">'
        "<title>{}</title></circle>",
        as_length(mark.x),
        as_length(mark.y),
        "--paper" if few else "--promoter",
        _told(mark.row),
    )


def _told(row: NpsRow) -> str:
    """One row in words; of few answers the counts, because their NPS suggests more than it knows."""
    nps, interval = row.nps, row.nps.interval
    first = _begins(row)
    when = date_format(first, "F Y") if first and row.key == f"{first:%Y-%m}" else row.name
    if nps.nps is None or interval is None or nps.n < FEW:
        return _("%(when)s: promoters %(promoter)d, passives %(passive)d, detractors %(detractor)d") % {
            "when": when,
            "promoter": nps.promoter,
            "passive": nps.passive,
            "detractor": nps.detractor,
        }
    return _("%(when)s: %(nps)s, between %(low)s and %(high)s, of %(n)d answers") % {
        "when": when,
        "nps": _signed(nps.nps),
        "low": _signed(interval.low),
        "high": _signed(interval.high),
        "n": nps.n,
    }


def _signed(points: float) -> str:
    rounded = round(points)
    return f"{rounded:+d}".replace("-", "\N{MINUS SIGN}") if rounded else "0"
