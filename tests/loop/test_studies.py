"""Who is called first is drawn by lot: who enters, when they are asked and called, and who may start or stop it."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine

from feedback.models import Invitation, Response
from loop import studies, triage_many
from loop.access import NotAllowed
from loop.changes import ChangeRefused
from loop.models import Case, Study, StudyCase, StudyTurn
from loop.models.event import EventKind
from loop.reporting.expected_recovery import Finding
from loop.reporting.studies import figures
from loop.reporting.trial import Undecided
from tests import factories, stories
from tests.factories import NOW, later
from tests.people import browser

pytestmark = pytest.mark.django_db

DECIDED = later(days=365)


def start(actor=None, **fields) -> Study:
    made = {
        "survey": factories.survey("recovery"), "decides_at": DECIDED, "expected_share": 0.45, "smallest_effect": 0.15,
        "exempt_up_to": 2, "exempt_value": None, **fields,
    }  # fmt: skip
    return studies.start(**made, actor=actor, now=NOW - timedelta(hours=1))


def drawn_case(people, turn: StudyTurn, score: int = 5) -> Case:
    """A case the lot has put there."""
    for _ in range(60):
        case = factories.case(score, owner=people.agent)
        if case.drawn.turn == turn:
            return case
    raise AssertionError("The lot never fell that way.")


def answer(case: Case, score: int, *, at=None) -> Response:
    invitation = case.drawn.invitation
    factories.sent(invitation, now=case.drawn.asked_at)
    at = at or case.drawn.asked_at + timedelta(minutes=5)
    return factories.response(
        score, contact=case.contact, survey_key="recovery", invitation=invitation, source="page", now=at
    )


class TestWhoStarts:
    def test_what_it_takes_is_worked_out_and_kept(self, people):
        study = start(people.admin)
        assert (study.answers_planned, study.started_by, len(study.seed)) == (173, people.admin, 32)

    @pytest.mark.parametrize("who", ["agent", "lead", "leader"])
    def test_nobody_but_administrators(self, people, who):
        with pytest.raises(NotAllowed):
            start(getattr(people, who))
        assert not Study.objects.exists()

    def test_one_at_a_time(self, people):
        start(people.admin)
        with pytest.raises(ChangeRefused, match="one at a time"):
            start(people.admin)
        assert Study.objects.count() == 1

    def test_the_next_one_once_its_day_has_come(self, people):
        first = start(people.admin)
        Study.objects.filter(pk=first.pk).update(starts_at=later(days=-9), decides_at=later(days=-2))
        assert start(people.admin) != first

    @pytest.mark.parametrize(
        ("fields", "field"),
        [
            ({"decides_at": NOW - timedelta(days=1)}, "decides_at"),
            ({"decides_at": NOW + timedelta(days=5000)}, "decides_at"),
            ({"expected_share": 1.0}, "expected_share"),
            ({"smallest_effect": 0.7}, "smallest_effect"),
        ],
    )
    def test_what_is_wrong_is_named(self, people, fields, field):
        with pytest.raises(ChangeRefused) as refused:
            start(people.admin, **fields)
        assert refused.value.field == field

    def test_an_ordinary_survey_is_refused(self, people):
        with pytest.raises(ChangeRefused, match="recovery survey"):
            start(people.admin, survey=factories.survey("relational"))


class TestWhoEnters:
    def test_a_detractor_is_drawn_and_asked_before_the_later_ones_are_called(self, people):
        start()
        case = drawn_case(people, StudyTurn.LATER)
        drawn = case.drawn
        assert case.opened_at < drawn.asked_at < drawn.call_from < case.contact_due_at
        assert drawn.invitation.due_at == drawn.asked_at
        assert stories.told(case, EventKind.STUDY_DRAWN)[0]["turn"] == "later"

    def test_who_is_called_first_is_asked_at_the_same_time(self, people):
        start()
        first, last = drawn_case(people, StudyTurn.FIRST).drawn, drawn_case(people, StudyTurn.LATER).drawn
        assert (first.asked_at, first.counts_until, first.call_from) == (last.asked_at, last.counts_until, None)

    def test_a_due_time_is_never_moved(self, people):
        before = factories.case(5, owner=people.agent)
        start()
        assert drawn_case(people, StudyTurn.LATER).contact_due_at == before.contact_due_at

    @pytest.mark.parametrize("score", [0, 2, 7])
    def test_exempt_scores_and_no_detractors_stay_out(self, people, score):
        start()
        contact = factories.contact(account=factories.account(owner=people.agent))
        case = factories.response(score, contact=contact, wants_callback=score == 7).case
        assert not StudyCase.objects.filter(case=case).exists()

    def test_nobody_who_asked_for_a_call_waits_for_it(self, people):
        start()
        contact = factories.contact(account=factories.account(owner=people.agent))
        factories.response(5, contact=contact, wants_callback=True)
        assert not StudyCase.objects.exists()

    def test_customers_worth_so_much_stay_out(self, people):
        start(exempt_value=Decimal(100_000))
        for value in (100_000, 99_999, None):
            customer = factories.account(owner=people.agent, annual_value=value and Decimal(value), currency="SEK")
            factories.response(5, contact=factories.contact(account=customer))
        assert [drawn.case.account.annual_value for drawn in StudyCase.objects.order_by("pk")] == [99_999, None]

    def test_an_account_enters_once_and_the_lot_is_of_accounts(self, people):
        study = start()
        customer = factories.account(owner=people.agent)
        for _ in range(3):
            factories.response(5, contact=factories.contact(account=customer))
        drawn = StudyCase.objects.get()
        assert drawn.turn == studies.turn_of(study.seed, f"account:{customer.pk}")

    def test_anonymous_answers_and_people_mail_does_not_reach_stay_out(self, people):
        start()
        factories.response(5)
        factories.response(5, contact=factories.contact(account=factories.account(owner=people.agent), email=""))
        assert not StudyCase.objects.exists()

    def test_after_its_day_nobody_is_drawn(self, people):
        start(decides_at=later(hours=1))
        factories.case(5, owner=people.agent)
        assert not StudyCase.objects.exists()

    def test_the_lot_is_even_and_the_same_whenever_it_is_asked(self):
        turns = [studies.turn_of("seed", f"account:{number}") for number in range(2000)]
        assert turns == [studies.turn_of("seed", f"account:{number}") for number in range(2000)]
        assert 900 < turns.count(StudyTurn.FIRST) < 1100

    def test_answers_that_come_at_once_are_drawn_too(self, people):
        customers = [factories.contact(account=factories.account(owner=people.agent)) for _ in range(4)]
        answers = [factories.response(9, contact=customer) for customer in customers]
        start()
        Response.objects.update(score=5, category="detractor", triaged_at=None)
        answers = list(Response.objects.select_related("survey", "contact__account").order_by("pk"))
        triage_many.triage_all(answers, alone=lambda _: None, thank=lambda _: None, now=NOW)
        assert StudyCase.objects.count() == len(customers)


class TestTheAnswer:
    def test_it_opens_no_second_case_and_stands_on_the_timeline(self, people):
        start()
        case = drawn_case(people, StudyTurn.LATER)
        cases = Case.objects.count()
        answer(case, 4)
        assert Case.objects.count() == cases
        assert stories.told(case, EventKind.STUDY_ANSWERED) == [{"score": 4}]

    def test_it_counts_in_the_group_that_was_drawn_whatever_was_done(self, people):
        study = start()
        case = drawn_case(people, StudyTurn.LATER)
        factories.reach(case, now=later(hours=1))  # called at once, against the lot
        answer(case, 9)
        trial = figures([study], NOW)[0].trial
        assert (trial.treated.answered, trial.waiting.answered, trial.waiting.recovered) == (0, 1, 1)

    def test_an_answer_after_the_later_ones_were_called_does_not_count(self, people):
        study = start()
        case = drawn_case(people, StudyTurn.LATER)
        answer(case, 9, at=case.drawn.counts_until + timedelta(minutes=1))
        trial = figures([study], NOW)[0].trial
        assert (trial.waiting.asked, trial.waiting.answered) == (1, 0)


class TestVerdict:
    @pytest.fixture
    def decided(self, people) -> Study:
        """Everybody who was called first recovered, nobody else: twenty of each and more."""
        study = start()
        for _ in range(60):
            case = factories.case(5, owner=people.agent)
            answer(case, 9 if case.drawn.turn == StudyTurn.FIRST else 3)
        return study

    def test_none_before_the_day_however_good_it_looks(self, decided):
        found = figures([decided], DECIDED - timedelta(seconds=1))[0]
        assert (found.finding, found.undecided) == (Finding.CANNOT_TELL, Undecided.NOT_YET)
        assert found.trial.interval
        assert found.words[0] == "No verdict before the day that was fixed."

    def test_on_the_day(self, decided):
        found = figures([decided], DECIDED)[0]
        assert (found.finding, found.undecided) == (Finding.MORE, None)
        assert "what to expect without" in found.words[1]

    def test_never_once_it_was_stopped(self, decided, people):
        studies.stop(decided.pk, reason="It looks good.", actor=people.admin, now=later(days=9))
        found = figures([Study.objects.get()], DECIDED)[0]
        assert (found.finding, found.undecided) == (Finding.CANNOT_TELL, Undecided.STOPPED)


class TestStopping:
    def test_says_why_and_calls_off_what_has_not_been_asked(self, people):
        study = start()
        case = drawn_case(people, StudyTurn.LATER)
        with pytest.raises(ChangeRefused, match="Say why"):
            studies.stop(study.pk, reason=" ", actor=people.admin, now=NOW)
        studies.stop(study.pk, reason="Half the team is ill.", actor=people.admin, now=NOW)
        assert Invitation.objects.get(study_case__case=case).cancelled_at == NOW
        assert studies.running(NOW) is None

    def test_nobody_but_administrators(self, people):
        study = start()
        with pytest.raises(NotAllowed):
            studies.stop(study.pk, reason="No.", actor=people.lead, now=NOW)
        assert studies.running(NOW) == study


class TestPages:
    def form(self, **fields) -> dict[str, object]:
        return {
            "survey": factories.survey("recovery").pk, "decides_at": "2027-11-30", "expected_share": 45,
            "smallest_effect": 15, "exempt_up_to": 2, **fields,
        }  # fmt: skip

    def test_an_administrator_starts_and_stops_one(self, people):
        ada = browser(people.admin)
        assert ada.post("/setup/studies/", self.form(), follow=True).status_code == 200
        study = Study.objects.get()
        assert (study.expected_share, study.smallest_effect) == (0.45, 0.15)
        page = ada.get("/setup/studies/").content.decode()
        assert "No verdict before the day that was fixed." in page
        assert "Start the study" not in page
        ada.post(f"/setup/studies/{study.pk}/stop/", {"reason": "Enough."})
        assert "Enough." in ada.get("/setup/studies/").content.decode()

    def test_what_is_wrong_stands_at_its_field(self, people):
        said = browser(people.admin).post("/setup/studies/", self.form(decides_at="2020-01-01"))
        assert said.status_code == 400
        assert "The day lies ahead" in said.content.decode()

    def test_the_owner_sees_from_when_to_call(self, people):
        start()
        case = drawn_case(people, StudyTurn.LATER)
        anna = browser(people.agent)
        with time_machine.travel(later(minutes=5), tick=False):
            assert "call from" in anna.get("/cases/").content.decode()
            assert "Call from" in anna.get(f"/cases/{case.pk}/").content.decode()
        with time_machine.travel(case.drawn.call_from, tick=False):
            assert "Call from" not in anna.get(f"/cases/{case.pk}/").content.decode()
