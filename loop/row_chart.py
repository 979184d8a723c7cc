"""How do the parts of the customers compare? A line for each interval and a mark for each NPS, one below the other.

A row of few answers has no mark: its counts stand in the table beside the picture.
"""

from collections.abc import Iterable, Sequence

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from feedback.nps import Interval
from feedback.nps_report import NpsRow
from loop.reporting.shares import FEW
from loop.svg import as_length, picture

WIDTH, ROW_HEIGHT, TOP, BOTTOM = 640, 26, 8, 26
LEFT, RIGHT = 190, 56  # room for names, and for the figures
MOST_ROWS = 25
LONGEST_NAME = 26  # characters
TICKS = (-100, -50, 0, 50, 100)


def row_chart(rows: Sequence[NpsRow], *, name: str) -> SafeString:
    """The NPS of rows that are no periods, the highest first; "" where fewer than two have answers enough.

    Args:
        name: an id that nothing else on the page has.
    """
    told = [(row, row.nps.nps, row.nps.interval) for row in rows if row.nps.n >= FEW]
    shown = [(row, points, interval) for row, points, interval in told if points is not None and interval is not None]
    shown = sorted(shown, key=lambda entry: -entry[1])[:MOST_ROWS]
    if len(shown) < 2:
        return SafeString("")
    height = TOP + ROW_HEIGHT * len(shown) + BOTTOM
    return picture(
        name=name,
        size=(WIDTH, height),
        title=_("NPS of each row, with its uncertainty"),
        description="; ".join(_told(row, points, interval) for row, points, interval in shown),
        parts=[
            *_grid(height),
            *(_row(TOP + ROW_HEIGHT * (position + 0.5), *entry) for position, entry in enumerate(shown)),
        ],
    )


def _grid(height: int) -> Iterable[SafeString]:
    for tick in TICKS:
        x = as_length(_place(tick))
        yield format_html(
            '<path d="M{} {}V{}" stroke="var({})"/><text x="{}" y="{}" text-anchor="middle">{}</text>',
            *(x, TOP, height - BOTTOM, "--ink-3" if tick == 0 else "--line", x, height - 8, _signed(tick)),
        )


def _row(y: float, row: NpsRow, points: float, interval: Interval) -> SafeString:
    """Name, interval, mark and figure; a ring around the mark of a row that stands out."""
    ring = row.against is not None and row.against.stands_out
    return format_html(
        '<text x="{}" y="{}" text-anchor="end">{}</text><path d="M{} {}H{}" stroke="var(--promoter)" stroke-width="6" '
        'opacity=".3"/><circle cx="{}" cy="{}" r="{}" fill="var(--promoter)" stroke="var({})" stroke-width="2">'
        "<title>{}</title></circle>"
        '<text x="{}" y="{}">{}</text>',
        *(LEFT - 10, as_length(y + 4), Truncator(row.name).chars(LONGEST_NAME)),
        *(as_length(_place(interval.low)), as_length(y), as_length(_place(interval.high))),
        *(as_length(_place(points)), as_length(y), 6 if ring else 4, "--ink" if ring else "--paper"),
        _told(row, points, interval),
        *(WIDTH - RIGHT + 10, as_length(y + 4), _signed(points)),
    )


def _told(row: NpsRow, points: float, interval: Interval) -> str:
    return _("%(when)s: %(nps)s, between %(low)s and %(high)s, of %(n)d answers") % {
        "when": row.name,
        "nps": _signed(points),
        "low": _signed(interval.low),
        "high": _signed(interval.high),
        "n": row.nps.n,
    }


def _place(points: float) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * (points + 100) / 200


def _signed(points: float) -> str:
    rounded = round(points)
    return f"{rounded:+d}".replace("-", "\N{MINUS SIGN}") if rounded else "0"
