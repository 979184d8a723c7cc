"""How are the weeks of the weekly mail drawn? As SVG with colours of its own, for it becomes a picture.

A mail program shows a picture as it is, on white or on black: so each chart is a light card with its own background,
large enough to be read at half its size on a telephone. The mail has the same figures in words.
"""

from collections.abc import Iterable, Sequence
from math import ceil

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from loop.reporting.loop_metrics import CONTACT_GOAL
from loop.reporting.shares import percent
from loop.reporting.week import WeekRow

WIDTH, HEIGHT = 512, 268
LEFT, RIGHT, TOP, BOTTOM = 52, 16, 56, 36
FONT = "Inter"
PAPER, INK, MUTED, LINE = "#ffffff", "#17202e", "#566173", "#e3e7ed"
BLUE, GREY = "#2450c5", "#a9b3c2"
TICKS = 4
STEPS = (1, 2, 5, 10)  # times a power of ten
BAR = 13


def opened_and_resolved(rows: Sequence[WeekRow]) -> SafeString:
    """Two bars a week: cases opened and cases resolved."""
    top = _round_top(max((number for row in rows for number in (row.opened, row.resolved)), default=0))
    drawn: list[SafeString] = []
    for position, row in enumerate(rows):
        x = _middle(position, len(rows))
        drawn += [_bar(x - BAR - 0.5, row.opened, top, GREY), _bar(x + 0.5, row.resolved, top, BLUE)]
    legend = [(GREY, pgettext("cases of a week", "Opened")), (BLUE, pgettext("cases of a week", "Resolved"))]
    return _card(_("Cases by week"), legend, [*_grid(top), *drawn, *_weeks(rows)])


def contacted_in_time(rows: Sequence[WeekRow]) -> SafeString:
    """A mark a week with its 95 % interval, hollow where there are few cases; a dashed line is the goal."""
    goal = format_html(
        '<path d="M{} {}H{}" stroke="{}" stroke-width="1.5" stroke-dasharray="5 4"/>',
        LEFT, _n(_y(CONTACT_GOAL, 1)), WIDTH - RIGHT, MUTED,
    )  # fmt: skip
    marks: list[SafeString] = []
    for position, row in enumerate(rows):
        share = row.contacted_in_time
        if share.share is None or share.interval is None:
            continue
        low, high = share.interval
        x = _n(_middle(position, len(rows)))
        top, middle, bottom = (_n(_y(part, 1)) for part in (high, share.share, low))
        bar = format_html('<path d="M{} {}V{}" stroke="{}" stroke-width="9" opacity=".22"/>', x, top, bottom, BLUE)
        fill = PAPER if share.few else BLUE
        mark = '<circle cx="{}" cy="{}" r="5" fill="{}" stroke="{}" stroke-width="2"/>'
        marks += [bar, format_html(mark, x, middle, fill, BLUE)]
    legend = [(BLUE, _("share, with its interval of 95 %")), ("", _("goal %(goal)s") % {"goal": percent(CONTACT_GOAL)})]
    ticks = [(tick / TICKS, percent(tick / TICKS)) for tick in range(TICKS + 1)]
    return _card(_("Contacted in time, by week"), legend, [*_lines(ticks, 1), goal, *marks, *_weeks(rows)])


def week_name(row: WeekRow) -> str:
    """A week as the axis and the words beside it call it."""
    return _("w %(week)s") % {"week": int(row.key.partition("-W")[2])}


def _card(title: str, legend: Sequence[tuple[str, str]], parts: Iterable[SafeString]) -> SafeString:
    keys, x = [], LEFT - 36
    for colour, words in legend:
        if colour:
            mark = format_html('<circle cx="{}" cy="41" r="5" fill="{}"/>', x + 5, colour)
        else:
            mark = format_html('<path d="M{} 41h14" stroke="{}" stroke-width="1.5" stroke-dasharray="5 4"/>', x, MUTED)
        start = x + (16 if colour else 20)
        keys.append(format_html('{}<text x="{}" y="46" fill="{}">{}</text>', mark, start, MUTED, words))
        x = start + round(len(words) * 6.9) + 26
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" width="{}" height="{}" font-family="{}" font-size="14">'
        '<rect width="100%" height="100%" rx="8" fill="{}"/>'
        '<text x="{}" y="23" font-size="16" fill="{}" font-weight="600">{}</text>{}{}</svg>',
        WIDTH, HEIGHT, FONT, PAPER, LEFT - 36, INK, title,
        format_html_join("", "{}", ((key,) for key in keys)),
        format_html_join("", "{}", ((part,) for part in parts)),
    )  # fmt: skip


def _grid(top: int) -> Iterable[SafeString]:
    return _lines([(tick, str(tick)) for tick in range(0, top + 1, top // TICKS)], top)


def _lines(ticks: Iterable[tuple[float, str]], top: float) -> Iterable[SafeString]:
    for at, words in ticks:
        y = _y(at, top)
        yield format_html(
            '<path d="M{} {}H{}" stroke="{}"/><text x="{}" y="{}" text-anchor="end" font-size="13" fill="{}">{}</text>',
            LEFT, _n(y), WIDTH - RIGHT, LINE, LEFT - 8, _n(y + 4.5), MUTED, words,
        )  # fmt: skip


def _weeks(rows: Sequence[WeekRow]) -> Iterable[SafeString]:
    """Every second week, the last one always."""
    for position, row in enumerate(rows):
        if (len(rows) - 1 - position) % 2 == 0:
            yield format_html(
                '<text x="{}" y="{}" text-anchor="middle" font-size="13" fill="{}">{}</text>',
                _n(_middle(position, len(rows))), HEIGHT - 14, MUTED, week_name(row),
            )  # fmt: skip


def _bar(x: float, count: int, top: int, colour: str) -> SafeString:
    if not count:
        return SafeString("")
    y = _y(count, top)
    height = HEIGHT - BOTTOM - y
    return format_html(
        '<rect x="{}" y="{}" width="{}" height="{}" rx="2" fill="{}"/>', _n(x), _n(y), BAR, _n(height), colour
    )


def _round_top(most: int) -> int:
    """The first number from `most` on that the axis can cut into whole, round steps."""
    wanted = ceil(max(most, 1) / TICKS)
    size = int(10 ** (len(str(wanted)) - 1))
    return next(step * size for step in STEPS if step * size >= wanted) * TICKS


def _middle(position: int, number: int) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * (position + 0.5) / number


def _y(value: float, top: float) -> float:
    return TOP + 8 + (HEIGHT - TOP - 8 - BOTTOM) * (1 - value / top)


def _n(length: float) -> str:
    """A length as SVG wants it, whatever the reader's decimal comma."""
    return f"{length:.1f}".removesuffix(".0")
