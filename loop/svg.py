"""How is a figure written as SVG? The strokes all charts have in common: a picture with its words, a line, a length."""

from collections.abc import Iterable, Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


def picture(
    *, name: str, size: tuple[int, int], title: str, description: str, parts: Sequence[SafeString]
) -> SafeString:
    """A whole picture for the page, with words for those who do not see it.

    Args:
        name: an id that nothing else on the page has.
        size: width and height in the units of `parts`; the page scales the whole.
    """
    return format_html(
        '<svg viewBox="0 0 {} {}" width="100%" role="img" aria-labelledby="{}-title {}-text" font-size="12" '
        'fill="var(--ink-2)"><title id="{}-title">{}</title><desc id="{}-text">{}</desc>{}</svg>',
        *size,
        name,
        name,
        name,
        title,
        name,
        description,
        format_html_join("", "{}", ((part,) for part in parts)),
    )


def line(places: Sequence[tuple[float, float]], colour: str, width: float) -> SafeString:
    """A line through these places, in the units of the picture."""
    return format_html(
        '<polyline points="{}" fill="none" stroke="{}" stroke-width="{}"/>', points(places), colour, str(width)
    )


def points(places: Iterable[tuple[float, float]]) -> str:
    """Places as SVG lists them."""
    return " ".join(f"{as_length(x)},{as_length(y)}" for x, y in places)


def as_length(number: float) -> str:
    """A length as SVG wants it, whatever the reader's decimal comma."""
    return f"{number:.1f}".removesuffix(".0")
