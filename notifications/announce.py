"""Which messages does a fact cause? Case events, waves and due invitations become rows of the outbox, each once."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from feedback import asking_hours, invitations, phones, sampling, waves
from feedback.models import AskBy, Invitation, Wave
from feedback.models.wave import WaveState
from loop.models import CaseEvent, CaseMail, User
from loop.models.event import EventKind
from notifications import audience, customer_messages, gathering, kinds, notices, outbox, staff_addresses
from notifications.models import Message
from notifications.webhooks import outgoing

logger = logging.getLogger(__name__)

BATCH = 500
GROUP = 50  # events announced in one transaction
TELL_OF_BOUNCES_FOR = timedelta(days=7)  # of customers nobody looks after nobody is told, later neither


def announce(event_id: int, *, now: datetime) -> int:
    """Put the messages of one event into the outbox and note, in the same commit, that it was announced.

    Safe to repeat and to run twice at once. Whoever did what the event tells of is not told. Returns how many messages
    are new.
    """
    with transaction.atomic():
        event = _waiting(skip_locked=False).filter(pk=event_id).first()
        return _announced([event], now) if event is not None else 0


def announce_from(event_id: int, *, now: datetime) -> int:
    """Announce the first event of a transaction and the later ones that wait: those of the same transaction, and when
    many come at once, a few runs tell of all.

    Returns how many messages are new.
    """
    new, waiting = 0, CaseEvent.objects.filter(announced_at=None).order_by("pk").values_list("pk", flat=True)
    while group := list(waiting.filter(pk__gte=event_id)[:GROUP]):
        new += _announce_group(group, now)
        if len(group) < GROUP:
            break
        event_id = group[-1] + 1
    return new


def announce_missed(*, now: datetime) -> int:
    """Announce every event whose task was lost or failed. Returns how many messages are new."""
    new = last = 0
    waiting = CaseEvent.objects.filter(announced_at=None).order_by("pk").values_list("pk", flat=True)
    while group := list(waiting.filter(pk__gt=last)[:GROUP]):
        new += _announce_group(group, now)
        last = group[-1]
    customer_messages.hasten_missed(now=now)
    return new


def _announce_group(event_ids: list[int], now: datetime) -> int:
    try:
        return _announce_together(event_ids, now)
    except Exception:  # one event that cannot be announced must not silence the others
        return sum(_announce_alone(event_id, now) for event_id in event_ids)


def _announce_alone(event_id: int, now: datetime) -> int:
    try:
        return announce(event_id, now=now)
    except Exception:
        logger.exception("event %s could not be announced", event_id)
        return 0


@transaction.atomic
def _announce_together(event_ids: list[int], now: datetime) -> int:
    """Announce these events in one commit, apart from those somebody else is announcing just now."""
    events = list(_waiting(skip_locked=True).filter(pk__in=event_ids).order_by("pk"))
    with gathering.together() as gathered:
        _announced(events, now)
    return gathered.new


def _waiting(*, skip_locked: bool) -> QuerySet[CaseEvent]:
    """Events nobody was told of, locked, with what decides whom to tell."""
    events = CaseEvent.objects.select_for_update(of=("self",), skip_locked=skip_locked).filter(announced_at=None)
    return events.select_related("case__owner__stand_in", "case__contact", "case__response")


def _announced(events: list[CaseEvent], now: datetime) -> int:
    """Tell of these events and note that they were announced. Returns how many messages are new."""
    new = sum(_tell(event, now) for event in events)
    _tell_other_systems(events, now)
    CaseEvent.objects.filter(pk__in=[event.pk for event in events]).update(announced_at=now)
    return new


def _tell(event: CaseEvent, now: datetime) -> int:
    """Put what an event causes into the outbox for our people, for its customer and for whoever it was taken from."""
    new = 0
    for kind in kinds.for_event(event):
        told: list[User] = []
        for user in kind.readers(event, now):
            if user.pk != event.actor_id and (not kind.in_sight or audience.may_see(user, event.case)):
                new += _enqueue(kind.name, event, user, now)
                told.append(user)
        if kind.in_sight:
            leaves_at = customer_messages.alarm_at(event, now=min(now, _should_leave(event)))
            notices.enqueue(kind.name, event, told, send_after=leaves_at, now=now)
            new += staff_addresses.enqueue(kind.name, event, told, send_after=leaves_at, now=now)
    if event.kind == EventKind.ATTEMPT and "mail" in event.data:
        new += _enqueue_mail(event, now)
    return new + customer_messages.announce(event, now=now)


def _tell_other_systems(events: list[CaseEvent], now: datetime) -> None:
    """Webhooks, in a savepoint: whatever is wrong with them, people are told."""
    try:
        with transaction.atomic():
            outgoing.tell_of(events, now=now)
    except Exception:
        if len(events) == 1:
            logger.exception("webhooks are not told of event %s", events[0].pk)
            return
        for event in events:  # what is wrong with one is not the others'
            _tell_other_systems([event], now)


def _enqueue_mail(event: CaseEvent, now: datetime) -> bool:
    """What somebody wrote to the customer leaves by the outbox, like everything else."""
    mail = CaseMail.objects.select_related("case__contact").get(pk=event.data["mail"])
    return outbox.enqueue(
        key=f"mail:{mail.pk}",
        kind=Message.CUSTOMER_MAIL,
        to=mail.address,
        contact=mail.case.contact,
        case=event.case,
        event=event,
        case_mail=mail,
        send_after=now,
        now=now,
    )


def _enqueue(kind: str, event: CaseEvent, user: User, now: datetime) -> bool:
    return outbox.enqueue(
        key=f"event:{event.pk}:{user.pk}:email",
        kind=kind,
        to=user.email,
        user=user,
        case=event.case,
        event=event,
        send_after=customer_messages.alarm_at(event, now=min(now, _should_leave(event))),
        now=now,
    )


def _should_leave(event: CaseEvent) -> datetime:
    """When what the event tells of was to be told: of a reminder that is given late, when it was planned."""
    planned_at = event.data.get("planned_at")
    return datetime.fromisoformat(planned_at) if planned_at else event.at


@transaction.atomic
def announce_wave(wave_id: int, *, now: datetime) -> int:
    """Put into the outbox what owners are told of a wave, and note in the same commit that they were. Safe to repeat.

    Returns how many messages are new.
    """
    wave = Wave.objects.select_for_update(of=("self",)).filter(pk=wave_id, announced_at=None).first()
    if wave is None:
        return 0
    kind = kinds.WAVE_HEADS_UP
    new = sum(
        outbox.enqueue(
            key=f"wave:{wave.pk}:{user.pk}:email",
            kind=kind.name,
            to=user.email,
            user=user,
            wave=wave,
            send_after=now,
            now=now,
        )
        for user in kind.to(wave, now)
    )
    waves.announced(wave, now=now)
    return new


def announce_halted(*, now: datetime) -> int:
    """Tell administrators of the waves that paused themselves. Returns how many messages are new."""
    new, kind = 0, kinds.WAVE_HALTED
    for wave in Wave.objects.filter(state=WaveState.PAUSED, halted_at__gt=now - TELL_OF_BOUNCES_FOR).order_by("pk"):
        for user in kind.to(wave, now):
            key = f"halted:{wave.pk}:{wave.halted['sent']}:{user.pk}"
            new += outbox.enqueue(key=key, kind=kind.name, to=user.email, user=user, wave=wave, send_after=now, now=now)
    return new


def announce_waves(*, now: datetime) -> int:
    """Announce every scheduled wave whose announcement failed, and those that paused themselves.

    Returns how many messages are new.
    """
    new = announce_halted(now=now)
    missed = Wave.objects.filter(state=WaveState.SENDING, scheduled_at__isnull=False, announced_at=None)
    for wave_id in missed.order_by("pk").values_list("pk", flat=True):
        try:
            new += announce_wave(wave_id, now=now)
        except Exception:  # one wave that cannot be announced must not silence the others
            logger.exception("wave %s could not be announced", wave_id)
    return new


def announce_bounces(*, now: datetime) -> int:
    """Tell whoever looks after a customer that our mail does not reach them. Returns how many messages are new."""
    kind = kinds.CUSTOMER_BOUNCED
    lately = Invitation.objects.filter(bounced_at__isnull=False, bounces__at__gt=now - TELL_OF_BOUNCES_FOR)
    new = 0
    for invitation in lately.exclude(messages__kind=kind.name).select_related("contact").distinct().order_by("pk"):
        for user in kind.to(invitation.contact):
            key = f"bounce:{invitation.pk}:{user.pk}"
            new += outbox.enqueue(
                key=key, kind=kind.name, to=user.email, user=user, invitation=invitation, send_after=now, now=now
            )
    return new


def enqueue_invitations(*, now: datetime) -> int:
    """Put due invitations into the outbox; call off those whose contact may not be asked. Returns how many are new.

    Those of a wave that nobody sent in time get another morning.
    """
    due = Invitation.objects.due(now).filter(messages=None)
    waves.put_off_mails(due, now=now)
    return sum(_invite(invitation, now) for invitation in _in_batches(due))


def enqueue_reminders(*, now: datetime) -> int:
    """Put due reminders of unanswered surveys into the outbox, one each. Returns how many are new."""
    due = Invitation.objects.to_remind(now).exclude(messages__kind=Message.SURVEY_REMINDER)
    waves.put_off_reminders(due, now=now)
    return sum(
        _enqueue_question(invitation, Message.SURVEY_REMINDER, now)
        for invitation in _in_batches(due)
        if asking_hours.are_open(invitation.contact, now)
    )


def _in_batches(due: QuerySet[Invitation]) -> Iterator[Invitation]:
    last = 0
    rows = due.select_related("survey", "contact__account", "wave").order_by("pk")
    while batch := list(rows.filter(pk__gt=last)[:BATCH]):
        yield from batch
        last = batch[-1].pk


def _invite(invitation: Invitation, now: datetime) -> bool:
    if waves.is_late(invitation, now=now):  # its wave goes on in a moment, or somebody else is giving it a new time
        return False
    if invitations.is_expired(invitation, now):
        invitations.cancel(invitation, reason="link_expired", now=now)
        return False
    if bar := sampling.why_not_leave(invitation, now=now):
        invitations.cancel(invitation, reason=bar, now=now)
        return False
    if not asking_hours.are_open(invitation.contact, now):
        invitations.put_off(invitation, until=asking_hours.next_for(invitation.contact, now))
        return False
    return _enqueue_question(invitation, kinds.for_invitation(invitation).name, now)


def _enqueue_question(invitation: Invitation, kind: str, now: datetime) -> bool:
    key = f"reminder:{invitation.pk}" if kind == Message.SURVEY_REMINDER else f"invitation:{invitation.pk}"
    return outbox.enqueue(
        key=key,
        kind=kind,
        to=where(invitation),
        channel=invitation.channel,
        contact=invitation.contact,
        case=getattr(invitation, "recovery_case", None),
        invitation=invitation,
        send_after=now,
        now=now,
    )


def where(invitation: Invitation) -> str:
    """The address or number an invitation is sent to."""
    contact = invitation.contact
    if invitation.channel == AskBy.SMS:
        return phones.mobile(contact.phone, contact.account.country if contact.account else "")
    return contact.email
