"""Do the answers fit the scale their survey says it was asked on?

On 1-10 nobody can be as unhappy as on 0-10, so the two never share a figure; whoever imports answers under the wrong
scale finds out here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _

from feedback.nps import ZERO_TO_TEN, Scale

#: So many answers without a single 0 are hardly ever of a survey that offered one.
ENOUGH_FOR_A_ZERO = 200


class Oddity(StrEnum):
    NO_ZERO = "no_zero"
    A_ZERO = "a_zero"


@dataclass(frozen=True)
class ScaleWarning:
    """What is odd about the answers of a survey; `n` of them were looked at."""

    survey: str
    oddity: Oddity
    zeros: int
    n: int

    @property
    def words(self) -> str:
        """What is odd and what to look at, in the active language."""
        told = {"survey": self.survey, "n": self.n, "zeros": self.zeros}
        if self.oddity == Oddity.NO_ZERO:
            return _("Of %(n)d answers to “%(survey)s”, asked from 0 to 10, none is a 0. Was it asked from 1?") % told
        return _("“%(survey)s” is asked from 1 to 10 and has answers of 0: %(zeros)d. Which scale was shown?") % told

    def as_dict(self) -> dict[str, object]:
        return {
            "survey": self.survey, "warning": self.oddity.value, "zeros": self.zeros, "n": self.n, "words": self.words,
        }  # fmt: skip


def warnings(scale: Scale, counted: Mapping[str, tuple[int, int]]) -> tuple[ScaleWarning, ...]:
    """What is odd, by survey.

    Args:
        scale: of all these surveys.
        counted: by the key of a survey its answers of 0 and all of its answers.
    """
    found = []
    for survey, (zeros, n) in sorted(counted.items()):
        if scale == ZERO_TO_TEN and not zeros and n >= ENOUGH_FOR_A_ZERO:
            found.append(ScaleWarning(survey, Oddity.NO_ZERO, zeros, n))
        elif scale != ZERO_TO_TEN and zeros:
            found.append(ScaleWarning(survey, Oddity.A_ZERO, zeros, n))
    return tuple(found)
