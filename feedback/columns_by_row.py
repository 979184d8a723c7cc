"""How many answers of each category are in each row of a report, by what its days add up to?"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from feedback.answer_days import AnswerDays
from feedback.answer_sums import by_score
from feedback.models import Survey
from feedback.models.response import Category
from feedback.nps import HIGHEST_SCORE, LOWEST_PASSIVE, LOWEST_PROMOTER
from feedback.reporting import By, Period


def lines(answers: AnswerDays, by: By, rows: Sequence[Period]) -> list[dict[str, Any]]:
    """As the database would count them: a line for each survey and row that has any.

    Raises:
        ValueError: columns do not tell what these rows are.
    """
    if not by.is_time and by not in (By.SURVEY, By.KIND):
        raise ValueError(f"Columns are not counted by {by}.")
    sums = by_score(answers)
    if not len(sums.day):
        return []
    surveys, survey = np.unique(sums.survey, return_inverse=True)
    row, width = np.zeros(len(survey), np.intp), 1
    if by.is_time:
        last_days = np.array([period.last.toordinal() for period in rows])
        row = np.searchsorted(last_days, sums.day, side="left")
        width = len(rows) + 1  # the last one holds what lies after all of them
    cells = len(surveys) * width
    by_cell = np.zeros((cells, HIGHEST_SCORE + 1), np.int64)
    np.add.at(by_cell, survey * width + row, sums.counts)
    bands = {
        Category.DETRACTOR: slice(0, LOWEST_PASSIVE),
        Category.PASSIVE: slice(LOWEST_PASSIVE, LOWEST_PROMOTER),
        Category.PROMOTER: slice(LOWEST_PROMOTER, None),
    }
    counts = {category.value: by_cell[:, band].sum(axis=1) for category, band in bands.items()}
    counts["zeros"] = by_cell[:, 0]
    names = _names(by, rows, surveys)
    return [
        {"survey_id": int(surveys[at // width]), "row": names(at)}
        | {name: int(found[at]) for name, found in counts.items()}
        for at in range(cells)
        if any(found[at] for found in counts.values())
    ]


def _names(by: By, rows: Sequence[Period], surveys: Any) -> Any:
    """What the row of a cell is called; "" after the last period."""
    if by.is_time:
        keys = [*(period.key for period in rows), ""]
        return lambda at: keys[at % len(keys)]
    field = "key" if by == By.SURVEY else "kind"
    named = dict(Survey.objects.filter(pk__in=surveys.tolist()).values_list("pk", field))
    return lambda at: named[int(surveys[at])]
