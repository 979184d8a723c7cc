"""How does a list get more than one row? Several of what the lists of the API hold, alike, with their secrets."""

from datetime import timedelta

from django.http import QueryDict

from feedback import complaints, invitations, survey_links, suspects, waves
from feedback.answer_sources import setting_up as sources
from feedback.models import (
    AddedLanguage,
    AnswerSource,
    ArrivedAnswer,
    Contact,
    Suppression,
    TriggerRule,
    Wave,
    WaveMember,
)
from feedback.suspects import Sending
from loop import data_requests, promises, saved_views, sweeping
from loop.models import (
    AssignmentRule,
    Case,
    FileImport,
    FilePullRun,
    PullOutcome,
    RootCause,
    SlaPolicy,
    Wanted,
    WorkCalendar,
)
from loop.pulls import setting_up as pulls
from loop.reporting import filters
from notifications import staff_addresses, subscriptions
from notifications.webhooks import endpoints
from tests import factories
from tests.architecture import api_world
from tests.people import People

NUMBER = 4
SECRET = "hush-7f3a9c21d4e8"  # of another service
CHAT = "https://hooks.slack.com/services/T0000/B0000/hushhushhushhush"


def several(people: People) -> list[Case]:
    """Four of each; the cases are Anna's. Returns these."""
    cases = [factories.case(3, owner=people.agent, comment=f"Late, {nth}.") for nth in range(NUMBER)]
    for nth, case in enumerate(cases):
        _of_case(people, case, nth)
        _of_asking(people, nth)
        _of_setup(people, nth)
        _of_files(people, nth)
    staff_addresses.save(user=people.admin, channel="chat", said=CHAT, wanted=[], now=factories.NOW)
    endpoints.create(
        url="https://hooks.example.com/loop", name="CRM", types=["case.opened"], actor=people.admin, now=factories.NOW
    )
    sweeping.run_all(now=factories.NOW)
    return cases


def _of_case(people: People, case: Case, nth: int) -> None:
    assert case.contact
    promises.promise(
        case_id=case.pk, what="A new invoice", due_at=factories.later(days=1), actor=None, now=factories.NOW
    )
    api_world.call_of(case)
    complaints.report(case.contact, reason="Stands still.", by="anna@loop.example", now=factories.NOW)
    data_requests.note(case.contact, Wanted.COPY, actor=people.admin, now=factories.NOW)
    invitation = invitations.invite(
        survey=factories.survey(), contact=case.contact, due_at=factories.NOW, now=factories.NOW
    )
    suspects.take(invitation, Sending(3, is_hidden=True), now=factories.NOW)
    saved_views.save(user=people.admin, name=f"Late {nth}", query="tab=all", now=factories.NOW)
    wanted = filters.parse(QueryDict(), now=factories.NOW)
    subscriptions.subscribe(people.admin, subscriptions.OFFERED[nth].name, wanted, "week", now=factories.NOW)
    Suppression.objects.create(address_hash=case.contact.address_hash, reason="bounced", created_at=factories.NOW)


def _of_asking(people: People, nth: int) -> None:
    survey = factories.survey()
    TriggerRule.objects.create(touchpoint=f"renewed-{nth}", survey=survey)
    survey_links.create(survey=survey, kind="widget", name=f"Portal {nth}", now=factories.NOW)
    AddedLanguage.objects.create(language=f"x{nth}", texts={"Send": "Senda"})
    starts_on = factories.NOW.date()
    wave = waves.draft(survey=survey, count=2, seed=nth, starts_on=starts_on, created_by="", now=factories.NOW)
    Wave.objects.filter(pk=wave.pk).update(approved_at=factories.NOW)
    WaveMember.objects.bulk_create(
        [WaveMember(wave=wave, contact=one, asked=True, reason="drawn", draw=0.5) for one in Contact.objects.all()]
    )
    again = waves.draft(survey=survey, share="1/2", seed=nth, starts_on=starts_on, now=factories.NOW)
    waves.repeat(again, every="monthly", by="ada@loop.example", now=factories.NOW)
    facts = sources.Facts(name=f"Form {nth}", survey=survey)
    sources.create(kind="json", facts=facts, by="ada@loop.example", now=factories.NOW)
    first = AnswerSource.objects.order_by("pk")[0]
    ArrivedAnswer.objects.create(
        source=first, event=f"e{nth}", body=b"not json", arrived_at=factories.NOW, try_after=factories.NOW
    )


def _of_setup(people: People, nth: int) -> None:
    calendar = WorkCalendar.objects.create(name=f"Office {nth}", time_zone="Europe/Stockholm")
    factories.team(f"East {nth}")
    SlaPolicy.objects.create(name=f"Policy {nth}", calendar=calendar, position=nth, fallback=people.leader)
    AssignmentRule.objects.create(position=nth, name=f"Rule {nth}", country="SE", team=people.north)
    RootCause.objects.create(key=f"old-{nth}", name="Old", is_active=False)


def _of_files(people: People, nth: int) -> None:
    said = pulls.Facts(
        name=f"CRM {nth}", kind="customers", place="address", rhythm="daily", sign_in="token", secret=SECRET,
        url=f"https://files.example.com/{nth}.csv?sig={SECRET}",
    )  # fmt: skip
    pull = pulls.create(said, actor=people.admin, now=factories.NOW)
    one = FileImport.objects.create(
        kind="customers", filename="crm.csv", size=9, digest="d" * 64, stored_as=f"stored-hush-{nth}-0123456789",
        uploaded_by=people.admin, uploaded_at=factories.NOW, state="failed", problem="No header.",
        counts={"read": 2, "rejected": 2, "reasons": [
            {"kind": "error", "column": "name", "reason": "missing", "count": 2, "lines": [2, 3]}
        ]}, finished_at=factories.NOW,
    )  # fmt: skip
    for times in range(1, NUMBER + 1):
        FilePullRun.objects.create(
            pull=pull, at=factories.NOW - timedelta(days=times), outcome=PullOutcome.FAILED, problem="Gone.",
            asked_by=people.admin, ended_at=factories.NOW, file_import=one if times == 1 else None,
        )  # fmt: skip
