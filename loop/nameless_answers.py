"""Which answers of a file of ours are here already, of those their source has no name for?

They are known by what they say and when to the microsecond. Two that are alike in all of it are two: as many as were
here before the file came are here already, the rest is new.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime

from feedback.importing.rows import Answer
from feedback.models import Response

Key = tuple[str, str, datetime | None, int, str]


class Nameless:
    """How many there were of each before the import began, less those the file has told so far."""

    def __init__(self) -> None:
        self._left: dict[int, int] = {}  # by the hash of the key, so that a large file takes little memory

    def look_up(self, answers: Iterable[Answer], sources: Mapping[str, str]) -> None:
        """Read how many of these are here, where that has not been asked before.

        Args:
            sources: what stands for a source the file leaves empty, by survey.
        """
        new = {_hash(key): key for key in (_key(answer, sources) for answer in answers) if _hash(key) not in self._left}
        if not new:
            return
        here = Response.objects.filter(
            external_id="",
            source__in={key[0] for key in new.values()},
            responded_at__in={key[2] for key in new.values() if key[2] is not None},
        )
        found = Counter(
            _hash(row) for row in here.values_list("source", "survey__key", "responded_at", "score", "comment")
        )
        self._left |= {hashed: found[hashed] for hashed in new}

    def told(self, answer: Answer, sources: Mapping[str, str], now: Counter[int]) -> bool:
        """Whether one like it is left; `now` counts those of the rows at hand, see `take`."""
        hashed = _hash(_key(answer, sources))
        if now[hashed] >= self._left.get(hashed, 0):
            return False
        now[hashed] += 1
        return True

    def take(self, now: Counter[int]) -> None:
        """Note that the rows at hand are dealt with for good."""
        for hashed, number in now.items():
            self._left[hashed] -= number


def _key(answer: Answer, sources: Mapping[str, str]) -> Key:
    source = answer.source or sources.get(answer.survey, "")
    return source, answer.survey, answer.responded_at, answer.score, answer.comment


def _hash(key: Key) -> int:
    return hash(key)
