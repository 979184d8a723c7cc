"""People do odd things at a customer's link, and every one of their answers is kept.

Each session below is a person with a link of their own; `make prove` lets a thousand of them come.
"""

from datetime import timedelta
from random import Random

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from feedback import suspects, waves
from feedback.models import Invitation, Response, Survey
from loop.models import Case
from loop.reporting import wave_progress
from loop.reporting.programme import programme
from tests import factories
from tests.feedback.survey_page import SEEN, answer, invited, link, open_form, send

pytestmark = pytest.mark.django_db

PEOPLE = 60
WITHOUT_SCRIPTS = ""


@pytest.fixture
def clock():
    with time_machine.travel(timezone.now(), tick=False) as traveller:
        yield traveller


def answers_plainly(page, clock, score):
    answer(f"{page}?score={score}", score=score, page=SEEN)


def has_scripts_off(page, clock, score):
    answer(page, score=score, page=WITHOUT_SCRIPTS)


def double_taps(page, clock, score):
    form = open_form(page)
    for _tap in range(3):
        send(page, form, score=score, page=SEEN)


def reloads_the_thanks(page, clock, score):
    sent = answer(page, score=score, comment="Fine.", page=SEEN)
    for _time in range(3):
        assert "Fine." in Client().get(sent.url).content.decode()


def goes_back_and_adds_words(page, clock, score):
    form = open_form(page)
    send(page, form, score=score, page=SEEN)
    clock.shift(8)
    send(page, form, score=score, comment="I forgot to say: thanks.", page=SEEN)


def goes_back_and_corrects_a_slip(page, clock, score):
    form = open_form(page)
    send(page, form, score=(score + 1) % 11, page=SEEN)
    clock.shift(5)
    send(page, form, score=score, page=SEEN)


def corrects_a_slip_by_the_button(page, clock, score):
    answer(page, score=(score + 3) % 11, page=SEEN)
    clock.shift(9)
    answer(page, score=score, page=SEEN)


def corrects_in_words_with_scripts_off(page, clock, score):
    answer(page, score=(score + 3) % 11, page=WITHOUT_SCRIPTS)
    clock.shift(20)
    answer(page, score=score, comment="That was a slip.", page=WITHOUT_SCRIPTS)


def corrects_later_with_scripts_off(page, clock, score):
    answer(page, score=(score + 3) % 11, page=WITHOUT_SCRIPTS)
    clock.shift(timedelta(minutes=2))
    answer(page, score=score, page=WITHOUT_SCRIPTS)


def follows_another_button_of_the_mail(page, clock, score):
    open_form(f"{page}?score={(score + 1) % 11}")
    answer(f"{page}?score={score}", score=score, page=SEEN)


def has_two_tabs_open(page, clock, score):
    first, second = open_form(page), open_form(page)
    send(page, second, score=score, comment="From the second tab.", page=SEEN)
    clock.shift(30)
    send(page, first, score=score, comment="From the first.", page=SEEN)


def leaves_the_page_open_for_days(page, clock, score):
    form = open_form(page)
    clock.shift(timedelta(days=6))
    send(page, form, score=score, page=SEEN)


def leaves_the_page_open_for_longer(page, clock, score):
    form = open_form(page)
    clock.shift(timedelta(days=8))
    assert send(page, form, score=score, page=SEEN).status_code == 403
    answer(page, score=score, page=SEEN)


def forgets_the_score_first(page, clock, score):
    form = open_form(page)
    assert send(page, form, comment="Well.", page=SEEN).status_code == 400
    send(page, form, score=score, comment="Well.", page=SEEN)


def comes_after_a_scanner(page, clock, score):
    for each in range(11):
        answer(f"{page}?score={each}", score=each)
    clock.shift(timedelta(minutes=10))
    answer(page, score=score, page=SEEN)


def is_followed_by_a_scanner(page, clock, score):
    answer(page, score=score, comment="Mine.", page=SEEN)
    clock.shift(timedelta(minutes=10))
    for each in range(11):
        answer(f"{page}?score={each}", score=each)


def forwards_the_mail(page, clock, score):
    answer(page, score=score, page=SEEN)
    answer(f"{page}?who=other", score=(score + 5) % 11, comment="I see it otherwise.", page=SEEN)


