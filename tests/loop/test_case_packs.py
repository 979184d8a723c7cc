"""Are the columns of cases at every moment those of a recount from the rows, whatever happened to a case?"""

from datetime import timedelta
from random import Random

import numpy as np
import pytest
from django.db import connection
from django.utils import timezone

from feedback import erasure, responses
from feedback.models import Invitation, Response
from loop import case_columns, case_packs, guards, outcomes, reminders, workflow
from loop.case_columns import NAMES
from loop.models import Case, CaseMark, CasePack, Outcome, RootCause, State
from tests import factories

pytestmark = pytest.mark.django_db


def told(columns) -> dict[str, list]:
    return {name: getattr(columns, name).tolist() for name in NAMES}


def as_counted_anew() -> dict[str, list]:
    return told(case_columns.read(Case.objects.all()))


def without_marks() -> None:
    """Take the triggers away that leave them."""
    with connection.cursor() as cursor:
        for change in guards.case_marks.changes(differs="="):
            on = "" if connection.vendor == "sqlite" else f" ON {change.table}"
            cursor.execute(f"DROP TRIGGER loop_guard_mark_{change.name}{on}")


class History:
    """Steps on a few cases, in an order nobody chose."""

    def __init__(self, people, seed: int) -> None:
        self.people, self.chance, self.now = people, Random(seed), timezone.now()
        self.owners = people.agent, people.colleague, people.other_agent
        self.persons = [factories.contact(account=factories.account(owner=owner)) for owner in self.owners * 2]

    def go_on(self) -> None:
        self.now += timedelta(hours=self.chance.randrange(1, 60))
        self.chance.choice((
            self.answer, self.answer, self.attempt, self.attempt, self.resolve, self.reopen, self.withdraw, self.remind,
            self.correct, self.hand_over, self.answer_again, self.fall_silent, self.erase, self.by_plain_sql,
        ))()  # fmt: skip

    def answer(self) -> None:
        contact = self.chance.choice([one for one in self.persons if one.erased_at is None] or self.persons)
        score = self.chance.randrange(0, 8)
        factories.response(score, contact=contact, now=self.now, wants_callback=self.chance.random() < 0.3)

    def one(self, *states: str) -> Case | None:
        found = list(Case.objects.filter(state__in=states).order_by("pk"))
        return self.chance.choice(found) if found else None

    def attempt(self) -> None:
        if case := self.one(State.NEW, State.CONTACTED):
            reached = self.chance.random() < 0.6
            workflow.attempt(case_id=case.pk, channel="phone", reached=reached, actor=None, now=self.now)

    def resolve(self) -> None:
        if case := self.one(State.CONTACTED):
            cause = RootCause.objects.order_by("pk")[0]
            workflow.resolve(case_id=case.pk, root_cause=cause, summary="Done.", actor=None, now=self.now)

    def reopen(self) -> None:
        if case := self.one(State.RESOLVED):
            workflow.reopen(case_id=case.pk, reason="Not solved.", actor=None, now=self.now)

    def withdraw(self) -> None:
        if case := self.one(State.NEW, State.CONTACTED):
            workflow.withdraw(case_id=case.pk, reason="A test.", actor=None, now=self.now)

    def remind(self) -> None:
        reminders.remind_due(now=self.now)

    def correct(self) -> None:
        given = list(Response.objects.filter(contact__isnull=False, contact__erased_at=None).order_by("pk"))
        if given:
            of = self.chance.choice(given)
            score = self.chance.randrange(0, 11)
            responses.record_response(
                survey=of.survey, contact=of.contact, score=score, source="page", corrects=of, now=self.now
            )

    def hand_over(self) -> None:
        if case := self.one(State.NEW, State.CONTACTED):
            owner = self.chance.choice(self.owners)
            workflow.assign(case_id=case.pk, owner=owner, reason="A holiday.", actor=None, now=self.now)

    def answer_again(self) -> None:
        asked = list(Invitation.objects.filter(recovery_case__outcome=None, recovery_case__isnull=False))
        if asked:
            invitation = self.chance.choice(asked)
            Invitation.objects.filter(pk=invitation.pk).update(sent_at=self.now)
            case = invitation.recovery_case
            if self.chance.random() < 0.7 and case.contact.erased_at is None:
                factories.response(
                    self.chance.randrange(0, 11), contact=case.contact, survey_key="recovery", invitation=invitation,
                    now=self.now,
                )  # fmt: skip

    def fall_silent(self) -> None:
        outcomes.close_unanswered(now=self.now)

    def erase(self) -> None:
        if self.chance.random() < 0.2:
            contact = self.chance.choice(self.persons)
            erasure.erase(contact, by="Ada", now=self.now)
            contact.refresh_from_db()

    def by_plain_sql(self) -> None:
        """As a worker of another release, or somebody at the database's own prompt."""
        if case := self.one(State.NEW):
            Case.objects.filter(pk=case.pk).update(
                contact_due_at=case.contact_due_at - timedelta(minutes=1), opened_at=case.opened_at - timedelta(hours=1)
            )
            Response.objects.filter(pk=case.response_id).update(wants_callback=True)


