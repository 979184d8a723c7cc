"""Where else than by e-mail is somebody told, and of what? The one door for chats and mobile telephones of our people.

They are told there besides the mail, never instead of it. A chat is told of all that asks for something; a telephone,
if its owner chooses nothing else, of what cannot wait.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from feedback import phones
from loop.models import Case, CaseEvent, Team, User
from notifications import chat_services, gathering, kinds, outbox, sealing
from notifications.models import Message, StaffAddress, StaffChannel

#: What cannot wait until somebody reads their mail.
URGENT = (
    "case_escalated", "case_reopened", "reminder_overdue", "callback_reminder", "callback_missed",
    "customer_not_solved",
)  # fmt: skip
CHOICES = tuple(kind.name for kind in kinds.STAFF if kind.in_sight)
#: What each begins with.
USUAL = {
    StaffChannel.CHAT: (
        "case_assigned", "case_reply", "customer_wrote", "callback_booked", "callback_moved", "callback_cancelled",
        "reminder_due", *URGENT,
    ),
    StaffChannel.SMS: URGENT,
}  # fmt: skip
USUAL_OF_TEAM = ("case_assigned", *URGENT)
#: Later than that a chat or a telephone is not interrupted any more: the mail has told it.
NEWS_FOR = timedelta(hours=3)

NO_GATEWAY = gettext_lazy("Text messages cannot be sent here: no gateway is set up (SMS_URL).")


class AddressRefused(Exception):
    """It cannot be kept; the words say why."""


def of_person(user: User) -> dict[str, StaffAddress]:
    """The further addresses of a person, by channel."""
    return {address.channel: address for address in StaffAddress.objects.filter(user=user)}


def of_team(team: Team) -> StaffAddress | None:
    return StaffAddress.objects.filter(team=team, channel=StaffChannel.CHAT).first()


def save(
    *,
    user: User | None = None,
    team: Team | None = None,
    channel: str,
    said: str,
    wanted: Collection[str],
    now: datetime,
) -> StaffAddress:
    """Keep an address and of what it is told; an empty `said` keeps the address that stands.

    Raises:
        AddressRefused: it is no address of that channel, or there is none yet.
    """
    if unknown := set(wanted) - set(CHOICES):
        raise AddressRefused(_("There is no message “%(name)s”.") % {"name": sorted(unknown)[0]})
    stands = StaffAddress.objects.filter(user=user, team=team, channel=channel)
    chosen = [kind for kind in CHOICES if kind in wanted]
    if not said.strip():
        if not stands.update(kinds=chosen, changed_at=now):
            raise AddressRefused(_("Say where."))
        return stands.get()
    address, shown, host = _read(channel, said)
    given = {"sealed": sealing.seal(address), "shown": shown, "host": host, "kinds": chosen, "changed_at": now}
    cleared = {"trouble": "", "trouble_at": None, "arrived_at": None}
    made, _created = StaffAddress.objects.update_or_create(
        user=user, team=team, channel=channel, defaults={**given, **cleared}
    )
    return made


def _read(channel: str, said: str) -> tuple[str, str, str]:
    """The address, what may be shown of it, and who must answer."""
    if channel == StaffChannel.SMS:
        if not settings.SMS_URL:
            raise AddressRefused(str(NO_GATEWAY))
        number = phones.mobile(said)
        if not number:
            raise AddressRefused(_("This is no mobile number such as +46 70 123 45 67."))
        return number, phones.veiled(number), ""
    try:
        chat = chat_services.of(said)
    except chat_services.ChatRefused as refused:
        raise AddressRefused(str(refused)) from None
    return said.strip(), chat.shown, chat.host


def remove(address: StaffAddress) -> None:
    """Tell nothing there any more; what waits is not sent."""
    address.delete()


def enqueue(kind: str, event: CaseEvent, users: Collection[User], *, send_after: datetime, now: datetime) -> int:
    """Put what an event tells into the outbox for the further addresses of its readers, and of the team of its case.

    Returns how many are new.
    """
    whose = {("user", user.pk) for user in users} | {("team", event.case.team_id)}
    theirs = [pk for pk, user, team in _who_has_one() if ("user", user) in whose or (team and ("team", team) in whose)]
    if not theirs:
        return 0
    addresses = StaffAddress.objects.filter(pk__in=theirs).select_related("user", "team").order_by("pk")
    found = [address for address in addresses if kind in address.kinds]
    return sum(_enqueue(address, kind, event, send_after, now) for address in found)


def _who_has_one() -> Sequence[tuple[int, int | None, int | None]]:
    """Each address with the person or the team it is of, by their numbers; read once for all that is gathered."""
    gathered = gathering.current()
    if gathered is not None and gathered.addresses is not None:
        return gathered.addresses
    found = tuple(StaffAddress.objects.values_list("pk", "user", "team"))
    if gathered is not None:
        gathered.addresses = found
    return found


def _enqueue(address: StaffAddress, kind: str, event: CaseEvent, send_after: datetime, now: datetime) -> bool:
    whose = str(address.user_id) if address.user_id is not None else f"team-{address.team_id}"
    return outbox.enqueue(
        key=f"event:{event.pk}:{kind}:{whose}:{address.channel}",
        kind=kind,
        channel=address.channel,
        to=address.shown,
        user=address.user,
        team=address.team,
        address=address,
        case=event.case,
        event=event,
        send_after=send_after,
        now=now,
    )


def try_out(address: StaffAddress, *, language: str, now: datetime) -> bool:
    """Put a message into the outbox that says it is a test."""
    return outbox.enqueue(
        key=f"channel-test:{address.pk}:{now.timestamp():.3f}",
        kind=Message.CHANNEL_TEST,
        channel=address.channel,
        to=address.shown,
        user=address.user,
        team=address.team,
        address=address,
        send_after=now,
        now=now,
        language=language,
        body=_("This is a test from Loop: it arrives.") + f"\n{settings.BASE_URL}",
    )


def why_not(message: Message, *, now: datetime) -> str:
    """Why a message to a further address is not needed any more; empty when it is."""
    address = message.address
    if address is None:
        return "the address was taken away"
    if message.kind == Message.CHANNEL_TEST:
        return ""
    if message.kind not in address.kinds:
        return "this address is told of other things"
    if address.team_id is not None and not _is_of_team(message.case, address):
        return "the case is of another team"
    if message.event is not None and now - _news_since(message.event) > NEWS_FOR:
        return "it is hours old: the mail has told it"
    return ""


def _is_of_team(case: Case | None, address: StaffAddress) -> bool:
    return case is not None and case.team_id == address.team_id


def _news_since(event: CaseEvent) -> datetime:
    planned_at = event.data.get("planned_at")
    return min(event.at, datetime.fromisoformat(planned_at)) if planned_at else event.at


def note_arrived(message: Message, *, now: datetime) -> None:
    """What was said there has arrived: it works."""
    if message.address is not None:
        StaffAddress.objects.filter(pk=message.address.pk).update(trouble="", trouble_at=None, arrived_at=now)


def note_trouble(message: Message, *, trouble: str, now: datetime) -> None:
    """What was said there has not arrived; its owner sees why."""
    if message.address is not None:
        StaffAddress.objects.filter(pk=message.address.pk).update(trouble=trouble[:500], trouble_at=now)
