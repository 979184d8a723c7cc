"""Is anything lost or told twice when what is around Loop fails: the mail server, the clock?"""

import time
from collections import Counter
from contextlib import contextmanager
from datetime import timedelta
from threading import Thread
from unittest import mock

from django.conf import settings
from django.core import mail
from django.db.models import Q
from django.utils import timezone

from loop import bell, sweeping, timeline
from loop.models import Case, CaseEvent
from notifications import delivery, outbox
from notifications.models import Message, MessageState
from tests import factories
from tests.notifications.smtp_server import Conversation, SmtpServer
from tests.prove.inside import patched, silence
from tests.prove.proofs import BOTH, Outcome, Run, proof

MOODS = ("later", "nowhere", "tarpit", "hangs up", "well")
#: When the sweeps come, by the pauses between the tries of one message.
AFTER = (timedelta(), timedelta(minutes=2), timedelta(minutes=15), timedelta(hours=2), timedelta(hours=9))


class Moody(Conversation):
    """A mail server that has its days."""

    def handle(self) -> None:
        mood = self.server.mood
        if mood == "tarpit":
            time.sleep(2)  # longer than anybody waits for it here
        elif mood == "later":
            self.say("421 too busy, come back later")
        elif mood == "hangs up":
            self.say("220 test")
            while line := self.rfile.readline().decode().strip():
                if line[:4].upper() == "RCPT":
                    return
                self.say("250 ok")
        else:
            super().handle()


@contextmanager
def moody_server():
    with mock.patch("tests.notifications.smtp_server.Conversation", Moody), SmtpServer() as server:
        server.RequestHandlerClass = Moody
        server.mood = "well"
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()


@proof(
    "O3",
    "a mail server that is busy, not to be found, silent, hangs up, and comes back",
    must="every mail arrives once within five tries, a mailbox there is none of is told at once, nothing else is dead",
    guard="trying again",
    full=1_000,
    quick=60,
    off=30,
    databases=BOTH,
    heavy=True,
)
def mail_server(run: Run) -> Outcome:
    """So many alerts about cases, one in twenty of them to somebody whose mailbox there is none of."""
    silence()
    now = timezone.now()
    north = factories.team("North")
    people = [factories.user(team=north) for _ in range(20)]
    people[0].email = "no@loop.example"
    people[0].save(update_fields=["email"])
    for number in range(run.count):
        factories.case(3, owner=people[number % 20], now=now)
    sweeping.run("announce_missed", now=now)
    waiting = Message.objects.filter(kind="case_assigned", channel="email")
    waiting.update(send_after=now)
    CaseEvent.objects.filter(announced_at=None).update(announced_at=now)
    settings.EMAIL_BACKEND, settings.EMAIL_TIMEOUT = "django.core.mail.backends.smtp.EmailBackend", 0.5
    tries = outbox.MAX_ATTEMPTS if run.guarded else 1
    with moody_server() as server, patched(outbox, "MAX_ATTEMPTS", tries):
        settings.EMAIL_PORT = server.port
        for mood, after in zip(MOODS, AFTER, strict=True):
            server.mood = mood
            settings.EMAIL_HOST = "mail.invalid" if mood == "nowhere" else "127.0.0.1"
            for again in range(3 if mood == "well" else 1):
                delivery.deliver_due(now=now + after + again * timedelta(hours=7))
        arrived = Counter(text.partition("Message-ID: ")[2].partition("\n")[0] for _to, text in server.taken)
    to_nobody = waiting.filter(user=people[0])
    left = waiting.exclude(user=people[0]).exclude(state__in=[MessageState.SENT, MessageState.CANCELLED]).count()
    told_together = waiting.filter(state=MessageState.CANCELLED, error__startswith="told together").count()
    lost = (
        waiting.exclude(user=people[0]).count() - waiting.filter(state=MessageState.SENT).count() - told_together - left
    )
    silent = to_nobody.exclude(state__in=[MessageState.DEAD, MessageState.CANCELLED]).count()
    double = sum(arrived.values()) - len(arrived)
    return Outcome(
        f"{run.count:,} alerts through {len(MOODS)} moods",
        f"mails {len(arrived)}, of them twice {double}, lost {lost}, left or dead {left}, "
        f"a dead mailbox untold {silent}",
        double + lost + left + silent,
    )


_record, _record_many = timeline.record, timeline.record_many


def _without_key(*args, key=None, **facts):
    return _record(*args, **facts)


def _many_without_keys(events):
    for event in events:
        event.key = None
    _record_many(events)


@proof(
    "O3b",
    "a clock that jumps two hours ahead and back",
    must="each case reminded of once and in one mail, none before its time by the clock of that sweep",
    guard="the keys that say what was done",
    full=400,
    quick=40,
    off=20,
    databases=BOTH,
    heavy=True,
)
def clock_jumps(run: Run) -> Outcome:
    """So many cases with a reminder due within the hour; sweeps at times that jump to and fro."""
    silence()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    mail.outbox = []
    now = timezone.now()
    anna = factories.user(team=factories.team("North"))
    with bell.silenced():
        made = [factories.case(6, owner=anna, now=now).pk for _ in range(run.count)]
    CaseEvent.objects.filter(case__in=made, announced_at=None).update(announced_at=now)
    Case.objects.filter(pk__in=made).update(remind_at=now + timedelta(minutes=30), remind_level="half_time")
    seconds = [0, 7200, 60, 7260, -7200, 120, 7320, 1800, 9000, 1860]
    for jump in seconds:
        at = now + timedelta(seconds=jump)
        if not run.guarded:
            Case.objects.filter(pk__in=made).update(remind_at=now + timedelta(minutes=30), remind_level="half_time")
        with (
            patched(timeline, "record", _without_key, when=not run.guarded),
            patched(timeline, "record_many", _many_without_keys, when=not run.guarded),
        ):
            sweeping.run_all(now=at)
    reminders = CaseEvent.objects.filter(kind="reminder_half_time", case__in=made)
    due = now + timedelta(minutes=30)
    early = reminders.filter(at__lt=due).count()
    reminded = Counter(reminders.values_list("case_id", flat=True))
    messages = Message.objects.filter(channel="email")
    of_reminders = messages.filter(kind="reminder_half_time")
    in_a_mail = Q(state=MessageState.SENT) | Q(error__startswith="told together")
    told = Counter(of_reminders.filter(in_a_mail).values_list("case_id", flat=True))
    double = sum(n - 1 for n in (*reminded.values(), *told.values()))
    lost = len(set(made) - reminded.keys()) + len(set(made) - told.keys())
    unlike = abs(len(mail.outbox) - messages.filter(state=MessageState.SENT).count())
    waits = of_reminders.filter(state=MessageState.PENDING).count()
    return Outcome(
        f"{run.count} reminders, {len(seconds)} sweeps",
        f"twice {double}, lost {lost}, early {early}, waiting {waits}; "
        f"mails {len(mail.outbox)}, noted otherwise {unlike}",
        double + lost + early + waits + unlike,
    )
