"""Which words go out of a case when its customer's data is erased? What happened, when and by whom stays.

Each word gives way to a mark. The timeline, attempts, promises and corrected answers can be changed in no other way;
see `loop.guards`.
"""

from collections.abc import Iterable
from typing import Any

from django.utils.dateparse import parse_date, parse_datetime

from feedback.models.contact import ERASED
from loop.models import Case, CaseEvent, CaseMail, ContactAttempt, Promise
from loop.models.event import EventKind

#: What a line of the timeline says in words of ours, or names people of ours by. All other text may be the customer's.
OUR_WORDS = frozenset(
    {
        "by", "channel", "ending", "kind", "level", "outcome", "owner_name", "promised_by_name", "resolution",
        "root_cause", "root_cause_name", "stage", "state", "team_name", "verdict", "via", "why", "wish",
    }
)  # fmt: skip


def redact(case: Case) -> None:
    """Take every word about the customer out of a case that the caller has locked. Safe to repeat."""
    for name in ("summary", "promises_reason", "next_try_reason", "owner_reason"):
        if getattr(case, name):
            setattr(case, name, ERASED)
    case.version += 1
    case.save(update_fields=["summary", "promises_reason", "next_try_reason", "owner_reason", "version"])
    for event in CaseEvent.objects.filter(case=case):
        if not event.data.get("erased"):
            CaseEvent.objects.filter(pk=event.pk).update(data={**_without_words(event), "erased": True})
    attempts = ContactAttempt.objects.filter(case=case)
    attempts.exclude(note="").update(note=ERASED)
    attempts.exclude(answers=[]).update(answers=[])
    promises = Promise.objects.filter(case=case)
    promises.update(what=ERASED)
    promises.exclude(end_reason="").update(end_reason=ERASED)
    for mail in CaseMail.objects.filter(case=case):
        _redact_mail(mail)


def _redact_mail(mail: CaseMail) -> None:
    mail.address = mail.name = mail.original = mail.message_id = mail.problem = ""
    mail.subject = mail.text = ERASED
    mail.attachments = []
    if mail.is_from_customer:
        mail.key = f"erased:{mail.pk}"  # it was the Message-ID, which may name its sender
    mail.save()


def _without_words(event: CaseEvent) -> dict[str, Any]:
    ours = OUR_WORDS | {"what"} if event.kind == EventKind.CUSTOMER_DATA_REQUEST else OUR_WORDS
    return {name: _blanked(value, name, ours) for name, value in event.data.items()}


def _blanked(value: Any, name: str, ours: Iterable[str]) -> Any:
    if isinstance(value, dict):
        return {key: _blanked(part, key, ours) for key, part in value.items()}
    if isinstance(value, list):
        return [_blanked(part, name, ours) for part in value]
    if not isinstance(value, str) or not value or name in ours or _is_time(value):
        return value
    return ERASED


def _is_time(text: str) -> bool:
    try:
        return parse_datetime(text) is not None or parse_date(text) is not None
    except ValueError:
        return False
