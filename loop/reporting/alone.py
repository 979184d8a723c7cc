"""Who answered again before anyone had contacted them? `recovery_pairs.alone_cases`, found without asking each case.

Asked one by one, the first later answer of a hundred thousand cases takes half a minute. Here the answers are read as
columns, put in order of people and time together with the cases, and each case is followed by the answer it looks for.
"""

from datetime import date, datetime, time
from typing import Any, NamedTuple

import numpy as np
from django.db.models import Max

from feedback import read_once, tallies
from feedback.answer_columns import AnswerColumns, together
from feedback.answer_days import AnswerDays
from feedback.answer_reading import answers_on
from feedback.instants import EPOCH, MICROSECOND, microseconds
from feedback.models import Response, Survey
from feedback.nps import LOWEST_PASSIVE
from loop import case_packs
from loop.case_columns import NEVER, CaseColumns
from loop.reporting.recovery_settings import Again


class Found(NamedTuple):
    """Cases and the first later answer of each.

    `unclear` are further cases, by id, of which two answers came at the same instant: which was first the database has
    to say.
    """

    cases: CaseColumns
    again: Again
    unclear: list[int]


def answered_alone(cases: CaseColumns) -> Found:
    """Those of `cases` (of known people) that `recovery_pairs.alone_cases` finds."""
    first_contact = _first_contact(cases.contact)
    # About this one nobody had been reached by the time it was due, nor about any other one of the same person.
    late = np.flatnonzero(~cases.in_time & (first_contact > cases.contact_due))
    if not len(late):
        return Found(cases.where(late), Again(cases.again_at[late], cases.survey[late], cases.is_open[late]), [])
    scales, contact, answered = scales_by_survey(), cases.contact[late], cases.answered[late]
    key = contact.astype(np.int64) * 2 + scales[cases.survey[late]]
    answers = _may_matter(int(answered.min()), contact, answered, first_contact[late])
    theirs, at, survey, score, following = _in_order(answers, scales, key, answered)
    found = following < len(theirs)
    found[found] = theirs[following[found]] == key[found]
    late, following = late[found], following[found]
    alone = (at[following] > cases.contact_due[late]) & (at[following] < first_contact[late])
    late, following = late[alone], following[alone]
    tied = np.append((theirs[1:] == theirs[:-1]) & (at[1:] == at[:-1]), False)[following]
    clear, following = cases.where(late[~tied]), following[~tied]
    again = Again(at[following], survey[following], score[following] >= LOWEST_PASSIVE)
    return Found(clear, again, cases.key[late[tied]].tolist())


def scales_by_survey() -> Any:
    """The lowest score of each survey, by its id."""
    surveys = read_once.known("surveys", Survey.objects.in_bulk)
    found = np.zeros(max(surveys, default=0) + 1, np.int64)
    for number, survey in surveys.items():
        found[number] = survey.scale_min
    return found


def _answers_since(moment: int) -> AnswerDays:
    zone = tallies.project_zone()
    first = (EPOCH + moment * MICROSECOND).astimezone(zone).date()
    latest = Response.objects.aggregate(at=Max("responded_at"))["at"]
    last: date = latest.astimezone(zone).date() if latest else first
    return answers_on(first, max(first, last), timed=True)


def _may_matter(since: int, contacts: Any, answered: Any, first_contact: Any) -> AnswerColumns:
    """Those of these people that came after the first of the answers asked about and before anyone contacted them.

    One that came after a contact is nobody's alone, nor is any that follows it: few are left to be put in order.
    """
    others = int(contacts.max()) + 1  # stands for everybody beyond
    after, before = np.full(others + 1, NEVER), np.zeros(others + 1, np.int64)
    np.minimum.at(after, contacts, answered)
    before[contacts] = first_contact
    answers, some = _answers_since(since), []
    months = [*answers.months()]
    begins = np.array([_begin_of(first) for first, _last in months])
    # From which of these months to which each person matters, in two bytes: most answers are looked at no further.
    first_month = (np.searchsorted(begins, after, side="right") - 1).astype(np.int16)
    last_month = (np.searchsorted(begins, before, side="left") - 1).astype(np.int16)
    for place, (first, last) in enumerate(months):
        columns = answers.read(first, last).columns
        matters = (first_month <= place) & (place <= last_month)
        theirs = np.flatnonzero(matters.take(columns.contact, mode="clip"))
        at, contact = columns.at[theirs], columns.contact[theirs]
        some.append(columns.where(theirs[(at > after[contact]) & (at < before[contact])]))
    return together(some)


def _begin_of(day: date) -> int:
    return microseconds(datetime.combine(day, time(), tallies.project_zone()))


class _InOrder(NamedTuple):
    """Answers in order of person, scale and time: whose and on which scale as one number, when, to what, how.

    `following` is the place of the first answer after each case's own, or of one of somebody else.
    """

    theirs: Any
    at: Any
    survey: Any
    score: Any
    following: Any


def _in_order(answers: AnswerColumns, scales: Any, key: Any, answered: Any) -> _InOrder:
    """The answers in order; `key` and `answered` say whose, on which scale and since when each case looks for one."""
    some = np.argsort(answers.at, kind="stable")
    # They are nearly in order of time, which costs little. Their place in it and whose they are, as one number, are
    # then sorted and looked for several times faster than by two columns.
    bits = max(1, len(some)).bit_length()
    whose = answers.contact[some].astype(np.int64) * 2 + scales[answers.survey[some]]
    both = np.sort((whose << bits) | np.arange(len(some)))
    since = np.searchsorted(answers.at[some], answered, side="right")
    order = some[both & ((1 << bits) - 1)]
    return _InOrder(
        both >> bits,
        answers.at[order],
        answers.survey[order],
        answers.score[order],
        np.searchsorted(both, (key << bits) | since),
    )


def _first_contact(contacts: Any) -> Any:
    """When anyone had first contacted each of these people about any case; NEVER where nobody has."""
    everybodys = case_packs.all_cases()
    found = np.full(max(int(contacts.max(initial=0)), int(everybodys.contact.max(initial=0))) + 1, NEVER)
    np.minimum.at(found, everybodys.contact, everybodys.contacted)
    return found[contacts]