def changes_their_mind_on_the_last_day(page, clock, score):
    answer(page, score=(score + 4) % 11, page=SEEN)
    clock.shift(timedelta(days=57))
    answer(page, score=score, page=SEEN)


SESSIONS = [
    answers_plainly, has_scripts_off, double_taps, reloads_the_thanks, goes_back_and_adds_words,
    goes_back_and_corrects_a_slip, corrects_a_slip_by_the_button, corrects_in_words_with_scripts_off,
    corrects_later_with_scripts_off, follows_another_button_of_the_mail, has_two_tabs_open,
    leaves_the_page_open_for_days, leaves_the_page_open_for_longer, forgets_the_score_first, comes_after_a_scanner,
    is_followed_by_a_scanner, forwards_the_mail, changes_their_mind_on_the_last_day,
]  # fmt: skip


@pytest.mark.parametrize("session", SESSIONS, ids=lambda session: session.__name__)
def test_who(clock, session):
    asked = invited(factories.contact("Eva"))
    session(link(asked), clock, 3)
    assert Response.objects.counted().get(invitation=asked).score == 3


def test_a_crowd_of_them_loses_no_answer(clock):
    chance, given = Random(11), {}
    for _person in range(PEOPLE):
        asked = invited(factories.contact())
        given[asked.pk] = chance.randrange(11)
        chance.choice(SESSIONS)(link(asked), clock, given[asked.pk])
    kept = Response.objects.counted().exclude(invitation=None)
    assert dict(kept.values_list("invitation", "score")) == given


def test_who_answers_before_reading_is_not_lost_but_waits_to_be_verified(clock):
    asked = invited(factories.contact("Eva"), mailed=timedelta(seconds=9))
    answers_plainly(link(asked), clock, 9)
    assert not Response.objects.counted().exists()
    waiting = suspects.to_verify().get()
    suspects.accept(waiting.pk, by="lars@loop.example", now=timezone.now())
    assert Response.objects.counted().get().score == 9


