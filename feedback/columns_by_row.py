"""How many answers of each category are in each row of a report, counted from columns?"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from feedback.answer_columns import AnswerColumns
from feedback.models import Survey
from feedback.models.response import Category
from feedback.nps import LOWEST_PASSIVE, LOWEST_PROMOTER
from feedback.reporting import By, Period

HIGHEST = 10  # score of every scale


def lines(answers: AnswerColumns, by: By, rows: Sequence[Period]) -> list[dict[str, Any]]:
    """As the database would count them: a line for each survey and row that has any.

    Raises:
        ValueError: columns do not tell what these rows are.
    """
    if not by.is_time and by not in (By.SURVEY, By.KIND):
        raise ValueError(f"Columns are not counted by {by}.")
    if not len(answers):
        return []
    surveys = np.array(answers.surveys)
    place = np.zeros(int(surveys[-1]) + 1, np.intp)
    place[surveys] = np.arange(len(surveys))
    row, width = np.zeros(len(answers), np.intp), 1
    if by.is_time:
        # They are in order of days: it is enough to look where each period ends among them.
        last_days = np.array([period.last.toordinal() for period in rows], np.int32)
        ends = np.searchsorted(answers.day, last_days, side="right")
        width = len(ends) + 1  # the last one holds what lies after all of them
        row = np.repeat(np.arange(width), np.diff([0, *ends, len(answers)]))
    cells, of_scores = len(surveys) * width, HIGHEST + 1
    cell = (place[answers.survey] * width + row) * of_scores + answers.score
    by_score = np.bincount(cell, minlength=cells * of_scores).reshape(cells, of_scores)
    bands = {
        Category.DETRACTOR: slice(0, LOWEST_PASSIVE),
        Category.PASSIVE: slice(LOWEST_PASSIVE, LOWEST_PROMOTER),
        Category.PROMOTER: slice(LOWEST_PROMOTER, None),
    }
    counts = {category.value: by_score[:, band].sum(axis=1) for category, band in bands.items()}
    counts["zeros"] = by_score[:, 0]
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
