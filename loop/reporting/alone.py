"""Who answered again before anyone had contacted them? `recovery_pairs.alone_cases`, found without asking each case.

Asked one by one, the first later answer of a hundred thousand cases takes half a minute. Here the answers are read as
columns, put in order of people and time together with the cases, and each case is followed by the answer it looks for.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

import numpy as np
from django.db.models import Expression, F, Max, Min, Q

from feedback import tallies
from feedback.answer_columns import AnswerColumns
from feedback.answer_reading import answers_on
from feedback.instants import EPOCH, MICROSECOND, Microseconds
from feedback.models import Response, Survey
from feedback.numbers import numbers
from loop.models import Case
from loop.models.case_query import CaseQuerySet


class Again(NamedTuple):
    """Cases and the first later answer of each: arrays of one length.

    `facts` holds a line of what was asked about each case; `case` and `survey` are ids, `at` microseconds since 1970,
    `recovered` whether it is no detractor's. `unclear` are further cases, by id, of which two answers came at the same
    instant: which was first the database has to say.
    """

    case: Any
    facts: Any
    at: Any
    survey: Any
    recovered: Any
    unclear: list[int]


def answered_alone(cases: CaseQuerySet, *facts: str | Expression) -> Again:
    """Those of `cases` (of known people) that `recovery_pairs.alone_cases` finds.

    Args:
        facts: what else to read of each case: paths or expressions of whole numbers.
    """
    scale_of = dict(Survey.objects.values_list("pk", "scale_min"))
    scales = np.array([scale_of.get(number, 0) for number in range(max(scale_of, default=0) + 1)])
    waiting = _waiting(cases, scales, facts)
    key, case, contact, answered, due, first_contact = waiting[:, :6].T
    if not len(waiting):
        return Again(case, waiting[:, 6:], answered, case, case, [])
    answers = _answers_since(int(answered.min()))
    answers = answers.where(np.isin(answers.contact, contact))
    theirs = answers.contact.astype(np.int64) * 2 + scales[answers.survey]
    order = np.lexsort((answers.at, theirs))
    theirs, at, survey, code = theirs[order], answers.at[order], answers.survey[order], answers.code[order]
    following = _following(theirs, at, key, answered)
    found = following < len(theirs)
    found[found] = theirs[following[found]] == key[found]
    case, due, first_contact, following = case[found], due[found], first_contact[found], following[found]
    told = waiting[found, 6:]
    again = at[following]
    alone = (again > due) & (again < first_contact)
    case, told, following, again = case[alone], told[alone], following[alone], again[alone]
    tied = np.append((theirs[1:] == theirs[:-1]) & (at[1:] == at[:-1]), False)[following] if len(at) else alone
    clear = ~tied
    return Again(
        case[clear],
        told[clear],
        again[clear],
        survey[following[clear]],
        code[following[clear]] >= 0,
        case[tied].tolist(),
    )


def _waiting(cases: CaseQuerySet, scales: Any, facts: Sequence[str | Expression]) -> Any:
    """Cases of whose person nobody had reached anyone by the time it was due; of others no answer comes in time.

    Returns:
        An array of six columns: person and scale as one number, case, person, when it was answered, when due, and when
        anyone first reached this person about any case; behind them the `facts`.
    """
    # About this one they had not, which the database knows without looking at the others.
    late = cases.filter(Q(contacted_at=None) | Q(contacted_at__gt=F("contact_due_at")))
    times = Microseconds("response__responded_at"), Microseconds("contact_due_at")
    read = numbers(late, "response__survey", "pk", "contact", *times, *facts)
    survey, case, contact, answered, due = read[:, :5].T
    first = _first_contact(contact)
    found = np.column_stack([contact * 2 + scales[survey], case, contact, answered, due, first, read[:, 5:]])
    return found[first > due]


def _answers_since(moment: int) -> AnswerColumns:
    zone = tallies.project_zone()
    first = (EPOCH + moment * MICROSECOND).astimezone(zone).date()
    latest = Response.objects.aggregate(at=Max("responded_at"))["at"]
    last: date = latest.astimezone(zone).date() if latest else first
    return answers_on(first, max(first, last), answers=Response.objects.counted(), timed=True)


def _following(theirs: Any, at: Any, key: Any, answered: Any) -> Any:
    """The place of the first answer after each case's own among answers in order of `theirs` and `at`."""
    # A case lies behind the answers of its own instant, the one it was opened for among them.
    merged = np.lexsort(
        (
            np.repeat([0, 1], [len(theirs), len(key)]),
            np.concatenate([at, answered]),
            np.concatenate([theirs, key]),
        )
    )
    is_case = merged >= len(theirs)
    before = np.cumsum(~is_case)  # so many answers stand before a case: the next one has that place
    places = np.empty(len(key), np.int64)
    places[merged[is_case] - len(theirs)] = before[is_case]
    return places


def _first_contact(contacts: Any) -> Any:
    """When anyone had first contacted each of these people about any case; far in the future where nobody has."""
    reached = Case.objects.filter(contact__isnull=False, contacted_at__isnull=False).order_by().values("contact")
    rows = numbers(reached.annotate(first=Microseconds(Min("contacted_at"))), "contact", "first")
    rows = rows[np.argsort(rows[:, 0])]
    never = np.iinfo(np.int64).max
    found = np.full(len(contacts), never)
    place = np.searchsorted(rows[:, 0], contacts)
    known = place < len(rows)
    known[known] = rows[place[known], 0] == contacts[known]
    found[known] = rows[place[known], 1]
    return found
