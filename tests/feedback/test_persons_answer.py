"""A person's answer wins: what left no trace of a person neither changes it nor has it taken back."""

import html
import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from feedback import suspects
from feedback.models import Response, SuspectAnswer
from feedback.suspects import Evidence
from loop.models import Case
from tests import factories
from tests.factories import NOW, later
from tests.feedback import survey_page
from tests.feedback.sendings import counted, invite, take, waiting

SEEN = Evidence(presses=2, seconds=9)


def case_of(invitation):
    return Case.objects.get(response__invitation=invitation)


@pytest.fixture
def unhappy(asked):
    """Eva has answered 2, in words, on a page that saw her."""
    assert take(asked, 2, comment="The invoice is wrong again.", evidence=SEEN).created
    return asked


class TestAFormWithoutATrace:
    """Three minutes after the person's answer, as a scanner sends it."""

    def test_waits_and_the_answer_and_its_case_stand(self, unhappy):
        assert take(unhappy, 10, seconds=180) is None
        response = Response.objects.get()
        assert (response.score, response.comment) == (2, "The invoice is wrong again.")
        assert case_of(unhappy).is_open
        assert waiting() == [10]
        assert SuspectAnswer.objects.get().suspicion == "change_unseen"

    def test_has_no_words_of_its_own_when_it_sends_those_along_that_the_page_held(self, unhappy):
        assert take(unhappy, 10, seconds=180, comment=" The invoice\r\nis wrong again.") is None
        assert case_of(unhappy).is_open

    @pytest.mark.parametrize("change", [{"wants_callback": True, "phone": "070"}, {"comment": ""}])
    def test_changes_nothing_else_either(self, unhappy, change):
        assert take(unhappy, 2, seconds=180, **change) is None
        response = Response.objects.get()
        assert (response.comment, response.wants_callback) == ("The invoice is wrong again.", False)

    def test_that_says_the_same_is_no_change_and_settles_nothing(self, unhappy):
        take(unhappy, 10, seconds=180)
        assert take(unhappy, 2, seconds=400, comment="The invoice is wrong again.") is not None
        assert waiting() == [10]

    @pytest.mark.parametrize("details", [{"evidence": SEEN}, {"comment": "The wrong person was to blame."}])
    def test_stands_against_either_trace_alone(self, asked, details):
        take(asked, 2, **details)
        assert take(asked, 10, seconds=180) is None
        assert counted() == [2]

    def test_stands_against_a_person_who_said_again_what_had_left_no_trace(self, asked):
        take(asked, 2)
        take(asked, 2, seconds=100, evidence=SEEN)
        assert take(asked, 10, seconds=300) is None

    def test_does_not_keep_the_person_from_changing_it(self, unhappy):
        take(unhappy, 10, seconds=180)
        assert take(unhappy, 7, seconds=200, evidence=SEEN).revised
        assert (counted(), waiting()) == ([7], [])

    def test_counts_once_a_lead_says_that_it_was_the_person(self, unhappy):
        take(unhappy, 10, seconds=180)
        suspects.accept(suspects.to_verify().get().pk, by="lars@loop.example", now=later(hours=2))
        assert counted() == [10]
        assert take(unhappy, 3, seconds=9000) is None  # somebody vouches for it now

    def test_cannot_close_a_case_where_it_may_change_the_answer(self, asked):
        """Of the first answer, too, there is no trace: the better score is told, and the case stays."""
        take(asked, 2)
        assert take(asked, 10, seconds=180).revised
        assert case_of(asked).is_open

    def test_comes_by_the_page_itself(self, people):
        asked = survey_page.invited(factories.contact("Eva", account=factories.account(owner=people.agent)))
        page = survey_page.link(asked)
        with time_machine.travel(timezone.now(), tick=False) as clock:
            survey_page.answer(page, score=2, comment="It's <late>.", page=survey_page.SEEN)
            clock.shift(timedelta(minutes=3))
            shown = Client().get(f"{page}?score=10").content.decode()
            words = html.unescape(re.search(r"<textarea[^>]*>(.*?)</textarea>", shown, re.S).group(1))
            assert words == "It's <late>."
            survey_page.send(page, survey_page.form_of(shown), score=10, comment=words)
        assert (counted(), case_of(asked).is_open) == ([2], True)


