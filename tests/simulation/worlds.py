"""Companies of which it is known whether following up works, and how those to call were chosen.

Every customer has a satisfaction of their own that two answers scatter around; so detractors score higher next time
even when nobody calls. Worlds are named as in the table of `tests/simulation/__main__.py`.
"""

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from loop.reporting.adjusted import adjusted_difference
from loop.reporting.expected_recovery import Comparison, compare
from loop.reporting.trial import Arm, Trial

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]

SAME_PERSON = 0.6  # correlation of what two answers of a person measure
EFFECT = 0.30  # of a call, in standard deviations of it: about 13 percentage points of recovery
TREND = 0.10  # what everybody rises by, where a world has a trend
DETRACTOR = 6


@dataclass(frozen=True)
class World:
    """Detractors only. `chosen`: whom the salesperson picked, and whether for something that is written down."""

    first: NDArray[np.int64]
    recovered: Flags
    called: Flags
    answered: Flags
    value: Numbers
    chosen: bool
    recorded: bool

    @property
    def comparison(self) -> Comparison:
        """As the recovery report compares, from what is recorded."""
        seen = self.answered
        first, recovered, called = self.first[seen], self.recovered[seen], self.called[seen]
        found = compare(*(_by_score(first[group], recovered[group]) for group in (called, ~called)))
        alone = int((~called).sum())
        columns = [list(map(float, first == score)) for score in sorted(set(first.tolist()))[1:]]
        second = adjusted_difference(recovered.tolist(), called.tolist(), [*columns, self.value[seen].tolist()])
        passed_over = alone if self.chosen else 0
        return found.knowing(passed_over=passed_over, unrecorded=0 if self.recorded else passed_over, adjusted=second)

    @property
    def trial(self) -> Trial:
        """As a study in random order compares."""
        return Trial(*(self._arm(group) for group in (self.called, ~self.called)))

    def _arm(self, group: Flags) -> Arm:
        answered = group & self.answered
        return Arm(int(group.sum()), int(answered.sum()), int((answered & self.recovered).sum()))


def _by_score(first: NDArray[np.int64], recovered: Flags) -> dict[int | tuple[int, str], tuple[int, int]]:
    of, n = Counter(first[recovered].tolist()), Counter(first.tolist())
    return {score: (of[score], n[score]) for score in n}


def company(
    chance: Generator,
    *,
    respondents: int = 1500,
    effect: float = 0.0,
    trend: float = 0.0,
    called: str = "all",
    answers: float = 0.5,
) -> World:
    """One company.

    Args:
        called: "all"; "holdout": four of five, by lot; "order": half of them before they are asked, by lot; "recorded":
            chosen by first score and what the account is worth; "unrecorded": by something nobody wrote down that goes
            with the second score.
        answers: the share that answers the second time.
    """
    lasting = chance.normal(size=respondents)
    first, second = (
        np.sqrt(SAME_PERSON) * lasting + np.sqrt(1 - SAME_PERSON) * chance.normal(size=respondents) for _ in range(2)
    )
    value = chance.normal(size=respondents) + 0.3 * lasting
    kept_to_themselves = second + chance.normal(size=respondents)
    scores = _score(first)
    chooses = {
        "all": np.ones(respondents, bool),
        "holdout": chance.random(respondents) < 0.8,
        "order": chance.random(respondents) < 0.5,
        "recorded": 0.4 * (scores - 4) + value + chance.normal(size=respondents) > 0,
        "unrecorded": kept_to_themselves > -0.5,
    }[called]
    again = _score(second + trend + effect * chooses)
    unhappy = scores <= DETRACTOR
    return World(
        first=scores[unhappy],
        recovered=(again > DETRACTOR)[unhappy],
        called=chooses[unhappy],
        answered=(chance.random(respondents) < answers)[unhappy],
        value=value[unhappy],
        chosen=called in ("recorded", "unrecorded"),
        recorded=called != "unrecorded",
    )


def _score(latent: Numbers) -> NDArray[np.int64]:
    """Mean 7.8, a fifth of them detractors, as in companies that publish their answers."""
    return np.clip(np.round(8.05 + 2.05 * latent), 0, 10).astype(np.int64)
