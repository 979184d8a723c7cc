"""What do people find in the morning after nothing was sent for three days?"""

import time
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.core import mail
from django.db.models import Count

from loop import sweeping
from loop.models import Role
from notifications import delivery
from notifications.models import Message, MessageState
from tests import factories
from tests.prove.inside import patched, silence
from tests.prove.proofs import SQLITE, Outcome, Run, proof

MOST_PEOPLE, FEWEST_CASES = 40, 5
#: A Tuesday at half past nine in Stockholm.
BEFORE = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
OUTAGE = timedelta(hours=72)
LIMIT = 600.0  # seconds


@proof(
    "T4",
    "72 hours without a sweep",
    must="at most one mail a person and kind, left 0, done in under 10 minutes",
    guard="telling what was held up in one mail",
    full=2_000,
    quick=100,
    off=40,
    databases=(SQLITE,),
)
def storm(run: Run) -> Outcome:
    """Cases of up to 40 people, each with an owner to tell, reminders and escalations; so many messages at least."""
    silence()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    mail.outbox = []
    sweeping.run_all(now=BEFORE)
    north = factories.team("North")
    factories.user("Lars", role=Role.LEAD, team=north)
    cases = run.count // 2
    people = [factories.user(team=north) for _ in range(max(1, min(MOST_PEOPLE, cases // FEWEST_CASES)))]
    for number in range(cases):
        factories.case(3, owner=people[number % len(people)], now=BEFORE + timedelta(minutes=number % 60))
    started, after = time.monotonic(), BEFORE + OUTAGE
    with patched(delivery, "_beside", lambda *_args: [], when=not run.guarded):
        for minute in range(3):
            sweeping.run_all(now=after + timedelta(minutes=minute))
    took = time.monotonic() - started
    ours = Message.objects.filter(user__isnull=False)
    sent = ours.filter(state=MessageState.SENT).values("user", "kind").annotate(n=Count("pk"))
    double = sum(row["n"] - 1 for row in sent)
    left = ours.exclude(state__in=[MessageState.SENT, MessageState.CANCELLED]).count()
    untold = cases - ours.filter(kind="case_assigned").values("case").distinct().count()
    missing = int(len(mail.outbox) != sum(row["n"] for row in sent) or ours.count() < run.count)
    return Outcome(
        f"{cases:,} cases of {len(people)} people, {ours.count():,} messages",
        f"mails {len(mail.outbox)}, beyond one a person and kind {double}, left {left}, untold {untold}, {took:.0f} s",
        double + left + untold + missing + int(took >= LIMIT),
    )