class TestAPersonWithoutScripts:
    """Who corrects an answer and writes nothing leaves no trace either."""

    @pytest.fixture
    def page(self, people):
        asked = survey_page.invited(factories.contact("Eva", account=factories.account(owner=people.agent)))
        survey_page.answer(survey_page.link(asked), score=2, comment="Late.")
        return survey_page.link(asked)

    def told(self, sent):
        return Client().get(sent.url).content.decode()

    def test_is_told_that_the_first_answer_stands_and_how_to_change_it(self, page):
        told = self.told(survey_page.answer(page, score=9, comment="Late."))
        assert "Your answer 2 stands for now." in told
        assert "whether you or a mail program sent 9" in told
        assert counted() == [2]

    def test_is_believed_with_a_few_words_and_told_nothing_more(self, page):
        survey_page.answer(page, score=9, comment="Late.")
        told = self.told(survey_page.answer(page, score=9, comment="I meant nine, sorry."))
        assert "stands for now" not in told
        assert (counted(), waiting()) == ([9], [])

    def test_may_correct_an_answer_that_left_no_trace_as_before(self, asked):
        take(asked, 2)
        assert take(asked, 9, seconds=120).revised


class TestAnAnswerThatIsSetAside:
    """We cannot tell whether a person sent it, and say so: one press on a page that sees it makes it count."""

    @pytest.fixture(params=[2, 8, 10])
    def score(self, request):
        return request.param

    @pytest.fixture
    def page(self, people):
        account = factories.account(owner=people.agent)
        return survey_page.link(
            survey_page.invited(factories.contact("Eva", account=account), mailed=timedelta(minutes=2))
        )

    @pytest.fixture
    def told(self, page, score):
        """The page of thanks after a form without a trace, two minutes after the mail."""
        sent = survey_page.answer(page, score=score)
        assert counted() == []
        return Client().get(sent.url).content.decode()

    def test_says_so_whatever_the_score(self, told, score):
        assert f"We cannot see whether you or a mail program sent {score}." in told
        assert f"Yes, {score} is my answer" in told

    def test_promises_nothing_yet(self, told):
        assert "choose how we reach you" not in told
        assert "this is what I mean" not in told
        assert "You may close this page" not in told
        assert "Nearly done: was it you?" in told

    def test_counts_once_the_person_presses(self, page, told, score):
        sent = survey_page.send(page, survey_page.form_of(told), page="1:2")
        assert (counted(), waiting()) == ([score], [])
        after = Client().get(sent.url).content.decode()
        assert "We cannot see" not in after
        assert ("choose how we reach you" in after) == (score == 2)

    def test_counts_by_a_few_words_without_scripts(self, page, told, score):
        survey_page.send(page, survey_page.form_of(told), comment="It was me.")
        assert counted() == [score]

    def test_waits_on_after_a_press_nobody_saw(self, page, told):
        sent = survey_page.send(page, survey_page.form_of(told))
        assert (sent.status_code, counted(), len(waiting())) == (303, [], 1)

    def test_after_several_scores_says_to_wait_a_minute(self, page):
        with time_machine.travel(timezone.now(), tick=False) as clock:
            for number in (2, 8, 3):
                clock.shift(10)
                sent = survey_page.answer(page, score=number, page=survey_page.SEEN)
            told = Client().get(sent.url).content.decode()
            assert "Please wait a minute" in told
            clock.shift(61)
            survey_page.send(page, survey_page.form_of(told), page="1:2")
        assert counted() == [3]


class TestAChangeThatIsSetAside:
    """Whatever the reason, the person reads that the first answer stands, and how the new one counts."""

    def test_is_told_where_too_many_scores_came_within_the_minute(self, people):
        page = survey_page.link(survey_page.invited(factories.contact("Eva")))
        with time_machine.travel(timezone.now(), tick=False) as clock:
            survey_page.answer(page, score=2, comment="Late.", page=survey_page.SEEN)
            clock.shift(120)
            for score in (7, 8, 9):
                clock.shift(5)
                sent = survey_page.answer(page, score=score, comment="Late.", page=survey_page.SEEN)
            told = Client().get(sent.url).content.decode()
        assert "stands for now" in told
        assert "your 9 counts" in told


class TestTheSameAnswerAgain:
    def test_changes_nothing_and_says_so(self, people):
        asked = survey_page.invited(factories.contact("Eva"), mailed=timedelta(minutes=2))
        page = survey_page.link(asked)
        survey_page.answer(page, score=2, comment="Late.")
        sent = survey_page.answer(page, score=2, comment="Late.")
        assert "you sent the same again" in Client().get(sent.url).content.decode()
        assert (counted(), waiting()) == ([2], [])
        assert not Response.objects.get().revisions.exists()


