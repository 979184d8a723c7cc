"""What makes a message that waits unneeded? Asked again the moment it is to leave.

Each check returns the reason why the message is not needed any more, or an empty text: a sentence, or a key of
`feedback.sampling.words`. It is stored like this, and `reason_words` tells it in its reader's language. Which checks a
kind of message has stands in `kinds`.
"""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from feedback import contacts, invitations, sampling
from feedback.models import AskBy, Response, Suppression
from feedback.models.wave import WaveState
from loop import access, deadlines, mailing, snoozes, thanks
from loop.models import Callback, Promise, Resolution, State
from loop.models.event import EventKind
from loop.pulls import troubles
from loop.reporting import repeats
from notifications.models import Message, MessageState, WebhookEndpoint, WhyOff

Check = Callable[[Message, datetime], str]

REMINDERS = (EventKind.REMINDER_HALF_TIME, EventKind.REMINDER_DUE, EventKind.REMINDER_OVERDUE)


def case_closed(message: Message, now: datetime) -> str:
    if message.case is None or message.case.is_open:
        return ""
    return "the case is closed"


def put_off(message: Message, now: datetime) -> str:
    """Its reader has put off being reminded of the case, and nothing has happened since."""
    if message.case is None or message.user is None:
        return ""
    waits = snoozes.running(message.user, now).filter(case=message.case)
    return "they put it off themselves" if waits.exists() else ""


def case_closed_since(message: Message, now: datetime) -> str:
    """The case was closed after what the message tells of; what happens to a closed case is told all the same."""
    case, event = message.case, message.event
    if case is None or event is None or case.closed_at is None or case.closed_at < event.at:
        return ""
    return "the case is closed"


def stage_over(message: Message, now: datetime) -> str:
    """The reminder is of a first contact that was made, or of a deadline that was moved."""
    if message.case is None or message.event is None:
        return ""
    if message.event.data["stage"] != deadlines.stage(message.case):
        return "the customer has been contacted"
    if datetime.fromisoformat(message.event.data["due_at"]) != message.case.due_at:
        return "another deadline stands"
    return ""


def next_try_over(message: Message, now: datetime) -> str:
    """Somebody has tried since, or planned another time."""
    if message.case is None or message.event is None:
        return ""
    at = message.case.next_try_at
    if at is None:
        return "the customer was tried meanwhile"
    return "" if at == datetime.fromisoformat(message.event.data["at"]) else "another time is planned"


def promise_over(message: Message, now: datetime) -> str:
    """The promise was kept, taken back, or another time was agreed."""
    if message.event is None:
        return ""
    promise = Promise.objects.filter(pk=message.event.data["promise"]).first()
    if promise is None or not promise.is_unkept:
        return "the promise has ended"
    same = promise.due_at == datetime.fromisoformat(message.event.data["due_at"])
    return "" if same else "another time was agreed"


def promise_told_later(message: Message, now: datetime) -> str:
    """A later reminder of the same promise waits or has left."""
    if message.event is None:
        return ""
    later = Message.objects.filter(
        case=message.case_id,
        user=message.user_id,
        event__gt=message.event_id,
        event__kind__in=[EventKind.REMINDER_PROMISE, EventKind.REMINDER_PROMISE_OVERDUE],
        event__data__promise=message.event.data["promise"],
    ).exclude(state__in=[MessageState.CANCELLED, MessageState.DEAD])
    latest = later.order_by("-event").first()
    return f"superseded by {latest.kind} ({latest.key})" if latest else ""


def superseded(message: Message, now: datetime) -> str:
    """A later message of this kind about the same case waits or has left: it says all that this one would.

    For reminders of one deadline, half-time, due and overdue count as one kind.
    """
    if message.event is None or not getattr(message, "has_later", True):  # of a group that is known beforehand
        return ""
    later = Message.objects.filter(case=message.case_id, user=message.user_id, event__gt=message.event_id)
    later = later.filter(team=message.team_id, channel=message.channel).exclude(
        state__in=[MessageState.CANCELLED, MessageState.DEAD]
    )
    if message.event.kind in REMINDERS:
        later = later.filter(
            event__kind__in=REMINDERS,
            event__data__stage=message.event.data["stage"],
            event__data__due_at=message.event.data["due_at"],
        )
    else:
        later = later.filter(kind=message.kind)
    latest = later.order_by("-event").first()
    return f"superseded by {latest.kind} ({latest.key})" if latest else ""


def call_changed(message: Message, now: datetime) -> str:
    """The call was moved, cancelled or held since: another message says so."""
    call = called_about(message)
    if call is None or message.event is None:
        return "there is no call any more"
    told = message.event.data.get("sequence")
    return "" if call.sequence == told else f"the call has changed since (version {told}, now {call.sequence})"


def call_begun(message: Message, now: datetime) -> str:
    call = called_about(message)
    return "the call has begun" if call is not None and call.starts_at <= now else ""


def called_about(message: Message) -> Callback | None:
    """The call a message is about."""
    number = message.event.data.get("callback") if message.event is not None else None
    return Callback.objects.select_related("owner", "case").filter(pk=number).first() if number else None


def unreachable(message: Message, now: datetime) -> str:
    """Mail does not reach the customer. About a call they agreed on they are told whether they want surveys or not."""
    contact = message.contact
    if contact is None or not contact.email:
        return "there is no address to write to"
    came_back = Suppression.objects.filter(address_hash=contact.address_hash, reason=contacts.BOUNCED)
    return "mail to this address comes back" if came_back.exists() else ""


