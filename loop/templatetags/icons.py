"""How are icons drawn? As Lucide has them, once a process each: its own tag reads and writes the SVG every time."""

from functools import lru_cache

from django import template
from lucide.templatetags.lucide import lucide as draw

register = template.Library()


@register.simple_tag
@lru_cache(maxsize=512)
def lucide(name: str, *, size: int | None = 24, **attributes: str) -> str:
    """An icon as SVG.

    Raises:
        lucide.IconDoesNotExist: there is none of this name.
    """
    return draw(name, size=size, **attributes)