class TestAScannerWithinTheMinute:
    @pytest.mark.parametrize(
        "details", [{"evidence": SEEN}, {"comment": "Nobody calls."}, {"evidence": SEEN, "comment": "Nobody calls."}]
    )
    def test_after_a_person_has_nothing_of_theirs_taken_back(self, asked, details):
        take(asked, 2, **details)
        for number, score in enumerate((4, 5, 6)):
            assert take(asked, score, seconds=10 + number) is None
        response = Response.objects.get()
        assert (response.score, response.retracted_at) == (2, None)
        assert case_of(asked).is_open
        assert waiting() == [4, 5, 6]

    def test_before_a_person_keeps_nobody_from_answering(self, asked):
        for score in range(11):
            take(asked, score, seconds=score)
        assert take(asked, 3, seconds=30, evidence=SEEN).revised
        assert (counted(), waiting()) == ([3], [])
        assert case_of(asked).is_open

    def test_by_the_hidden_link_has_nothing_of_a_persons_taken_back(self, asked):
        take(asked, 2, evidence=SEEN)
        assert take(asked, 2, seconds=5, is_hidden=True) is None
        assert counted() == [2]

    def test_that_presses_keys_itself_has_no_words_taken_back(self, asked):
        take(asked, 2, evidence=SEEN, comment="Nobody calls.")
        for number, score in enumerate((4, 5, 6)):
            take(asked, score, seconds=10 + number, evidence=SEEN, comment="Nobody calls.")
        assert counted() == [2]
        assert case_of(asked).is_open
        assert waiting() == [4, 5, 6]


class TestPeopleWithOneLink:
    def test_who_answer_within_a_minute_are_all_counted(self, unhappy):
        """The mail was passed on in a meeting."""
        assert take(unhappy, 8, seconds=20, evidence=SEEN, forwarded_as="f1f1f1f1").created
        assert take(unhappy, 10, seconds=40, evidence=SEEN, comment="Great.", forwarded_as="f2f2f2f2").created
        assert take(unhappy, 5, seconds=50, evidence=SEEN, forwarded_as="f3f3f3f3").created
        assert counted() == [2, 8, 10, 5]
        assert case_of(unhappy).is_open

    def test_do_not_hide_a_machine_on_one_of_their_pages(self, unhappy):
        take(unhappy, 8, seconds=10, evidence=SEEN, forwarded_as="f1")
        for score in (0, 1, 2):
            take(unhappy, score, seconds=20 + score, evidence=SEEN, forwarded_as="f2")
        assert counted() == [2, 8]
        assert set(suspects.to_verify().values_list("external_id", flat=True)) == {"f2"}

    def test_do_not_hide_a_machine_that_opens_a_page_for_each_form(self, unhappy):
        for score in range(4):
            take(unhappy, score + 5, seconds=score, forwarded_as=f"page{score}")
        assert (counted(), waiting()) == ([2], [5, 6, 7, 8])


class TestASuspectOfOnePage:
    @pytest.fixture
    def asked(self, eva):
        """Mailed at NOW."""
        return invite(eva, mailed=NOW)

    def test_is_not_settled_by_somebody_elses_answer(self, asked):
        take(asked, 1, seconds=5, forwarded_as="bosse123")
        take(asked, 9, seconds=540, comment="Fine.", forwarded_as="lisa4567")
        assert dict(SuspectAnswer.objects.values_list("external_id", "settlement")) == {"bosse123": ""}

    def test_is_settled_by_the_answer_from_that_page(self, asked):
        take(asked, 1, seconds=5, forwarded_as="bosse123")
        take(asked, 2, seconds=540, comment="Late.", forwarded_as="bosse123")
        assert SuspectAnswer.objects.get().settlement == "overtaken"

    def test_is_accepted_alone_and_corrected_from_that_page(self, asked):
        for page, score in (("bosse123", 1), ("lisa4567", 2)):
            take(asked, score, seconds=5, forwarded_as=page, is_hidden=True)
        first = suspects.to_verify().get(score=1)
        suspects.accept(first.pk, by="lars@loop.example", now=later(hours=1))
        assert (counted(), waiting()) == ([1], [2])
        take(asked, 4, seconds=9000, evidence=SEEN, forwarded_as="bosse123")
        assert counted() == [4]

    def test_of_before_pages_had_names_is_somebody_by_itself(self, asked):
        for score in (1, 2):
            SuspectAnswer.objects.create(
                invitation=asked, is_forwarded=True, score=score, suspicion="too_soon", at=later(seconds=score)
            )
        first = suspects.to_verify().get(score=1)
        suspects.accept(first.pk, by="lars@loop.example", now=later(hours=1))
        assert Response.objects.get().contact is None
        assert SuspectAnswer.objects.get(score=2).settlement == "overtaken"

    def test_is_put_away_with_all_that_others_sent_by_the_link(self, asked, people):
        for page in ("bosse123", "lisa4567"):
            take(asked, 1, seconds=5, forwarded_as=page)
        take(asked, 1, seconds=5)
        client = Client()
        client.force_login(people.admin)
        other = suspects.to_verify().filter(external_id="bosse123").get()
        client.post(reverse("suspect-dismiss", args=[other.pk]))
        assert list(suspects.to_verify().values_list("external_id", flat=True)) == [""]
