"""Which answers may be a machine's, and what becomes of them: each rule alone, and the door they stand at."""

from datetime import timedelta

import pytest
from django.db import connection

from feedback import responses, suspects
from feedback.models import Invitation, Response, ResponseRevision, SuspectAnswer
from feedback.models.suspicion import Suspicion
from feedback.responses import ResponseRefused
from feedback.suspects import Evidence, Facts, lately
from loop import callbacks, customer_pages, outcomes, workflow
from loop import solved as own_words
from loop.models import Callback, Case, Outcome, RootCause
from tests import factories, stories
from tests.factories import NOW, later
from tests.feedback.sendings import counted, invite, take, waiting

SEEN = Evidence(presses=2, seconds=9)


def facts(*scores, **others):
    return Facts(scores=frozenset(scores), **others)


class TestARule:
    def test_takes_one_score_for_a_persons(self):
        assert suspects.suspicion(facts(3)) is None

    def test_suspects_two_scores_of_which_nobody_saw_a_person(self):
        assert suspects.suspicion(facts(3, 8)) == Suspicion.SEVERAL_SCORES

    def test_takes_two_scores_for_a_corrected_slip_where_the_page_saw_a_person(self):
        assert suspects.suspicion(facts(3, 8, by_person=True)) is None

    def test_takes_two_scores_for_a_corrected_slip_where_there_are_words(self):
        assert suspects.suspicion(facts(3, 8, has_words=True)) is None

    def test_suspects_three_scores_whatever_the_page_saw(self):
        assert suspects.suspicion(facts(3, 5, 8, by_person=True, has_words=True)) == Suspicion.SEVERAL_SCORES

    def test_suspects_who_followed_the_hidden_link_whatever_the_page_saw(self):
        assert suspects.suspicion(facts(3, is_hidden=True, by_person=True, has_words=True)) == Suspicion.HIDDEN_LINK

    @pytest.mark.parametrize(
        ("seconds", "found"), [(0, Suspicion.TOO_SOON), (9, Suspicion.TOO_SOON), (10, None), (86_400, None)]
    )
    def test_suspects_an_answer_seconds_after_the_mail(self, seconds, found):
        assert suspects.suspicion(facts(3, by_person=True, after_mail=timedelta(seconds=seconds))) == found

    @pytest.mark.parametrize(
        ("seconds", "found"), [(12, Suspicion.TOO_SOON), (299, Suspicion.TOO_SOON), (300, None), (86_400, None)]
    )
    def test_suspects_an_answer_minutes_after_the_mail_where_nobody_was_seen(self, seconds, found):
        assert suspects.suspicion(facts(3, after_mail=timedelta(seconds=seconds))) == found

    def test_takes_words_for_a_persons_however_soon(self):
        assert suspects.suspicion(facts(3, has_words=True, after_mail=timedelta(seconds=5))) is None


class TestEvidence:
    @pytest.mark.parametrize(
        ("told", "is_a_person"),
        [
            ("2:9", True), ("1:1", True), ("0:9", False), ("9:0", False), ("", False), ("2", False), (":", False),
            ("-1:9", False), ("2:9:1", False), ("x:y", False), ("٢:٩", False), ("9999999:9", False), ("2:1e3", False),
        ],
    )  # fmt: skip
    def test_is_what_the_page_tells_or_nothing(self, told, is_a_person):
        assert Evidence.read(told).of_a_person == is_a_person


class TestTheDoor:
    def test_records_an_answer_with_its_case(self, asked):
        recorded = take(asked, 3, comment="Late.", wants_callback=True, phone="070", language="sv")
        assert recorded.created
        told = Response.objects.get()
        assert (told.score, told.comment, told.wants_callback, told.phone) == (3, "Late.", True, "070")
        assert (told.language, told.source, told.invitation) == ("sv", "page", asked)
        assert Case.objects.get().response == told

    def test_keeps_a_suspect_out_of_everything(self, asked):
        assert take(asked, 3, is_hidden=True, comment="x", wants_callback=True, phone="1") is None
        kept = SuspectAnswer.objects.get()
        assert (kept.score, kept.comment, kept.wants_callback, kept.phone) == (3, "x", True, "1")
        assert (kept.suspicion, kept.at, kept.settled_at) == ("hidden_link", NOW, None)
        assert (counted(), Case.objects.count()) == ([], 0)

    def test_suspects_a_mail_just_sent_and_a_reminder_just_sent(self, eva):
        just_sent = invite(eva, mailed=later(seconds=-5))
        assert take(just_sent, 3) is None
        reminded = invite(eva)
        Invitation.objects.filter(pk=reminded.pk).update(reminded_at=later(seconds=-5))
        assert take(reminded, 3) is None
        assert take(reminded, 3, seconds=120) is None
        assert take(reminded, 3, seconds=125, evidence=SEEN).created

    def test_believes_a_person_without_scripts_who_comes_later(self, eva):
        assert take(invite(eva, mailed=NOW), 3, seconds=12) is None
        assert take(Invitation.objects.get(), 4, seconds=600).created
        assert (counted(), waiting()) == ([4], [])

    def test_does_not_suspect_because_of_a_mail_from_the_future(self, eva):
        """`sweep --now` may have sent it."""
        assert take(invite(eva, mailed=later(days=3)), 3).created

    def test_refuses_what_record_response_refuses(self, asked):
        with pytest.raises(ResponseRefused):
            take(asked, 11)


