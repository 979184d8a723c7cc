"""Who has been invited to answer, with which link, and may they still?"""

from datetime import datetime, timedelta

from django.db import transaction

from feedback import contact_zones, responses, sampling, sending_times, tokens
from feedback.models import AskBy, Contact, Invitation, Survey, SurveyLink
from feedback.models.invitation import EMBEDDED, HANDED_OVER, LINK, WIDGET
from feedback.models.survey import SurveyKind
from feedback.models.survey_link import LinkKind

LATE_FOR = timedelta(days=365)  # so long after a link or its survey has closed are late answers taken
NO_SURVEY = "survey_not_in_use"


class NotToBeAsked(Exception):
    """This contact may not be asked now; `reason` is a bar of `feedback.sampling`, or that the survey is not in use."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def invite(
    *,
    survey: Survey,
    contact: Contact,
    due_at: datetime,
    now: datetime,
    channel: str = AskBy.EMAIL,
    link: SurveyLink | None = None,
    made_by: str = "",
) -> Invitation:
    """Plan to ask `contact` the questions of `survey` at `due_at`. Nothing is sent here.

    What is handed over or shown, rather than sent, has left as soon as it is there.

    Args:
        link: the standing link by which they answer, if any.
        made_by: who made a link to hand over.
    """
    invitation = Invitation(
        survey=survey,
        contact=contact,
        channel=channel,
        link=link,
        made_by=made_by,
        created_at=now,
        due_at=due_at,
        sent_at=now if channel in HANDED_OVER else None,
        expires_at=max(due_at, now) + timedelta(days=survey.open_days),
    )
    invitation.token_hash = tokens.fingerprint(tokens.derive("answer", invitation.public_id))
    invitation.save(force_insert=True)
    return invitation


def hand_over(*, survey: Survey, contact: Contact, made_by: str, now: datetime) -> Invitation:
    """Make a personal link for a contact, for somebody of ours to hand over. Of one contact they wait for each other.

    Raises:
        NotToBeAsked: with the reason; what keeps mail alone from leaving is none.
    """
    with transaction.atomic():
        contact = Contact.objects.select_for_update(of=("self",)).get(pk=contact.pk)
        if reason := why_not_hand_over(survey, contact, now=now):
            raise NotToBeAsked(reason)
        return invite(survey=survey, contact=contact, due_at=now, now=now, channel=LINK, made_by=made_by)


def why_not_hand_over(survey: Survey, contact: Contact, *, now: datetime) -> str:
    """The first reason not to ask this contact by a personal link, or in a product; "" when they may be asked."""
    if not survey.is_active or survey.kind == SurveyKind.RECOVERY or responses.is_closed(survey, now):
        return NO_SURVEY
    return sampling.why_not(contact, survey, now=now, channel=LINK)


def handed_over(contact: Contact, *, now: datetime) -> Invitation | None:
    """The personal link of this contact that still waits for an answer, the latest of them."""
    waiting = Invitation.objects.unanswered().filter(
        contact=contact, channel=LINK, expires_at__gt=now, cancelled_at=None
    )
    return waiting.select_related("survey").order_by("-pk").first()


def standing(link: SurveyLink, contact: Contact, *, now: datetime) -> Invitation | None:
    """The invitation under which this contact answers by a standing link: it lives as long as any other."""
    found = Invitation.objects.filter(link=link, contact=contact, expires_at__gt=now, cancelled_at=None)
    return found.select_related("survey", "contact", "response").order_by("-pk").first()


@transaction.atomic
def stand(link: SurveyLink, contact: Contact, *, now: datetime) -> Invitation:
    """The standing invitation of this contact at this link, made where there is none: once, of many at once."""
    contact = Contact.objects.select_for_update(of=("self",)).get(pk=contact.pk)
    found = standing(link, contact, now=now)
    if found is not None:
        return found
    channel = WIDGET if link.kind == LinkKind.WIDGET else EMBEDDED
    return invite(survey=link.survey, contact=contact, due_at=now, now=now, channel=channel, link=link)


def takes_late(survey: Survey, at: datetime) -> bool:
    """Whether a closed survey takes late answers by its standing links, as it does by links that were sent."""
    return survey.closes_at is not None and survey.closes_at <= at < survey.closes_at + LATE_FOR


def find(token: str) -> Invitation | None:
    """The invitation a link opens, or None for a token that is forged, cut short or meant for something else, or whose
    contact has had everything erased."""
    return (
        Invitation.objects.select_related("survey", "contact__account", "response")
        .filter(token_hash=tokens.fingerprint(token), contact__erased_at=None)
        .first()
    )


def link_token(invitation: Invitation) -> str:
    """The token to put in a mail. The same one every time.

    Raises:
        LookupError: SECRET_KEY was changed without keeping the old one in SECRET_KEY_FALLBACKS.
    """
    return tokens.matching("answer", invitation.public_id, invitation.token_hash)


def is_expired(invitation: Invitation, now: datetime) -> bool:
    return now > invitation.expires_at


def is_late(invitation: Invitation, at: datetime) -> bool:
    """Whether a first answer by this link comes late: the link, or the survey, has closed."""
    return is_expired(invitation, at) or responses.is_closed(invitation.survey, at)


def is_over(invitation: Invitation, now: datetime) -> bool:
    """Whether late answers are not taken by this link any more either."""
    closes_at = invitation.survey.closes_at
    closed = invitation.expires_at if closes_at is None else min(invitation.expires_at, closes_at)
    return now > closed + LATE_FOR


@transaction.atomic
def mark_sent(invitation_id: int, *, now: datetime) -> None:
    """Record that the mail has left, and when to remind. The first time stands."""
    waiting = Invitation.objects.select_related("wave", "survey", "contact__account")
    invitation = waiting.filter(pk=invitation_id, sent_at=None).first()
    if invitation is not None:
        remind_at = _reminder_due(invitation, now)
        Invitation.objects.filter(pk=invitation_id, sent_at=None).update(sent_at=now, remind_at=remind_at)


def mark_reminded(invitation_id: int, *, now: datetime) -> None:
    """Record that the reminder has left. There is only one."""
    Invitation.objects.filter(pk=invitation_id, reminded_at=None).update(reminded_at=now)


def put_off(invitation: Invitation, *, until: datetime) -> None:
    """Let an invitation that has not left wait until then; its link lives as much longer."""
    later = max(until - invitation.due_at, timedelta())
    Invitation.objects.filter(pk=invitation.pk, sent_at=None, cancelled_at=None, due_at=invitation.due_at).update(
        due_at=until, expires_at=invitation.expires_at + later
    )


def drop_reminder(invitation: Invitation) -> None:
    """Do not remind this contact after all."""
    Invitation.objects.filter(pk=invitation.pk, reminded_at=None).update(remind_at=None)


def _reminder_due(invitation: Invitation, sent_at: datetime) -> datetime | None:
    """A sending morning so many days later; None when no reminder is wanted, or the link would not live to see it.

    How many days says the wave, else the survey. A recovery survey goes out once.
    """
    if invitation.survey.kind == SurveyKind.RECOVERY:
        return None
    days = invitation.survey.remind_after_days if invitation.wave is None else invitation.wave.remind_after_days
    if not days:
        return None
    zone, country = contact_zones.whereabouts_of(invitation.contact)
    closed_months = frozenset(sampling.rules().closed_months)
    again = (sent_at + timedelta(days=days)).astimezone(zone)
    if again.hour >= sending_times.LAST_HOUR:  # it left late; that is no reason to remind a week later
        again = again.replace(hour=sending_times.FIRST_HOUR)
    try:
        due = sending_times.next_morning(again, zone, country, closed_months)
    except sending_times.NoSendingTime:
        return None
    return due if due < invitation.expires_at else None


def cancel(invitation: Invitation, *, reason: str, now: datetime) -> bool:
    """Call off an invitation that has not been sent. Returns whether it was still waiting."""
    changed = Invitation.objects.filter(pk=invitation.pk, sent_at=None, cancelled_at=None).update(
        cancelled_at=now, cancel_reason=reason
    )
    return changed == 1