def wants_no_questions(message: Message, now: datetime) -> str:
    contact = message.contact
    return "" if contact is not None and contacts.may_be_mailed(contact) else "the customer wants no questions of ours"


def has_said_why(message: Message, now: datetime) -> str:
    """Somebody has been in touch, or the customer has found words, since the question was due."""
    case = message.case
    if case is None or case.response.comment or case.state != State.NEW or case.attempts.exists():
        return "there is nothing left to ask"
    return "a call is agreed" if case.callbacks.booked().exists() else ""


def case_open_again(message: Message, now: datetime) -> str:
    return "" if message.case is not None and message.case.resolution == Resolution.SOLVED else "the case is open again"


def barred(message: Message, now: datetime) -> str:
    """A reason not to ask has come up since: opted out, a bounce, a complaint, an open case, another survey.

    The reason is a key of `sampling.words`, by which the programme counts who was not asked.
    """
    return sampling.why_not_leave(message.invitation, now=now) if message.invitation is not None else ""


def thanks_barred(message: Message, now: datetime) -> str:
    """A case has opened, the score was corrected, or any other reason not to thank has come up since; a key of
    `loop.thanks.WORDS`."""
    return thanks.why_not_send(message.thanks, now=now) if message.thanks is not None else "not_now"


def mail_barred(message: Message, now: datetime) -> str:
    """The customer must not be mailed any more: a bounce, a complaint, an opt-out without a wish, or no address."""
    return mailing.why_not(message.case) if message.case is not None else ""


def invitation_over(message: Message, now: datetime) -> str:
    """The question was called off, has run out, or has been answered by another door."""
    invitation = message.invitation
    if invitation is None:
        return "there is nothing to ask"
    if invitation.cancelled_at is not None:
        return f"called off: {invitation.cancel_reason}"
    if invitations.is_expired(invitation, now):
        return "the link has expired"
    if not invitation.survey.is_active:
        return f"the survey “{invitation.survey.key}” is not in use"
    if Response.objects.counted().filter(invitation=invitation).exists():
        return "already answered"
    return ""


def reachable_again(message: Message, now: datetime) -> str:
    """The customer has another address or number by now, or sending to the old one was allowed again."""
    invitation = message.invitation
    where = getattr(invitation.contact, sampling.REACHED_AT[AskBy(invitation.channel)]) if invitation else ""
    dead = Suppression.objects.filter(address_hash=where, reason=contacts.BOUNCED)
    return "" if where and dead.exists() else "what we send reaches the customer again"


def goes_on(message: Message, now: datetime) -> str:
    """The wave that had paused itself was looked at meanwhile."""
    return "" if message.wave is not None and message.wave.state == WaveState.PAUSED else "the wave was looked at"


def signed_in_already(message: Message, now: datetime) -> str:
    """Whoever was invited has found the way in."""
    user = message.user
    if user is None or not user.is_active:
        return "they cannot sign in any more"
    has_been_in = user.last_login is not None and user.invited_at is not None and user.last_login >= user.invited_at
    return "they have signed in" if has_been_in else ""


def nobody_to_stand_in_for(message: Message, now: datetime) -> str:
    """The absence is over or somebody else stands in."""
    user = message.user
    return "" if user is not None and user.is_active and user.covering_people else "they stand in for nobody now"


def no_wave_waits(message: Message, now: datetime) -> str:
    """The waves that came again were approved or thrown away meanwhile, or their reader sees no waves any more."""
    if message.user is None or not access.sees_programme(message.user):
        return "they do not see the survey programme any more"
    return "" if repeats.waiting() else "no wave waits to be approved any more"


def no_webhook_stopped(message: Message, now: datetime) -> str:
    """Somebody has switched them on again, or taken them away."""
    if message.user is None or not access.may_manage(message.user):
        return "they do not run Loop any more"
    stopped = WebhookEndpoint.objects.filter(why_off__in=(WhyOff.GONE, WhyOff.FAILING))
    return "" if stopped.exists() else "no webhook has stopped any more"


def no_pull_troubled(message: Message, now: datetime) -> str:
    """The files have come in, or somebody has said what becomes of them."""
    if message.user is None or not access.may_manage(message.user):
        return "they do not run Loop any more"
    since = Message.objects.filter(kind=message.kind, user=message.user, sent_at__gte=message.created_at)
    if since.exclude(pk=message.pk).exists():
        return "another mail told of it"
    return "" if troubles.now_troubled() else "every file comes in again"


def wave_closed(message: Message, now: datetime) -> str:
    """The reminder, or what owners are told, is of a wave that has ended."""
    wave = message.wave or (message.invitation.wave if message.invitation is not None else None)
    return "wave_closed" if wave is not None and wave.state == WaveState.CLOSED else ""


def morning_over(message: Message, now: datetime) -> str:
    """A morning mail that could not leave on its day is no news on the next: that has one of its own."""
    if message.user is None:
        return "nobody to tell"
    zone = ZoneInfo(message.user.time_zone or settings.TIME_ZONE)
    planned = message.created_at.astimezone(zone).date()
    return "" if now.astimezone(zone).date() == planned else "the day is over"


def week_over(message: Message, now: datetime) -> str:
    """A weekly mail that could not leave in its week would tell of another one."""
    if message.user is None:
        return "nobody to tell"
    zone = ZoneInfo(message.user.time_zone or settings.TIME_ZONE)
    planned = message.created_at.astimezone(zone).isocalendar()[:2]
    return "" if now.astimezone(zone).isocalendar()[:2] == planned else "the week is over"
