"""How alike are the answers of the same people, in both of two periods and within each?

A person's answers in the one are counted with each of theirs in the other, and with their others in it. All sums are
whole numbers and exact.
"""

from typing import Any

import numpy as np

from feedback.answer_columns import AnswerColumns
from feedback.nps import HIGHEST_SCORE, LOWEST_PASSIVE, LOWEST_PROMOTER, Shared

_APART = 2.0**26  # both sums are exact as long as less than half as many answers are in one place
_SCORES = np.arange(HIGHEST_SCORE + 1)
_ONE_AND_CODE = 1 + (np.where(_SCORES >= LOWEST_PROMOTER, 1, 0) - np.where(_SCORES < LOWEST_PASSIVE, 1, 0)) / _APART


def shared(earlier: AnswerColumns, later: AnswerColumns) -> Shared:
    """What two periods have in common, and what is repeated in them.

    Args:
        earlier, later: the answers of each; those of nobody we know are in no pair.
    """
    keys, place = numbered(np.concatenate([earlier.contact, later.contact]))
    nobody = np.flatnonzero(keys == 0)
    before = _Sums(earlier, place[: len(earlier)], len(keys), nobody)
    after = _Sums(later, place[len(earlier) :], len(keys), nobody)
    pairs = int(before.n @ after.n)
    covariance = 0.0
    if pairs:
        of_earlier, of_later = int(before.codes @ after.n), int(before.n @ after.codes)
        covariance = int(before.codes @ after.codes) / pairs - (of_earlier / pairs) * (of_later / pairs)
    return Shared(pairs, covariance, after.within(), before.within())


class _Sums:
    """Of each person: how many answers in one period, and the sum of their codes."""

    def __init__(self, answers: AnswerColumns, place: Any, people: int, nobody: Any) -> None:
        self.n, self.codes = counted(answers, place, people)
        code = answers.code
        self.coded = int(np.count_nonzero(code))
        if self.n[nobody].any():
            self.coded -= int(np.count_nonzero(code[np.isin(place, nobody)]))
        self.n[nobody] = self.codes[nobody] = 0

    def within(self) -> float:
        """Sum of (a - mean)(b - mean) over all pairs of different answers of one person, each pair both ways."""
        answers = int(self.n.sum())
        if not answers:
            return 0.0
        mean = int(self.codes.sum()) / answers
        # Of a person who answered once the square is the code's own, and nothing is left of the pairs.
        of_codes = int(self.codes @ self.codes) - self.coded
        of_both = int(self.codes @ self.n) - int(self.codes.sum())
        of_numbers = int(self.n @ self.n) - answers
        return float(of_codes - 2 * mean * of_both + mean**2 * of_numbers)


def counted(answers: AnswerColumns, place: Any, width: int) -> tuple[Any, Any]:
    """How many answers are in each of so many places, and the sum of their codes."""
    # Both by one walk through memory: each answer adds one to the number and its code far behind the point.
    both = np.bincount(place, _ONE_AND_CODE[answers.score], minlength=width)
    n = np.rint(both)
    return n.astype(np.int64), np.rint((both - n) * _APART).astype(np.int64)


def numbered(ids: Any) -> tuple[Any, Any]:
    """Ids, none below 0, as small numbers to count by.

    Returns:
        The id of each number, and the number of each of `ids`. Not every number has to occur.
    """
    highest = int(ids.max()) if len(ids) else 0
    # A table of all ids up to the highest costs less than sorting them, as long as few of them are missing.
    if highest <= 4 * len(ids) + 1_000_000:
        return np.arange(highest + 1), ids
    return np.unique(ids, return_inverse=True)