class TestABurst:
    def test_takes_back_what_was_counted_before_it_showed(self, asked):
        assert take(asked, 0).created
        assert take(asked, 1, seconds=10) is None
        assert (counted(), waiting()) == ([], [0, 1])
        assert set(SuspectAnswer.objects.values_list("suspicion", flat=True)) == {"several_scores"}

    def test_of_a_machine_that_can_press_keys_is_known_at_the_third_score(self, asked):
        assert take(asked, 0, evidence=SEEN).created
        assert take(asked, 1, seconds=10, evidence=SEEN).revised
        assert take(asked, 2, seconds=20, evidence=SEEN) is None
        assert (counted(), waiting()) == ([], [0, 1, 2])

    @pytest.mark.parametrize("pause", [0.1, 1, 10, 25])
    @pytest.mark.parametrize("evidence", [Evidence(), SEEN])
    def test_of_all_eleven_scores_leaves_nothing_counted(self, asked, pause, evidence):
        for score in range(11):
            take(asked, score, seconds=score * pause, evidence=evidence)
        assert (counted(), waiting()) == ([], list(range(11)))

    def test_withdraws_the_case_it_opened_and_says_why(self, asked):
        take(asked, 0)
        take(asked, 9, seconds=5)
        case = Case.objects.get()
        assert (case.state, case.resolution) == ("resolved", "withdrawn")
        assert stories.kinds(case)[-1] == "withdrawn"
        assert "A machine answered" in stories.told(case, "withdrawn")[0]["reason"]

    def test_ends_after_a_minute(self, asked):
        take(asked, 3)
        assert take(asked, 8, seconds=61).revised
        assert (counted(), waiting()) == ([8], [])

    def test_is_not_the_same_answer_twice(self, asked):
        for tap in range(3):
            take(asked, 3, seconds=tap)
        assert (counted(), waiting()) == ([3], [])

    def test_by_the_hidden_link_takes_back_what_came_just_before(self, asked):
        take(asked, 3)
        assert take(asked, 3, seconds=4, is_hidden=True) is None
        assert (counted(), waiting()) == ([], [3, 3])

    def test_by_the_hidden_link_taints_what_comes_just_after(self, asked):
        take(asked, 3, is_hidden=True)
        assert take(asked, 3, seconds=4) is None
        assert take(asked, 3, seconds=70).created

    def test_of_one_link_says_nothing_about_another(self, asked, eva):
        take(asked, 0)
        assert take(invite(eva), 9, seconds=3).created
        assert counted() == [0, 9]

    def test_that_never_ends_is_kept_in_fifty_rows_and_still_known(self, asked):
        for number in range(80):
            assert (take(asked, number % 11, seconds=number * 5) is None) == (number > 0)
        assert suspects.to_verify().count() == suspects.MOST_WAITING
        assert counted() == []


class TestAPersonAfterAMachine:
    @pytest.fixture
    def scanned(self, asked):
        for score in range(3):
            take(asked, score, seconds=score)
        return asked

    def test_is_counted_once(self, scanned):
        assert take(scanned, 9, seconds=7200).revised
        assert (counted(), waiting()) == ([9], [])
        assert set(SuspectAnswer.objects.values_list("settlement", flat=True)) == {"overtaken"}

    def test_answered_when_they_did_and_not_when_the_machine_did(self, scanned):
        take(scanned, 9, seconds=7200)
        response = Response.objects.get()
        assert response.responded_at == later(seconds=7200)
        assert response.retracted_at is None

    def test_counts_with_the_very_score_the_machine_chose(self, scanned):
        take(scanned, 0, seconds=7200)
        assert counted() == [0]

    def test_has_the_case_opened_again_when_they_are_unhappy(self, scanned):
        take(scanned, 2, seconds=7200, comment="Late.")
        case = Case.objects.get()
        assert (case.state, case.resolution) == ("new", "")
        assert stories.kinds(case)[-1] == "reopened"
        assert "answer_changed" not in stories.kinds(case)

    def test_has_no_case_when_they_are_happy(self, scanned):
        take(scanned, 9, seconds=7200)
        assert Case.objects.get().resolution == "withdrawn"

    def test_leaves_a_case_withdrawn_that_a_lead_withdrew(self, asked, people):
        take(asked, 2)
        case = Case.objects.get()
        workflow.withdraw(case_id=case.pk, reason="A test.", actor=people.lead, now=later(minutes=5))
        take(asked, 1, seconds=7200)
        assert Case.objects.get().resolution == "withdrawn"


