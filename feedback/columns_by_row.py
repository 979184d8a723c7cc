"""How many answers of each category are in each row of a report, counted from columns?"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from feedback.answer_columns import AnswerColumns
from feedback.models import Survey
from feedback.models.response import Category
from feedback.reporting import By, Period

CODES = {Category.DETRACTOR: -1, Category.PASSIVE: 0, Category.PROMOTER: 1}


def lines(answers: AnswerColumns, by: By, rows: Sequence[Period]) -> list[dict[str, Any]]:
    """As the database would count them: a line for each survey and row that has any.

    Raises:
        ValueError: columns do not tell what these rows are.
    """
    if not by.is_time and by not in (By.SURVEY, By.KIND):
        raise ValueError(f"Columns are not counted by {by}.")
    if not len(answers):
        return []
    surveys, survey = np.unique(answers.survey, return_inverse=True)
    row, width = np.zeros(len(answers), np.intp), 1
    if by.is_time:
        ends = np.array([period.last.toordinal() for period in rows])
        row, width = np.searchsorted(ends, answers.day), len(ends) + 1  # the last one holds what lies after all of them
    cell, cells, code = survey * width + row, len(surveys) * width, answers.code
    counts = {category.value: np.bincount(cell[code == value], minlength=cells) for category, value in CODES.items()}
    counts["zeros"] = np.bincount(cell[answers.score == 0], minlength=cells)
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
