"""Does a text name one of our people? Whole words, in the forms a customer would write them in."""

import re
import unicodedata
from functools import lru_cache

from loop.models import User

SHORTEST_ALONE = 3  # letters: a shorter name counts only as part of the full one

# Behind a name: the Swedish, Danish, Norwegian and English genitive, and the Finnish one, with or without a bridge.
ENDINGS = ("", "s", "'s", "’s", ":s", "n", "in", "en", ":n")


def names(user: User) -> frozenset[str]:
    """What customers may call this person: the full name, and its first and last part alone."""
    return _names(user.name)


@lru_cache(maxsize=1024)
def _names(name: str) -> frozenset[str]:
    parts = _folded(name).split()
    alone = {part for part in {*parts[:1], *parts[-1:]} if len(part) >= SHORTEST_ALONE}
    return frozenset(alone | ({" ".join(parts)} if parts else set()))


def is_named(user: User, text: str, *, besides: str = "") -> bool:
    """Whether `text` names `user`.

    Args:
        besides: names that somebody else in sight has as well, such as the writer's own and the company's: a part of a
            name that stands in there does not count alone.
    """
    if not text:
        return False
    said = _folded(text)
    here = [name for name in names(user) if name.split()[0] in said]  # nearly no text holds any
    if not here:
        return False
    taken = set(re.findall(r"[\w-]+", _folded(besides)))
    wanted = {name for name in here if name not in taken}
    if not wanted:
        return False
    either = "|".join(re.escape(name).replace(r"\ ", r"\s+") for name in sorted(wanted, key=len, reverse=True))
    endings = "|".join(re.escape(ending) for ending in ENDINGS)
    return re.search(rf"(?<![\w-])(?:{either})(?:{endings})(?![\w-])", said) is not None


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()
