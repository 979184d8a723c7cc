"""How is an address drawn for a telephone's camera? As an SVG of two paths, black on white in dark pages too."""

from itertools import groupby

import segno
from django.utils.html import format_html
from django.utils.safestring import SafeString

BORDER = 4  # modules of white around it, without which cameras do not find it


def picture(address: str, *, label: str) -> SafeString:
    """The QR code of an address.

    Args:
        label: what it is, for those who do not see it.
    """
    code = segno.make(address, error="m", micro=False)
    size = len(code.matrix) + 2 * BORDER
    path = "".join(_row(row, BORDER + number) for number, row in enumerate(code.matrix))
    return format_html(
        '<svg class="qr" viewBox="0 0 {0} {0}" role="img" aria-label="{1}" shape-rendering="crispEdges">'
        '<path fill="#fff" d="M0 0h{0}v{0}H0z"/><path fill="#000" d="{2}"/></svg>',
        size,
        label,
        path,
    )


def _row(modules: bytearray, y: int) -> str:
    """The dark runs of one row."""
    drawn, x = [], BORDER
    for is_dark, run in groupby(modules, bool):
        length = len(list(run))
        if is_dark:
            drawn.append(f"M{x} {y}h{length}v1h-{length}z")
        x += length
    return "".join(drawn)
