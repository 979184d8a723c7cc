"""The QR code of an address: what a camera sees is what was meant."""

import re

import segno

from loop import qr

ADDRESS = "https://loop.example.com/o/aaaaaaaaaaaaaaaaaaaaaa/"


def modules(svg):
    """The dark squares drawn, as a camera sees them."""
    dark = set()
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\3z", svg):
        dark |= {(int(x) + step, int(y)) for step in range(int(length))}
    return dark


def test_every_dark_square_is_drawn_and_no_other():
    matrix = segno.make(ADDRESS, error="m", micro=False).matrix
    expected = {(x + 4, y + 4) for y, row in enumerate(matrix) for x, module in enumerate(row) if module}
    assert modules(qr.picture(ADDRESS, label="Poster")) == expected


def test_it_is_said_to_those_who_do_not_see_it_and_names_are_text():
    svg = qr.picture(ADDRESS, label='"><script>')
    assert 'role="img"' in svg
    assert "<script>" not in svg
    assert 'fill="#fff"' in svg  # white in dark pages too
