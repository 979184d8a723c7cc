"""What becomes of suspect answers: somebody else's, those a lead decides about, those an answer overtakes."""

import pytest

from feedback import suspects
from feedback.models import Response, SuspectAnswer
from feedback.models.suspicion import Settlement
from feedback.responses import ResponseRefused
from loop.models import Case
from tests import factories
from tests.factories import later
from tests.feedback.sendings import counted, take, waiting


class TestSomebodyElse:
    def test_answers_beside_the_invited_person_and_without_a_name(self, asked):
        take(asked, 9)
        take(asked, 3, seconds=100, comment="I see it otherwise.", forwarded_as="abc")
        invited, other = Response.objects.order_by("pk")
        assert (invited.score, invited.contact) == (9, asked.contact)
        assert (other.score, other.comment) == (3, "I see it otherwise.")
        assert (other.contact, other.source) == (None, "forwarded")

    def test_answers_once_by_one_page_and_may_correct_it(self, asked):
        take(asked, 3, forwarded_as="abc")
        take(asked, 3, seconds=1, forwarded_as="abc")
        take(asked, 4, seconds=100, forwarded_as="abc")
        assert counted() == [4]

    def test_is_believed_five_times(self, asked):
        for number in range(suspects.MOST_FORWARDED):
            take(asked, 9, seconds=number * 100, forwarded_as=f"page{number}")
        with pytest.raises(suspects.LinkUsedUp):
            take(asked, 9, seconds=900, forwarded_as="page9")
        take(asked, 8, seconds=1000, forwarded_as="page0")  # a correction is none more

    def test_that_is_a_machine_is_taken_back_as_well(self, asked):
        for score in range(4):
            take(asked, score, seconds=score, forwarded_as=f"page{score}")
        assert (counted(), waiting()) == ([], [0, 1, 2, 3])
        assert set(suspects.to_verify().values_list("is_forwarded", flat=True)) == {True}

    def test_does_not_settle_what_the_invited_person_sent(self, asked):
        take(asked, 5, is_hidden=True)
        take(asked, 9, seconds=100, forwarded_as="abc")
        assert waiting() == [5]


class TestVerifying:
    @pytest.fixture
    def scanned(self, asked):
        for score in (4, 2):
            take(asked, score, seconds=score)
        return asked

    def accept(self, score, **details):
        suspect = suspects.to_verify().get(score=score)
        return suspects.accept(suspect.pk, by="lars@loop.example", now=later(hours=5))

    def test_an_answer_makes_it_count_from_when_it_was_sent(self, scanned):
        self.accept(2)
        response = Response.objects.get()
        assert (counted(), response.responded_at) == ([2], later(seconds=2))
        assert Case.objects.get().is_open

    def test_an_answer_settles_the_others_of_its_link(self, scanned):
        self.accept(2)
        settled = dict(SuspectAnswer.objects.values_list("score", "settlement"))
        assert settled == {2: Settlement.ACCEPTED, 4: Settlement.OVERTAKEN}
        assert set(SuspectAnswer.objects.values_list("settled_by", flat=True)) == {"lars@loop.example"}

    def test_happens_once(self, scanned):
        suspect = suspects.to_verify().get(score=2)
        self.accept(2)
        for decide in (suspects.accept, suspects.dismiss):
            with pytest.raises(suspects.AlreadySettled):
                decide(suspect.pk, by="siv@loop.example", now=later(hours=6))

    def test_may_put_a_link_away(self, scanned):
        suspect = suspects.to_verify().get(score=2)
        assert suspects.dismiss(suspect.pk, by="lars@loop.example", now=later(hours=5)) == 2
        assert (counted(), waiting()) == ([], [])
        assert set(SuspectAnswer.objects.values_list("settlement", flat=True)) == {"dismissed"}

    def test_somebody_elses_answer_gives_it_no_name(self, asked):
        take(asked, 4, forwarded_as="abc", is_hidden=True)
        self.accept(4)
        response = Response.objects.get()
        assert (response.contact, response.source) == (None, "forwarded")

    def test_an_answer_of_a_survey_that_has_closed_since(self, scanned):
        scanned.survey.closes_at = later(hours=1)
        scanned.survey.save()
        self.accept(2)
        assert counted() == [2]


class TestASurveyThatHasClosed:
    @pytest.fixture
    def closed(self, asked):
        """The survey behind Eva's link, closed an hour after NOW."""
        asked.survey.closes_at = later(hours=1)
        asked.survey.save()
        return asked.survey

    def test_takes_no_answer_from_then_on(self, closed):
        with pytest.raises(ResponseRefused) as refused:
            factories.response(9, now=later(hours=1))
        assert refused.value.field == "survey"

    def test_takes_one_given_before_which_comes_in_late(self, closed):
        assert factories.response(9, responded_at=later(minutes=59), now=later(days=3)).score == 9

    def test_changes_none(self, closed, asked):
        take(asked, 9)
        with pytest.raises(ResponseRefused):
            take(asked, 3, seconds=3600)
        assert counted() == [9]
