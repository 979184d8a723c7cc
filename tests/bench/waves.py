"""How long does it take to plan and to schedule a wave to 100,000 contacts, and does the memory stay flat?"""

import resource
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db import connection

from feedback import contacts, invitations, sampling, waves
from feedback.models import Account, Contact, Invitation, Response, Suppression, Survey, Wave
from tests.bench.rows import row, seconds
from tests.factories import NOW

CONTACTS = 100_000
FILL = 2_000  # contacts made at a time
BY_HAND = 300  # contacts the baseline is measured on
PLAN_SECONDS = {"sqlite": 60.0, "postgresql": 20.0}  # the target for 100,000 contacts
SCHEDULE_SECONDS = 30.0
GROWTH_MB = 40.0  # what ten times as many contacts may take more
ZONES = ("Europe/Stockholm", "Europe/Oslo", "Europe/Helsinki", "America/New_York", "")


def rows(*, quick: bool) -> Iterator[dict[str, Any]]:
    """Targets are those for 100,000 contacts, scaled to the size."""
    size = CONTACTS // 5 if quick else CONTACTS
    scale = size / CONTACTS
    _fill(0, size // 10)
    _launch(size // 10)
    small_peak = _peak_mb()
    _fill(size // 10, size)
    planned, scheduled, invited = _launch(size)
    growth = _peak_mb() - small_peak
    assert invited == Invitation.objects.filter(wave=Wave.objects.latest("pk")).count()
    yield row(
        f"plan a wave to {size:,} contacts, against asking about each", planned,
        baseline=seconds(_plan_by_hand) / BY_HAND * size, target=PLAN_SECONDS[connection.vendor] * scale, unit="s",
    )  # fmt: skip
    yield row(
        f"schedule it, {invited:,} invitations, against inviting each", scheduled, baseline=_invite_by_hand() * invited,
        target=SCHEDULE_SECONDS * scale, unit="s",
    )  # fmt: skip
    yield row("memory at its peak", _peak_mb(), unit="MB")
    yield row("memory more than for a tenth of the contacts", growth, target=GROWTH_MB, unit="MB")


def _launch(size: int) -> tuple[float, float, int]:
    wave = waves.draft(
        survey=Survey.objects.get(key="relational"),
        method="whole",
        seed=size,
        per_hour=100_000,
        starts_on=NOW.date(),
        now=NOW,
    )
    planned = seconds(lambda: waves.plan(wave, now=NOW))
    approved = waves.approve(Wave.objects.get(pk=wave.pk), by="bench", now=NOW)
    invited = []
    scheduled = seconds(lambda: invited.append(waves.schedule(approved, now=NOW)))
    waves.close(approved, now=NOW)
    return planned, scheduled, invited[0]


def _plan_by_hand() -> None:
    """What planning would be without bars in SQL: ask about each contact by itself."""
    survey = Survey.objects.get(key="relational")
    for contact in Contact.objects.order_by("pk")[:BY_HAND]:
        sampling.why_not(contact, survey, now=NOW)


def _invite_by_hand() -> float:
    """Seconds it takes to invite one contact through the door for single ones."""
    survey = Survey.objects.get(key="relational")
    people = list(Contact.objects.order_by("pk")[:BY_HAND])
    started = time.perf_counter()
    for contact in people:
        invitations.invite(survey=survey, contact=contact, due_at=NOW, now=NOW)
    return (time.perf_counter() - started) / BY_HAND


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _fill(first: int, end: int) -> None:
    """Customers with a past: a fifth were asked lately, a tenth have answered, a hundredth must not be mailed."""
    for start in range(first, end, FILL):
        _fill_some(range(start, min(start + FILL, end)))


def _fill_some(numbers: range) -> None:
    survey = Survey.objects.get(key="relational")
    month_ago = NOW - timedelta(days=30)
    accounts = Account.objects.bulk_create(
        Account(external_id=f"A{n}", name=f"Customer {n}", segment=f"S{n % 7}", country="SE", created_at=NOW)
        for n in numbers[::20]
    )
    people = Contact.objects.bulk_create(
        Contact(
            account=accounts[place // 20],
            external_id=f"C{n}",
            email=f"contact{n}@customer.example",
            address_hash=contacts.address_hash(f"contact{n}@customer.example"),
            time_zone=ZONES[n % len(ZONES)],
            created_at=NOW,
        )
        for place, n in enumerate(numbers)
    )
    Invitation.objects.bulk_create(
        Invitation(
            survey=survey,
            contact=contact,
            token_hash=f"past-{contact.external_id}",
            created_at=month_ago,
            due_at=month_ago,
            sent_at=month_ago,
            expires_at=NOW,
        )
        for contact in people[::5]
    )
    Response.objects.bulk_create(
        Response(
            survey=survey,
            contact=contact,
            score=9,
            category="promoter",
            source="bench",
            responded_at=month_ago,
            received_at=month_ago,
            triaged_at=month_ago,
        )
        for contact in people[1::10]
    )
    Suppression.objects.bulk_create(
        Suppression(address_hash=contact.address_hash, reason="bounced", created_at=NOW) for contact in people[2::100]
    )
