"""How does an answer come in by a link that anybody may use, without a name?

The page it is sent from has a name of its own, signed by us: sent twice, by a double click or by a feedback station
that had lost its connection, it is one answer. Of the rules of `feedback.suspects` those apply that need no invitation.
Many people may stand at one station, so several scores in a minute are suspect only at an open link, and there only of
pages on which nobody was seen and nothing was written.
"""

from datetime import datetime

from django.db import transaction

from feedback import responses
from feedback.models import Response, SurveyLink, SuspectAnswer
from feedback.models.survey_link import LinkKind
from feedback.models.suspicion import Settlement, Suspicion
from feedback.responses import Recorded, Said
from feedback.suspects import BURST, MOST_WAITING, Sending, to_verify

#: So many answers a minute one link takes; what comes beyond waits to be verified, and alerts nobody.
MOST_A_MINUTE = 60

#: Ends the name of a page on which nobody was seen to press anything, and nothing was written.
UNSEEN = "-unseen"


class LinkIsOff(Exception):
    """This link takes no answers: it was switched off, or its time is over."""


@transaction.atomic
def take(link: SurveyLink, sending: Sending, *, page: str, now: datetime) -> Recorded | None:
    """Record what was sent from a page of this link, or keep it for somebody to verify.

    Sendings by one link wait for each other here.

    Args:
        page: names the page; the same again corrects the answer.

    Returns:
        What became of the response; None for a suspect, of which whoever sent it learns nothing.

    Raises:
        LinkIsOff: the link takes no answers.
        ResponseRefused: as `record_response`.
    """
    link = SurveyLink.objects.select_for_update(of=("self",)).select_related("survey").get(pk=link.pk)
    if not link.is_open(now):
        raise LinkIsOff
    since = now - BURST
    is_seen = sending.evidence.of_a_person or sending.comment.strip() != ""
    known = Response.objects.filter(source=link.source, external_id__in=[page, page + UNSEEN]).first()
    name = known.external_id if known is not None else page if is_seen else page + UNSEEN
    lately = Response.objects.counted().filter(survey=link.survey, source=link.source, responded_at__gte=since)
    unseen = list(lately.filter(external_id__endswith=UNSEEN).exclude(external_id=name).select_related("survey"))
    suspicion = None
    if sending.is_hidden:
        suspicion = Suspicion.HIDDEN_LINK
    elif link.kind == LinkKind.OPEN and not is_seen and _scores(link, unseen, since) - {sending.score}:
        suspicion = Suspicion.SEVERAL_SCORES
    elif known is None and lately.count() >= MOST_A_MINUTE:
        suspicion = Suspicion.TOO_MANY
    if suspicion is None:
        # What was said in time is corrected until the survey closes, and never becomes late.
        is_late = known.is_late if known is not None else responses.is_closed(link.survey, now)
        recorded = _record(link, sending, name, is_seen, now, is_late=is_late)
        overtaken = to_verify().filter(link=link, external_id__in=[page, page + UNSEEN])
        overtaken.update(settled_at=now, settlement=Settlement.OVERTAKEN, settled_by="")
        return recorded
    if suspicion == Suspicion.SEVERAL_SCORES:
        for response in unseen:
            _take_back(link, response, since, now)
    _keep(link, sending, suspicion, name, is_seen, now)
    return None


def _scores(link: SurveyLink, unseen: list[Response], since: datetime) -> set[int]:
    """The scores sent lately from pages on which nobody was seen."""
    waiting = SuspectAnswer.objects.filter(link=link, at__gte=since, external_id__endswith=UNSEEN)
    return {response.score for response in unseen} | set(waiting.values_list("score", flat=True))


def _record(link: SurveyLink, sending: Sending, name: str, is_seen: bool, now: datetime, *, is_late: bool) -> Recorded:
    return responses.record_response(
        survey=link.survey,
        contact=None,
        score=sending.score,
        comment=sending.comment,
        wants_callback=sending.wants_callback,
        phone=sending.phone,
        language=sending.language,
        source=link.source,
        external_id=name,
        may_correct=True,
        by_person=is_seen,
        is_late=is_late,
        respondent_name=sending.name,
        respondent_email=sending.email,
        now=now,
    )


def _take_back(link: SurveyLink, response: Response, since: datetime, now: datetime) -> None:
    left = {"respondent_name": response.respondent_name, "respondent_email": response.respondent_email}
    SuspectAnswer.objects.bulk_create(
        SuspectAnswer(
            link=link,
            external_id=response.external_id,
            suspicion=Suspicion.SEVERAL_SCORES,
            **left,
            **said._asdict(),
        )
        for said in responses.retract(response, since=since, now=now)
    )


def _keep(link: SurveyLink, sending: Sending, why: Suspicion, name: str, is_seen: bool, now: datetime) -> None:
    """Keep what was said for somebody to verify; of a machine that goes on, the last in place of the one before."""
    comment, phone, respondent = (
        text.replace("\x00", "").strip() for text in (sending.comment, sending.phone, sending.name)
    )
    said = Said(sending.score, comment, sending.wants_callback, phone[:50], now, is_seen)
    suspect = SuspectAnswer(
        link=link,
        external_id=name,
        suspicion=why,
        respondent_name=respondent[:100],
        respondent_email=sending.email.strip()[:254],
        **said._asdict(),
    )
    waiting = to_verify().filter(link=link).order_by("-pk")
    same = waiting.filter(external_id=name).first()
    if same is not None:
        suspect.pk = same.pk
    elif waiting.count() >= MOST_WAITING:
        suspect.pk = waiting.values_list("pk", flat=True)[0]
    suspect.save()
