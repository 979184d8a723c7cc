"""What leaves when somebody exports the rows a figure counts? The columns of what they are: cases, answers, ..."""

from collections.abc import Iterator, Sequence
from datetime import tzinfo
from typing import Any, cast

from django.db.models import CharField, QuerySet, Value
from django.db.models.functions import Coalesce, NullIf

from loop.exports import answers, cases
from loop.exports.as_text import Utc
from loop.models import User
from loop.models.case_query import CaseQuerySet
from loop.reporting.behind.asked import About

AT_ONCE = 2_000
_PERSON = ("contact", "contact_external_id", "account", "account_external_id")


def table(about: About, found: QuerySet[Any], *, reader: User, zone: tzinfo) -> tuple[Sequence[str], Iterator[Any]]:
    """The names of the columns, and a row for each of `found` in its order.

    Args:
        zone: of the times of cases; all others are in UTC.
    """
    if about == About.CASE:
        return cases.HEAD, cases.rows(cast("CaseQuerySet", found), zone)
    if about == About.ANSWER:
        return answers.HEAD, answers.rows(found, reader)
    head, values = _SIMPLE[about]
    return head, found.values_list(*values).iterator(chunk_size=AT_ONCE)


def _person(path: str) -> tuple[Any, ...]:
    return f"{path}name", f"{path}external_id", f"{path}account__name", f"{path}account__external_id"


_PROMISED_BY = Coalesce(NullIf("promised_by__name", Value("")), "promised_by__email", output_field=CharField())

_SIMPLE: dict[About, tuple[tuple[str, ...], tuple[Any, ...]]] = {
    About.QUESTION: (
        (*_PERSON, "survey", "channel", "sent_at", "reminded_at", "came_back_at", "score", "answered_at"),
        (
            *_person("contact__"), "survey__key", "channel", Utc("sent_at"), Utc("reminded_at"), Utc("bounced_at"),
            "response__score", Utc("response__responded_at"),
        ),
    ),
    About.PROMISE: (
        ("case", *_PERSON, "what", "promised_by", "due_at", "ended_at", "ending", "reason"),
        (
            "case", *_person("case__contact__"), "what", _PROMISED_BY,
            Utc("due_at"), Utc("ended_at"), "ending", "end_reason",
        ),
    ),
    About.CONTACT: ((*_PERSON, "email"), (*_person(""), "email")),
}  # fmt: skip
