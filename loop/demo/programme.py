"""How does the demo company ask? Waves at every stage, rules with events, machines' answers, an absence, a complaint.

New customers, whom the year before knows nothing of, are asked in the waves, so that no quiet period keeps them out.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from feedback import complaints, contacts, invitations, responses, suspects, tallies, trigger_rules, triggers, waves
from feedback.models import Contact, Invitation, Response, Survey, Wave
from feedback.suspects import Sending
from loop import assignment
from loop.demo.company import TERRITORY, Company
from loop.demo.words import COMPLAINTS, LANDS, PRAISE, WISHES
from loop.models import Absence

ADA, LARS = "ada@loop.example", "lars@loop.example"
EARLIER, NEWER, BEFORE = "earlier", "this season", "long ago"
FIRST_WAVE, SECOND_WAVE = timedelta(days=45), timedelta(days=12)
OF_A_WAVE = 6  # accounts, all of whose people are asked in it
LEFT_FOR_RULES = 2  # further accounts, in no wave
PEOPLE = 3  # at each
SLOWLY = 1  # mail an hour, so that the second wave is still under way


def ask(chance: Random, company: Company, *, now: datetime) -> None:
    """Set the survey programme going; the caller's last sweep sends what is due."""
    won = _won(chance, company, now=now - timedelta(days=60))
    finished = _launched("New customers, first half", EARLIER, now=now - FIRST_WAVE, per_hour=500, open_days=30)
    _leave(finished, now=now)
    _answered(chance, finished, now=now)
    _machines(finished)
    waves.close_finished(now=now)
    under_way = _launched("New customers, second half", NEWER, now=now - SECOND_WAVE, per_hour=SLOWLY, open_days=30)
    _leave(under_way, now=now - timedelta(minutes=10))
    _answered(chance, under_way, now=now, low=True)
    _complained(under_way, now=now)
    # They came into days that have been counted since, as by a clock that went back.
    tallies.mark_answers(Response.objects.filter(invitation__wave__in=[finished, under_way]), now=now)
    draft = waves.draft(
        survey=Survey.objects.get(key="relational"), name="Next month, one in eleven", method="random", share="1/11",
        strata=["segment"], at_least=2, seed=11, starts_on=(now + timedelta(days=21)).date(), created_by=ADA, now=now,
    )  # fmt: skip
    waves.plan(draft, now=now)
    _triggered(company.contacts, won[-LEFT_FOR_RULES * PEOPLE :], now=now)
    today = now.date()
    Absence.objects.create(
        user=company.staff["maja@loop.example"], substitute=company.staff["otto@loop.example"],
        starts_on=today - timedelta(days=1), ends_on=today + timedelta(days=6),
    )  # fmt: skip


def _won(chance: Random, company: Company, *, now: datetime) -> list[Contact]:
    people = []
    for number in range(2 * OF_A_WAVE + LEFT_FOR_RULES):
        country = list(LANDS)[number % len(LANDS)]
        land = LANDS[country]
        account, _ = contacts.upsert_account(
            external_id=f"N{2001 + number}",
            name=f"{land.surnames[-1 - number % len(land.surnames)]} & Co {land.suffix}",
            segment="Mid-market",
            country=country,
            annual_value=Decimal(chance.randint(4, 20) * 10_000),
            currency=land.currency,
            attributes={"won": (EARLIER, NEWER, BEFORE)[number // OF_A_WAVE]},
            now=now,
        )
        assignment.set_account_owner(account, company.staff[TERRITORY[country]], now=now)
        for place in range(PEOPLE):
            person, _ = contacts.upsert_contact(
                external_id=f"NP{2001 + number}-{place}",
                account=account,
                name=f"{land.given[(number + place) % len(land.given)]} {chance.choice(land.surnames)}",
                email=f"n{2001 + number}.{place}@n{2001 + number}.example",
                language=land.language,
                time_zone=land.time_zone,
                is_decision_maker=place == 0,
                now=now,
            )
            people.append(person)
    return people


def _launched(name: str, won: str, *, now: datetime, per_hour: int, open_days: int) -> Wave:
    wave = waves.draft(
        survey=Survey.objects.get(key="relational"), name=name, method="whole", filters={"account:won": [won]}, seed=7,
        starts_on=now.date(), per_hour=per_hour, open_days=open_days, created_by=ADA, now=now,
    )  # fmt: skip
    waves.plan(wave, now=now)
    wave = waves.approve(Wave.objects.get(pk=wave.pk), by=ADA, now=now)
    waves.schedule(wave, now=now)
    waves.announced(wave, now=now)
    return Wave.objects.get(pk=wave.pk)


def _leave(wave: Wave, *, now: datetime) -> None:
    """What was due left when it was due."""
    for invitation in Invitation.objects.due(now).filter(wave=wave).order_by("due_at", "pk"):
        invitations.mark_sent(invitation.pk, now=invitation.due_at)


def _sent(wave: Wave) -> list[Invitation]:
    left = Invitation.objects.filter(wave=wave, sent_at__isnull=False)
    return list(left.select_related("survey", "contact").order_by("due_at", "contact__external_id"))


def _answered(chance: Random, wave: Wave, *, now: datetime, low: bool = False) -> None:
    """About every second answers; with `low`, the first of them is unhappy, so that somebody has a fresh case."""
    for place, invitation in enumerate(_sent(wave)[:-2]):
        at = (invitation.sent_at or now) + timedelta(minutes=chance.randint(7, 600))
        if place % 2 or at >= now:
            continue
        score = 4 if low and place == 0 else chance.choice((7, 8, 9, 9, 10))
        words = WISHES if score <= 8 else PRAISE
        said = COMPLAINTS[invitation.contact.language]["service"] if score <= 6 else words[invitation.contact.language]
        responses.record_response(
            survey=invitation.survey, contact=invitation.contact, invitation=invitation, score=score,
            comment=chance.choice(said), language=invitation.contact.language, source="page", now=at,
        )  # fmt: skip


def _machines(wave: Wave) -> None:
    """Two mail programs opened every link and sent every form."""
    for invitation in _sent(wave)[-2:]:
        at = (invitation.sent_at or invitation.due_at) + timedelta(seconds=3)
        for score in (0, 5, 10):
            suspects.take(invitation, Sending(score=score, is_hidden=True), now=at + timedelta(seconds=score))


def _complained(wave: Wave, *, now: datetime) -> None:
    waiting = Invitation.objects.filter(wave=wave, sent_at=None, cancelled_at=None).select_related("contact")
    first = waiting.order_by("due_at", "contact__external_id").first()
    if first is not None:
        reason = "The first delivery came incomplete; we agreed to call on Friday."
        complaints.report(first.contact, reason=reason, by=LARS, now=now - timedelta(days=2))


def _triggered(known: Sequence[Contact], won: Sequence[Contact], *, now: datetime) -> None:
    """Rules, and a week of what other systems told. Most were asked lately: there one reads why nobody is asked."""
    transactional = Survey.objects.get(key="transactional")
    for touchpoint, weekday, delay in (("ticket_closed", None, 24 * 60), ("delivered", 1, 0)):
        trigger_rules.create(
            touchpoint=touchpoint, survey=transactional, delay_minutes=delay, weekday=weekday, quiet_days=90,
            is_active=True,
        )  # fmt: skip
    for number, person in enumerate([*known[:6], *won]):
        touchpoint = "ticket_closed" if number % 2 else "delivered"
        at = now - timedelta(days=number % 5, hours=2)
        triggers.record_event(
            touchpoint=touchpoint, contact=person, external_id=f"E-{1001 + number}", occurred_at=at, now=at
        )
