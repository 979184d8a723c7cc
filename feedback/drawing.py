"""How is a random sample drawn so that anybody can check it? Pure: the same seed gives the same sample.

Each contact has a number in [0, 1) made from the seed and their id. In each group those with the smallest numbers are
asked. A contact's number does not depend on who else is there, so planning may stop and go on anywhere.
"""

import hashlib
from collections.abc import Mapping
from fractions import Fraction

from django.utils.translation import gettext as _


def number(seed: int, contact_id: int) -> float:
    """The contact's draw: uniform in [0, 1), independent between contacts and between seeds."""
    digest = hashlib.blake2b(f"{seed}:{contact_id}".encode(), digest_size=8).digest()
    return (int.from_bytes(digest) >> 11) / 2**53


def parse_share(text: str) -> Fraction:
    """Read "1/11", "0.25" or "25%".

    Raises:
        ValueError: it is none of these, or not above 0 and up to 1.
    """
    cleaned = text.strip().replace(",", ".")
    try:
        share = Fraction(cleaned[:-1].strip()) / 100 if cleaned.endswith("%") else Fraction(cleaned)
    except (ValueError, ZeroDivisionError):
        raise ValueError(_("“%(text)s” is not a share such as 1/11 or 10%%.") % {"text": text}) from None
    if not 0 < share <= 1:
        raise ValueError(_("The share must be above 0 and at most 1, not %(text)s.") % {"text": text})
    return share


def allocate(
    sizes: Mapping[str, int], *, share: Fraction | None, count: int | None, at_least: int, seed: int
) -> dict[str, int]:
    """How many to draw from each group.

    Each group gets its proportional part. The fractions that are left over are settled by lot (systematic sampling with
    one random start, after Madow 1949), so that over many seeds every contact's chance is exactly the share, and the
    total is off by less than one. A group gets `at_least` so many, as far as it has them.

    Args:
        sizes: how many may be asked in each group.
        share: of all who may be asked; or
        count: so many in all.
        seed: decides the lots.
    """
    total = sum(sizes.values())
    if total == 0:
        return dict.fromkeys(sizes, 0)
    if share is None:
        share = Fraction(min(count or 0, total), total)
    start = Fraction(number(seed, -1))
    drawn, before, taken = {}, Fraction(0), 0
    for group in sorted(sizes):
        before += share * sizes[group]
        upto = (before + start).__floor__()
        drawn[group] = min(sizes[group], max(upto - taken, min(at_least, sizes[group])))
        taken = upto
    return drawn