class TestALateAnswer:
    @pytest.fixture
    def asked(self, people):
        return invited(factories.contact("Eva", account=factories.account(owner=people.agent)))

    def test_is_in_time_on_the_59th_day(self, asked, clock):
        clock.shift(timedelta(days=59))
        assert "has closed" not in Client().get(link(asked)).content.decode()
        assert answer(link(asked), score=3).status_code == 303
        assert not Response.objects.get().is_late

    def test_is_kept_on_the_61st_day_marked_and_followed_up(self, asked, clock):
        clock.shift(timedelta(days=61))
        page = Client().get(link(asked))
        assert page.status_code == 200
        assert "This survey has closed, and we would still like to hear from you" in page.content.decode()
        sent = answer(link(asked), score=3)
        response = Response.objects.get()
        assert (response.score, response.is_late, response.responded_at) == (3, True, timezone.now())
        assert Case.objects.get().is_open
        assert "We have received it" in Client().get(sent.url).content.decode()

    def test_is_shown_as_late_to_who_follows_it_up(self, asked, clock, people):
        clock.shift(timedelta(days=61))
        answer(link(asked), score=3)
        client = Client()
        client.force_login(people.agent)
        for address in (
            reverse("case", args=[Case.objects.get().pk]),
            reverse("account", args=[asked.contact.account_id]),
        ):
            assert "after the survey had closed" in client.get(address).content.decode()

    def test_comes_when_the_survey_says(self, asked, clock):
        Survey.objects.update(open_days=10)
        sooner = invited(factories.contact("Bo"))
        clock.shift(timedelta(days=11))
        for each in (asked, sooner):
            answer(link(each), score=3)
        assert list(Response.objects.order_by("pk").values_list("is_late", flat=True)) == [False, True]

    def test_that_was_given_in_time_is_corrected_until_the_survey_closes(self, asked, clock):
        answer(link(asked), score=3)
        clock.shift(timedelta(days=61))
        answer(link(asked), score=9, page=SEEN)
        response = Response.objects.get()
        assert (response.score, response.is_late) == (9, False)

    def test_may_be_corrected_as_it_belongs_to_no_period_that_has_closed(self, asked, clock):
        clock.shift(timedelta(days=61))
        answer(link(asked), score=3)
        clock.shift(timedelta(days=2))
        answer(link(asked), score=9, page=SEEN)
        response = Response.objects.get()
        assert (response.score, response.is_late) == (9, True)

    def test_of_a_person_after_a_machine_in_time_is_late(self, asked, clock):
        for score in (0, 1, 2):
            answer(link(asked), score=score)
        clock.shift(timedelta(days=61))
        answer(link(asked), score=9, page=SEEN)
        response = Response.objects.get()
        assert (response.score, response.is_late) == (9, True)

    def test_is_taken_for_a_year_and_then_kindly_refused(self, asked, clock):
        form = open_form(link(asked))
        clock.shift(timedelta(days=60 + 365, minutes=1))
        late = Client().get(link(asked))
        assert late.status_code == 410
        assert "Thank you for wanting to answer" in late.content.decode()
        assert send(link(asked), form, score=3).status_code == 410

    def test_to_a_survey_that_has_closed_is_kept_and_none_given_in_time_is_changed(self, asked, clock):
        other = invited(factories.contact("Bo"))
        Survey.objects.update(closes_at=timezone.now() + timedelta(days=3))
        answer(link(asked), score=3)
        form = open_form(link(asked))
        clock.shift(timedelta(days=2))
        answer(link(asked), score=4)
        clock.shift(timedelta(days=2))
        assert send(link(asked), form, score=9, page=SEEN).status_code == 410
        closed = Client().get(link(asked))
        assert closed.status_code == 410
        assert "This survey has ended" in closed.content.decode()
        assert answer(link(other), score=5).status_code == 303
        assert list(Response.objects.order_by("pk").values_list("score", "is_late")) == [(4, False), (5, True)]

    def test_is_in_no_figure_of_its_wave(self, people, clock):
        """It counts in the month it came in."""
        now = timezone.now()
        wave = waves.draft(survey=factories.survey(), method="whole", seed=1, starts_on=now.date(), now=now)
        for score, days in ((9, 1), (3, 31)):
            asked = invited(factories.contact(account=factories.account(owner=people.agent)))
            Invitation.objects.filter(pk=asked.pk).update(wave=wave, expires_at=timezone.now() + timedelta(days=30))
            with time_machine.travel(timezone.now() + timedelta(days=days), tick=False):
                answer(link(asked), score=score)
        assert wave_progress.progress(wave).answered.count == 1
        asking = programme(now=now + timedelta(days=40))
        assert asking.total.answered.count == 1
        assert [(left.reason, left.count) for left in asking.silent] == [("late", 1)]
        assert Response.objects.counted().filter(responded_at__gt=now + timedelta(days=30)).count() == 1


class TestSomebodyElse:
    @pytest.fixture
    def asked(self):
        asked = invited(factories.contact("Eva Lind", phone="070 123"))
        answer(link(asked), score=9, comment="Between us: fine.")
        return asked

    def test_is_offered_a_page_of_their_own(self, asked):
        page = Client().get(link(asked)).content.decode()
        assert "This link is for Eva Lind." in page
        assert f'href="{link(asked)}?who=other"' in page

    def test_sees_nothing_of_whom_it_was_sent_to(self, asked):
        for address in (f"{link(asked)}?who=other", f"{link(asked)}?who=other&sent"):
            page = Client().get(address).content.decode()
            assert "Eva" not in page
            assert "Between us" not in page
            assert "/u/" not in page

    def test_cannot_change_what_the_invited_person_answered(self, asked):
        answer(f"{link(asked)}?who=other", score=0, comment="Not at all.")
        assert Response.objects.get(invitation=asked).score == 9
        other = Response.objects.get(invitation=None)
        assert (other.score, other.comment, other.contact, other.source) == (0, "Not at all.", None, "forwarded")

    def test_must_say_where_to_be_called(self, asked):
        refused = answer(f"{link(asked)}?who=other", score=3, wants_callback="on")
        assert refused.status_code == 400

    def test_is_told_when_too_many_have_answered(self, asked, clock):
        for _other in range(suspects.MOST_FORWARDED):
            clock.shift(100)
            assert answer(f"{link(asked)}?who=other", score=8).status_code == 303
        refused = answer(f"{link(asked)}?who=other", score=8)
        assert refused.status_code == 410
        assert "Several others have answered" in refused.content.decode()
