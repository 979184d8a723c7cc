"""How alike are the answers of the same people, in both of two periods and within each?

A person's answers in the one are counted with each of theirs in the other, and with their others in it. All sums are
whole numbers and exact.
"""

from feedback.answer_days import AnswerDays
from feedback.answer_sums import ByPerson, people_together
from feedback.nps import Shared


def shared(earlier: AnswerDays, later: AnswerDays) -> Shared:
    """What two periods have in common, and what is repeated in them.

    Args:
        earlier, later: the answers of each; those of nobody we know are in no pair.
    """
    before, after = (_Sums(people) for people in people_together(earlier, later))
    pairs = int(before.n @ after.n)
    covariance = 0.0
    if pairs:
        of_earlier, of_later = int(before.codes @ after.n), int(before.n @ after.codes)
        covariance = int(before.codes @ after.codes) / pairs - (of_earlier / pairs) * (of_later / pairs)
    return Shared(pairs, covariance, after.within(), before.within())


class _Sums:
    """Of each person we know: how many answers in one period, and the sum of their codes."""

    def __init__(self, people: ByPerson) -> None:
        known = people.key != 0
        self.n, self.codes, self.coded = people.n * known, people.codes * known, people.coded

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