class TestAMachineAfterAPerson:
    def test_does_not_disturb_what_the_person_answered(self, asked):
        take(asked, 9, comment="Quick.")
        for score in range(4):
            take(asked, score, seconds=7200 + score)
        response = Response.objects.get()
        assert (response.score, response.comment, response.retracted_at) == (9, "Quick.", None)
        assert (response.responded_at, response.revised_at) == (NOW, None)
        assert waiting() == [0, 1, 2, 3]

    def test_leaves_no_open_case_behind(self, asked):
        take(asked, 9)
        take(asked, 0, seconds=7200)
        assert Case.objects.get().is_open
        take(asked, 1, seconds=7203)
        assert Case.objects.get().resolution == "withdrawn"

    def test_leaves_the_case_of_an_unhappy_person_open(self, asked):
        take(asked, 3, comment="Late.")
        for score in (10, 9, 8):
            take(asked, score, seconds=7200)
        case = Case.objects.select_related("response").get()
        assert case.is_open
        assert (case.response.score, case.response.comment) == (3, "Late.")

    def test_that_comes_twice_cannot_bring_back_its_own_first_answer(self, asked):
        for day in (0, 1, 2):
            for score in range(4):
                take(asked, score, seconds=day * 86_400 + score, evidence=SEEN)
            assert counted() == []

    def test_that_comes_twice_leaves_what_the_person_said_in_between(self, asked):
        for day in (0, 2, 3):
            for score in range(4):
                take(asked, score, seconds=day * 86_400 + score, evidence=SEEN)
            if day == 0:
                take(asked, 7, seconds=86_400, comment="Fine.")
            else:
                assert counted() == [7]
        response = Response.objects.get()
        assert [said.score for said in responses.by_people(response)] == []

    def test_makes_the_suspects_wait_again_that_its_first_answer_overtook(self, asked):
        take(asked, 5, is_hidden=True)
        take(asked, 0, seconds=7200)
        assert waiting() == []
        take(asked, 1, seconds=7201)
        assert waiting() == [0, 1, 5]


class TestTheHistory:
    def test_keeps_what_the_person_said_before_and_no_machines_words(self, asked):
        take(asked, 3, comment="Late.")
        take(asked, 6, seconds=3600, comment="Better.")
        for score in (0, 1, 2):
            take(asked, score, seconds=7200, evidence=SEEN)
        take(asked, 8, seconds=9000, comment="Good now.")
        response = Response.objects.get()
        assert [said.score for said in responses.by_people(response)] == [3, 6]
        assert ResponseRevision.objects.count() > 2  # all of it is there to look up


class TestARecoveryAnswerOfAMachine:
    @pytest.fixture
    def solved(self, anna):
        """Anna's case, solved at NOW + 2 h; its recovery survey left a month later."""
        case = factories.resolved_case(3, owner=anna)
        factories.sent(case.recovery_invitation, now=later(days=30))
        return Case.objects.get(pk=case.pk)

    def answer(self, case, *scores):
        asked = Invitation.objects.get(pk=case.recovery_invitation_id)
        for number, score in enumerate(scores):
            take(asked, score, seconds=31 * 86_400 + number)

    def test_gives_no_outcome(self, solved):
        self.answer(solved, 9, 10)
        assert not Outcome.objects.exists()

    def test_does_not_leave_the_case_open_that_it_reopened(self, solved):
        self.answer(solved, 0)
        assert Case.objects.get().is_open
        self.answer(solved, 0, 1)
        case = Case.objects.get()
        assert (case.state, case.resolution, case.reopened_count) == ("resolved", "solved", 0)
        assert (case.closed_at, case.root_cause) == (solved.closed_at, RootCause.objects.get(key="billing"))
        assert case.recovery_invitation_id == solved.recovery_invitation_id

    def test_leaves_the_customers_own_word_that_it_is_solved(self, solved):
        said = customer_pages.page_of(solved, now=later(hours=3))
        own_words.say(said, "solved", evidence=SEEN, now=later(hours=4))
        own_words.take_effect(now=later(hours=5))
        confirmed = Case.objects.get().customer_confirmed_at
        self.answer(solved, 0, 1)
        assert (Case.objects.get().customer_confirmed_at, confirmed) == (later(hours=5), later(hours=5))

    def test_takes_with_it_the_call_that_was_agreed_meanwhile(self, anna, solved):
        self.answer(solved, 0)
        now = later(seconds=31 * 86_400 + 1)
        callbacks.book(case_id=solved.pk, starts_at=later(days=35, minutes=18), actor=anna, now=now)
        self.answer(solved, 0, 1)
        call = Callback.objects.get()
        assert (call.state, Case.objects.get().state) == ("cancelled", "resolved")

    def test_is_followed_by_the_persons_own_answer(self, solved):
        self.answer(solved, 0, 1)
        asked = Invitation.objects.get(pk=solved.recovery_invitation_id)
        take(asked, 9, seconds=33 * 86_400)
        outcome = Outcome.objects.get()
        assert (outcome.verdict, outcome.after) == ("recovered", 9)

    def test_is_silence_in_the_end(self, solved):
        self.answer(solved, 9, 10)
        assert outcomes.close_unanswered(now=later(days=60)) == 1
        assert Outcome.objects.get().verdict == "no_answer"


class TestTheLookForOthersAnswers:
    @pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL reads a table of one row without an index")
    def test_uses_the_index(self, asked):
        assert "response_once_per_source" in lately.forwarded(asked).explain()
