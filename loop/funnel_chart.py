"""How is a funnel plot drawn? People as dots over their number of cases, between the limits that chance alone gives.

As SVG made on the server, colours from the stylesheet; the page has the same figures in a table beside it.
"""

from collections.abc import Iterable, Sequence
from math import ceil

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from loop.reporting.funnel_plot import exact_limits
from loop.reporting.people import PersonLine
from loop.reporting.shares import percent

WIDTH, HEIGHT = 640, 260
LEFT, RIGHT, TOP, BOTTOM = 48, 16, 16, 44
STEPS = 40  # of the limits' curves


def funnel_chart(lines: Sequence[PersonLine], overall: float | None, *, name: str) -> SafeString:
    """The picture; "" where nobody has enough cases for a figure.

    Args:
        overall: the share of all of them, the line in the middle.
        name: an id that nothing else on the page has.
    """
    told = [line for line in lines if line.standing is not None]
    if not told or overall is None:
        return SafeString("")
    widest = max(20, ceil(max(line.cases for line in told) * 1.1))
    sizes = sorted({max(1, round(widest * step / STEPS)) for step in range(1, STEPS + 1)})
    limits = [(n, exact_limits(n, overall)) for n in sizes]
    parts = [
        *_grid(widest),
        _curve([(n, each.wide[0]) for n, each in limits], widest, "var(--ink-3)", ""),
        _curve([(n, each.wide[1]) for n, each in limits], widest, "var(--ink-3)", ""),
        _curve([(n, each.usual[0]) for n, each in limits], widest, "var(--ink-3)", "4 4"),
        _curve([(n, each.usual[1]) for n, each in limits], widest, "var(--ink-3)", "4 4"),
        _curve([(sizes[0], overall), (widest, overall)], widest, "var(--promoter)", ""),
        *(_dot(line, widest) for line in told),
    ]
    return format_html(
        '<svg viewBox="0 0 {} {}" width="100%" role="img" aria-labelledby="{}-title {}-text" font-size="12" '
        'fill="var(--ink-2)"><title id="{}-title">{}</title><desc id="{}-text">{}</desc>{}</svg>',
        WIDTH, HEIGHT, name, name, name,
        _("Solved cases of each person, with the limits of chance"),
        name,
        "; ".join(_told(line) for line in told),
        format_html_join("", "{}", ((part,) for part in parts)),
    )  # fmt: skip


def _place(n: float, share: float, widest: int) -> tuple[str, str]:
    x = LEFT + (WIDTH - LEFT - RIGHT) * n / widest
    y = TOP + (HEIGHT - TOP - BOTTOM) * (1 - share)
    return f"{x:.1f}", f"{y:.1f}"


def _grid(widest: int) -> Iterable[SafeString]:
    for tick in (0, 0.25, 0.5, 0.75, 1):
        _x, y = _place(0, tick, widest)
        yield format_html(
            '<path d="M{} {}H{}" stroke="var(--line)"/><text x="{}" y="{}" text-anchor="end">{}</text>',
            LEFT, y, WIDTH - RIGHT, LEFT - 6, float(y) + 4, percent(tick),
        )  # fmt: skip
    step = next(step for step in (5, 10, 20, 50, 100, 200, 500, 1000, 10**9) if widest / step <= 8)
    for n in range(step, widest + 1, step):
        x, _y = _place(n, 0, widest)
        yield format_html('<text x="{}" y="{}" text-anchor="middle">{}</text>', x, HEIGHT - 26, n)
    yield format_html(
        '<text x="{}" y="{}" text-anchor="middle">{}</text>', (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, _("Cases")
    )


def _curve(points: Sequence[tuple[float, float]], widest: int, colour: str, dashes: str) -> SafeString:
    path = "M" + "L".join(" ".join(_place(n, share, widest)) for n, share in points)
    return format_html(
        '<path d="{}" fill="none" stroke="{}" stroke-width="1.5" stroke-dasharray="{}"/>',
        path,
        colour,
        dashes or "none",
    )


def _dot(line: PersonLine, widest: int) -> SafeString:
    standing = line.standing
    share = standing.share.share if standing is not None else None
    x, y = _place(line.cases, share or 0.0, widest)
    outside = standing is not None and standing.outside
    return format_html(
        '<circle cx="{}" cy="{}" r="5" fill="var({})" stroke="var(--paper)"><title>{}</title></circle>',
        x, y, "--detractor" if outside else "--promoter", _told(line),
    )  # fmt: skip


def _told(line: PersonLine) -> str:
    solved = line.standing.share.count if line.standing is not None else 0
    return _("%(name)s: %(count)d of %(n)d") % {"name": line.user.display_name, "count": solved, "n": line.cases}
