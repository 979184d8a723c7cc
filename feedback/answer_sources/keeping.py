"""How long is what arrived kept, and what goes when somebody's data is erased?

Bodies go after 90 days. Of those that became answers the row stays, without what was said in it: it knows which word of
the answer is the newest, and an old call that is played again finds its event here.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import QuerySet

from feedback.answer_sources.payloads import NoPayload, strings, told_in
from feedback.models import ArrivalState, ArrivedAnswer, Contact, Response

KEEP = timedelta(days=90)
BATCH = 500
ERASED = "erased"  # why a body is gone, as a key of `reasons.WORDS`


def forget_old(*, now: datetime) -> int:
    """Delete the bodies of what arrived 90 days ago, and the rows that became no answer. Returns how many."""
    old = ArrivedAnswer.objects.filter(arrived_at__lt=now - KEEP).exclude(state=ArrivalState.WAITING)
    gone = old.filter(response=None).delete()[0]
    return gone + _forget(old.filter(forgotten_at=None), now)


def forget_answers(ids: Iterable[int], *, now: datetime) -> None:
    """Delete the bodies about these responses, whose words are erased; what is told of them later is not taken."""
    _forget(ArrivedAnswer.objects.filter(response__in=list(ids)), now, why=ERASED)


def is_erased(response: Response) -> bool:
    """Whether what this response said was erased."""
    return ArrivedAnswer.objects.filter(response=response, why=ERASED).exists()


def forget_contact(contact: Contact, *, now: datetime) -> None:
    """Delete the bodies about a contact whose data is being erased, while it is known how they were named: those of
    their answers, and those that belong to nobody and name their address or number."""
    forget_answers(Response.objects.filter(contact=contact).values_list("pk", flat=True), now=now)
    named = {each.casefold() for each in (contact.email, contact.external_id) if each}
    if not named:
        return
    nobodys = ArrivedAnswer.objects.filter(response__contact=None, forgotten_at=None)
    for row in nobodys.iterator(chunk_size=BATCH):
        if _names(row, named):
            row.state = ArrivalState.IGNORED if row.state == ArrivalState.WAITING else row.state
            row.finished_at = row.finished_at or now
            row.save(update_fields=["state", "finished_at"])
            _forget(ArrivedAnswer.objects.filter(pk=row.pk), now, why=ERASED)


def _forget(rows: "QuerySet[ArrivedAnswer]", now: datetime, **also: str) -> int:
    return rows.update(body=b"", headers={}, detail="", forgotten_at=now, **also)


def _names(row: ArrivedAnswer, named: Iterable[str]) -> bool:
    body = bytes(row.body)
    try:
        told = [text.casefold() for text in strings(told_in(body, row.headers.get("content-type", "")))]
    except NoPayload:
        text = body.decode("utf-8", "replace").casefold()
        return any(each in text for each in named)
    return any(each == text or ("@" in each and each in text) for each in named for text in told)
