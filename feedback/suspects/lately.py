"""What was sent by a link within the last minute, and from whom may it be?

Each page behind a link is somebody of their own: the invited person's, and one for each other who says so. Where there
is a trace of a person, a page is compared with itself alone. What left no trace is compared with all of that kind,
whichever page it came from: a machine opens as many as it likes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from feedback.models import Invitation, Response, SuspectAnswer
from feedback.models.suspicion import Suspicion
from feedback.responses import Said, sayings

PAGE, FORWARDED = "page", "forwarded"  # sources of a response


@dataclass(frozen=True)
class Sent:
    """One sending: from which page, what, and did it leave a trace of a person?"""

    page: str
    score: int
    by_person: bool
    is_hidden: bool = False


@dataclass(frozen=True)
class Minute:
    """What was sent by one link since `since`, and the responses it went into."""

    since: datetime
    sent: list[Sent]
    counted: list[Response]

    def like(self, page: str, *, by_person: bool) -> list[Sent]:
        """What may be from whoever sends from this page now."""
        if by_person:
            return [one for one in self.sent if one.by_person and one.page == page]
        return [one for one in self.sent if not one.by_person]

    def to_take_back(self, page: str, *, by_person: bool) -> list[tuple[Response, datetime]]:
        """The responses a machine has said something in, and since when, if who sends from this page now is one.

        What left a trace of a person stands against all that left none. Where the traces themselves are a machine's (a
        browser driven from outside presses keys), only words stand.
        """
        alike = [response for response in self.counted if page_of(response) == page] if by_person else self.counted
        stands = _has_own_words if by_person else _left_a_trace
        found = [(response, _since(response, self.since, stands)) for response in alike]
        return [(response, at) for response, at in found if at is not None]


def of(invitation: Invitation, since: datetime) -> Minute:
    """What has come by this link since then."""
    recent = Q(received_at__gte=since) | Q(revised_at__gte=since)
    by_link = Response.objects.filter(invitation=invitation), forwarded(invitation)
    lately = [found.filter(recent, retracted_at=None).select_related("survey") for found in by_link]
    counted = [response for found in lately for response in found]
    sent = [
        Sent(page_of(response), said.score, said.by_person)
        for response in counted
        for said in sayings(response)
        if said.at >= since
    ]
    for suspect in SuspectAnswer.objects.filter(invitation=invitation, at__gte=since):
        is_hidden = suspect.suspicion == Suspicion.HIDDEN_LINK
        sent.append(Sent(suspect.external_id, suspect.score, suspect.by_person, is_hidden))
    return Minute(since, sent, counted)


def forwarded(invitation: Invitation) -> QuerySet[Response]:
    """What others answered by this link. Written as a range, and without the empty ids, for the sake of the index."""
    mine = external_id(invitation, "")
    return (
        Response.objects.filter(source=FORWARDED, external_id__gte=mine, external_id__lt=f"{mine}~")
        .exclude(external_id="")
        .order_by("pk")
    )


def external_id(invitation: Invitation, page: str) -> str:
    """What the answer from somebody else's page is called."""
    return f"{invitation.public_id}:{page}"


def page_of(response: Response) -> str:
    """The name of the page an answer by a link came from; "" for the invited person's."""
    return "" if response.invitation_id is not None else response.external_id.partition(":")[2]


def _left_a_trace(said: Said, before: Said | None) -> bool:
    return said.by_person


def _has_own_words(said: Said, before: Said | None) -> bool:
    return said.comment != "" and (before is None or said.comment != before.comment)


def _since(response: Response, since: datetime, stands: Callable[[Said, Said | None], bool]) -> datetime | None:
    """Since when, of late, it says what does not stand; None when all of it does."""
    told: list[Said] = sayings(response)
    found = None
    for number in range(len(told) - 1, -1, -1):
        said = told[number]
        if said.at < since or stands(said, told[number - 1] if number else None):
            break
        found = said.at
    return found
