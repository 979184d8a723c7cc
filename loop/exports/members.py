"""What leaves when somebody exports who is asked in a wave? One line a contact, with why or why not, and what came."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.db.models import QuerySet

from feedback.models import Invitation, WaveMember
from loop.reporting import wave_progress

HEAD = (
    "contact", "contact_external_id", "email", "account", "account_external_id", "asked", "reason", "why", "stratum",
    "draw", "called_off", "due_at", "sent_at", "reminded_at", "came_back_at", "answered_at",
)  # fmt: skip
AT_ONCE = 1_000


def rows(members: QuerySet[WaveMember]) -> Iterator[list[Any]]:
    """A row for each member, in their order; the reasons in the reader's language, times in UTC."""
    found = members.select_related("contact__account").iterator(chunk_size=AT_ONCE)
    while several := list(islice(found, AT_ONCE)):
        for one in wave_progress.with_what_became(several):
            yield _row(one)


def _row(one: wave_progress.Member) -> list[Any]:
    contact, asked = one.member.contact, one.invitation
    account = contact.account
    return [
        contact.display_name, contact.external_id or "", contact.email, account.name if account else "",
        account.external_id if account else "", "yes" if one.member.asked else "no", one.member.reason, one.why,
        one.member.stratum, repr(one.member.draw), one.called_off, *_times(asked),
    ]  # fmt: skip


def _times(asked: Invitation | None) -> list[str]:
    if asked is None:
        return [""] * 5
    answer = getattr(asked, "response", None)
    answered = answer.responded_at if answer is not None and answer.retracted_at is None else None
    times = (asked.due_at, asked.sent_at, asked.reminded_at, asked.bounced_at, answered)
    return [at.isoformat(sep=" ", timespec="seconds") if at else "" for at in times]