@pytest.mark.parametrize("seed", range(6))
def test_are_those_of_a_recount_after_every_step(seed: int, people, monkeypatch) -> None:
    monkeypatch.setattr(case_packs, "SIZE", 4)
    history = History(people, seed)
    for step in range(60):
        history.go_on()
        if history.chance.random() < 0.3:
            case_packs.pack(now=history.now)
        assert told(case_packs.all_cases()) == as_counted_anew(), step
    assert CasePack.objects.exists()
    case_packs.pack(now=history.now)
    assert not CaseMark.objects.exists()
    assert told(case_packs.all_cases()) == as_counted_anew()


def test_are_not_without_the_marks(people, monkeypatch) -> None:
    """The test above tells: with the triggers taken away it fails."""
    without_marks()
    monkeypatch.setattr(case_packs, "SIZE", 4)
    history, differed = History(people, 1), 0
    for _ in range(60):
        history.go_on()
        if history.chance.random() < 0.3:
            case_packs.pack(now=history.now)
        differed += told(case_packs.all_cases()) != as_counted_anew()
    assert differed


@pytest.mark.parametrize(
    ("change", "column"),
    [
        (lambda case: Response.objects.filter(pk=case.response_id).update(score=1), "score"),
        (lambda case: Invitation.objects.filter(recovery_case=case).update(sent_at=timezone.now()), "asked_again"),
        (lambda case: Case.objects.filter(pk=case.pk).update(team=None), "team"),
        (
            lambda case: Outcome.objects.create(case=case, verdict="no_answer", before=3, at=timezone.now()),
            "verdict",
        ),
    ],
)  # fmt: skip
def test_each_kind_of_change_is_seen_at_once(people, change, column) -> None:
    case = factories.resolved_case(3, owner=people.agent)
    Invitation.objects.filter(recovery_case=case).update(sent_at=None)
    Case.objects.filter(pk=case.pk).update(team=people.north)
    case_packs.pack(now=timezone.now())
    before = told(case_packs.all_cases())
    change(case)
    after = told(case_packs.all_cases())
    assert after == as_counted_anew()
    assert {name for name in NAMES if before[name] != after[name]} >= {column}


def test_what_reports_do_not_count_leaves_no_mark(people) -> None:
    case = factories.case(3, owner=people.agent)
    case_packs.pack(now=timezone.now())
    Case.objects.filter(pk=case.pk).update(remind_round=7, owner_reason="Because.")
    Response.objects.filter(pk=case.response_id).update(comment="Again.")
    assert not CaseMark.objects.exists()


def test_packs_of_another_shape_are_not_read(people) -> None:
    factories.case(3, owner=people.agent)
    packed = case_packs.pack(now=timezone.now())  # more than one where the numbers of cases have gone far
    CasePack.objects.update(shape=0, cases=b"?")
    assert told(case_packs.all_cases()) == as_counted_anew()
    assert case_packs.pack(now=timezone.now()) == packed > 0


def test_very_many_marks_and_gaps_are_read_as_rows(people, monkeypatch) -> None:
    monkeypatch.setattr(case_packs, "SIZE", 1)
    for _ in range(6):
        factories.case(3, owner=people.agent)
    case_packs.pack(now=timezone.now())
    CasePack.objects.filter(block__in=[case.pk for case in Case.objects.all()[::2]]).update(shape=0)
    monkeypatch.setattr(case_packs, "MOST_SPANS", 1)
    assert told(case_packs.all_cases()) == as_counted_anew()
    Case.objects.update(reopened_count=2)
    monkeypatch.setattr(case_packs, "MOST_MARKED", 2)
    assert told(case_packs.all_cases()) == as_counted_anew()


def test_ids_that_take_eight_bytes_come_back_as_they_were(people) -> None:
    factories.case(3, owner=people.agent)
    columns = case_columns.read(Case.objects.all())
    wide = case_columns.CaseColumns.of_arrays(
        getattr(columns, name).astype(np.int64) + 2**40 if name in case_columns.IDS else getattr(columns, name)
        for name in NAMES
    )  # fmt: skip
    content, _digest = case_columns.packed(wide)
    assert told(case_columns.unpacked(content)) == told(wide)
