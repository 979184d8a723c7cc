"""What is stored about one customer? All of it, in one piece that people and machines can read.

The law gives a person a right to everything that is kept about them, also to what our own people noted, and to none of
what is kept about others: colleagues of ours stand in it as "us". Packages above add what they keep by `register`.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from feedback.models import Contact, Invitation, OpenComplaint, Response, SuspectAnswer, TouchpointEvent
from loop.models import Case, CaseEvent, Favour

Source = Callable[[Contact | None, list[Case]], list[dict[str, Any]]]

_sources: dict[str, Source] = {}

PERSONAL = ("name", "email", "phone", "title", "language", "time_zone", "external_id")
#: What names people of ours, or is bookkeeping.
OURS = frozenset({"owner_name", "promised_by_name", "team_name", "owner", "team", "promised_by", "erased"})


def register(name: str, source: Source) -> None:
    """Add a part of the copy: what another package keeps about a customer and their cases."""
    _sources[name] = source


def everything(contact: Contact | None, cases: Iterable[Case], *, now: datetime) -> dict[str, Any]:
    """The copy: JSON values alone. With no contact, what is kept about whoever gave the answers of these cases."""
    cases = list(cases)
    answers = _answers(contact, cases)
    return {
        "made_at": now.isoformat(),
        "person": _person(contact),
        "answers": [_answer(one) for one in answers],
        "asked": _asked(contact),
        "events": _events(contact),
        "cases": [_case(case) for case in cases],
        "favours": _favours(contact),
        **{name: source(contact, cases) for name, source in _sources.items()},
    }


def answers_of(contact: Contact | None, cases: Iterable[Case]) -> QuerySet[Response]:
    """The answers of this person: of nobody known those that opened these cases."""
    if contact is not None:
        return Response.objects.filter(contact=contact)
    return Response.objects.filter(case__in=list(cases))


def _answers(contact: Contact | None, cases: list[Case]) -> list[Response]:
    found = answers_of(contact, cases).select_related("survey").prefetch_related("revisions")
    return list(found.order_by("responded_at", "pk"))


def _person(contact: Contact | None) -> dict[str, Any]:
    if contact is None:
        return {}
    facts = {name: getattr(contact, name) for name in PERSONAL if getattr(contact, name)}
    return {
        **facts,
        "company": contact.account.name if contact.account is not None else "",
        "is_decision_maker": contact.is_decision_maker,
        "known_since": _iso(contact.created_at),
        "last_activity_at": _iso(contact.last_activity_at),
        "wants_no_questions_since": _iso(contact.opted_out_at),
        "attributes": contact.attributes,
    }


def _answer(response: Response) -> dict[str, Any]:
    told = {
        "survey": response.survey.name,
        "score": response.score,
        "comment": response.comment,
        "at": _iso(response.responded_at),
        "wants_callback": response.wants_callback,
        "phone": response.phone,
        "name": response.respondent_name,
        "email": response.respondent_email,
        "came_by": response.source,
        "before": [
            {"score": one.score, "comment": one.comment, "phone": one.phone, "until": _iso(one.replaced_at)}
            for one in response.revisions.all()
        ],
    }
    return {name: value for name, value in told.items() if value not in ("", [])}


def _asked(contact: Contact | None) -> list[dict[str, Any]]:
    if contact is None:
        return []
    asked = Invitation.objects.filter(contact=contact).select_related("survey").order_by("pk")
    return [
        {"survey": one.survey.name, "by": str(one.channel), "sent_at": _iso(one.sent_at), "due_at": _iso(one.due_at)}
        for one in asked
    ]


def _events(contact: Contact | None) -> list[dict[str, Any]]:
    """What other systems told us of them, what they complained of, and answers we took for a machine's."""
    if contact is None:
        return []
    told: list[dict[str, Any]] = [
        {"what": one.touchpoint, "at": _iso(one.occurred_at), "number": one.external_id}
        for one in TouchpointEvent.objects.filter(contact=contact).order_by("occurred_at", "pk")
    ]
    told += [
        {"what": "complaint", "at": _iso(one.reported_at), "text": one.reason}
        for one in OpenComplaint.objects.filter(contact=contact).order_by("reported_at", "pk")
    ]
    told += [
        {"what": "answer that may be a machine's", "at": _iso(one.at), "score": one.score, "comment": one.comment}
        for one in SuspectAnswer.objects.filter(invitation__contact=contact).order_by("at", "pk")
    ]
    return told


def _favours(contact: Contact | None) -> list[dict[str, Any]]:
    """What they agreed to as a happy customer."""
    return [
        {
            "what": one.kind, "may_name": one.may_name, "may_call": one.may_call, "text": one.text,
            "at": _iso(one.said_at), "taken_back_at": _iso(one.revoked_at),
        }
        for one in Favour.objects.filter(contact=contact).order_by("said_at", "pk")
        if contact is not None
    ]  # fmt: skip


def _case(case: Case) -> dict[str, Any]:
    return {
        "number": case.pk,
        "opened_at": _iso(case.opened_at),
        "state": case.state,
        "closed_at": _iso(case.closed_at),
        "resolution": case.resolution,
        "cause": case.root_cause.name if case.root_cause is not None else "",
        "what_was_done": case.summary,
        "attempts": [
            {"at": _iso(one.at), "by": one.channel, "reached": one.reached, "note": one.note, "answers": one.answers}
            for one in case.attempts.order_by("at", "pk")
        ],
        "promises": [
            {"what": one.what, "due_at": _iso(one.due_at), "ended_at": _iso(one.ended_at), "ending": one.ending}
            for one in case.promises.order_by("created_at", "pk")
        ],
        "calls": [{"at": _iso(one.starts_at), "state": one.state} for one in case.callbacks.order_by("starts_at")],
        "letters": [
            {"at": _iso(one.at), "from": "you" if one.is_from_customer else "us", "subject": one.subject,
             "text": one.original or one.text}
            for one in case.mails.order_by("at", "pk")
        ],
        "story": [_line(event) for event in case.events.order_by("at", "pk")],
    }  # fmt: skip


def _line(event: CaseEvent) -> dict[str, Any]:
    told = {name: value for name, value in event.data.items() if name not in OURS}
    return {"at": _iso(event.at), "what": event.kind, **({"more": told} if told else {})}


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None
