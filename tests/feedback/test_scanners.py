"""Machines at a customer's link: they open everything, some send what they find, and none of them gives a score.

`make prove` sends more: 10,000 hits, 500 links of 20 sendings, 100,000 forged tokens.
"""

import random
import string
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.db import connections
from django.test import Client
from django.utils import timezone

from feedback import contacts, invitations, suspects
from feedback.models import Contact, Response, Suppression, SuspectAnswer
from loop import bell, sweeping
from loop.models import Case
from notifications.models import Message
from tests import factories
from tests.feedback.survey_page import SEEN, answer, invited, link, open_form, send

HITS = 300
LINKS, SENDINGS = 25, 8
FORGERIES = 1_000

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0"
SCANNERS = [
    {},
    {"User-Agent": CHROME, "Accept-Language": "en-US,en;q=0.9", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-User": "?1"},
    {"User-Agent": CHROME, "Purpose": "prefetch", "Sec-Purpose": "prefetch;prerender"},
    {"User-Agent": "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)"},
    {"User-Agent": "Mozilla/5.0 (compatible; MSIE 9.0; Windows NT 6.1)", "X-Forwarded-For": "198.51.100.7"},
    {"User-Agent": "BarracudaCentral", "Range": "bytes=0-1023"},
    {"User-Agent": "python-requests/2.32", "Accept": "*/*", "X-HTTP-Method-Override": "POST"},
]


@pytest.fixture
def eva(people):
    return factories.contact("Eva", account=factories.account("Fjord AB", owner=people.agent))


def everything_in_the_mail(invitation):
    """Every address the mail holds, the one no person sees among them."""
    page = link(invitation)
    leave = f"/u/{contacts.unsubscribe_token(invitation.contact)}/"
    return [page, *(f"{page}?score={score}" for score in range(11)), suspects.unseen_link(page), leave]


def nothing_happened():
    assert Response.objects.counted().count() == 0
    assert Case.objects.open().count() == 0
    assert not Suppression.objects.exists()
    assert not Contact.objects.exclude(opted_out_at=None).exists()


class TestMachinesThatOnlyOpen:
    def test_whatever_they_call_themselves_and_however_often_write_nothing(self, eva):
        addresses, browser = everything_in_the_mail(invited(eva)), Client()
        for hit in range(HITS):
            ask = browser.head if hit % 3 == 0 else browser.get
            page = ask(addresses[hit % len(addresses)], headers=SCANNERS[hit % len(SCANNERS)])
            assert page.status_code == 200
        nothing_happened()
        assert not SuspectAnswer.objects.exists()

    @pytest.mark.parametrize("seconds", [0, 12, 600])
    def test_however_long_after_the_mail_write_nothing(self, eva, seconds):
        addresses = everything_in_the_mail(invited(eva, mailed=timedelta(seconds=seconds)))
        for address in addresses:
            Client().get(address, headers={"User-Agent": CHROME})
        nothing_happened()

    @pytest.mark.django_db(transaction=True)
    def test_a_hundred_at_once_write_nothing(self, eva):
        addresses = everything_in_the_mail(invited(eva))

        def hit(number):
            status = Client().get(addresses[number % len(addresses)]).status_code
            connections.close_all()
            return status

        with ThreadPoolExecutor(10) as pool:
            assert set(pool.map(hit, range(100))) == {200}
        nothing_happened()


@pytest.mark.django_db
class TestMachinesThatSendForms:
    @pytest.fixture
    def asked(self, eva):
        return invited(eva)

    @pytest.mark.parametrize("pause", [0, 1, 10])
    @pytest.mark.parametrize("page", ["", SEEN])
    def test_of_all_links_in_turn_give_no_score(self, asked, pause, page):
        """With SEEN it is a browser driven from outside, whose presses look like a person's."""
        with time_machine.travel(timezone.now(), tick=False) as clock:
            for score in range(11):
                answer(f"{link(asked)}?score={score}", score=score, page=page)
                clock.shift(pause)
        nothing_happened()
        assert suspects.to_verify().count() == 11

    def test_opening_all_pages_first_give_no_score(self, asked):
        forms = [(score, open_form(f"{link(asked)}?score={score}")) for score in range(11)]
        for score, form in forms:
            assert send(link(asked), form, score=score).status_code == 303
        nothing_happened()

    def test_of_the_hidden_link_alone_give_no_score(self, asked):
        answer(suspects.unseen_link(link(asked)), score=10, page=SEEN)
        nothing_happened()
        assert SuspectAnswer.objects.get().suspicion == "hidden_link"

    def test_keep_the_mark_of_the_hidden_link_through_a_mistake(self, asked):
        refused = answer(suspects.unseen_link(link(asked)), page=SEEN)
        assert refused.status_code == 400
        form = open_form(suspects.unseen_link(link(asked)))
        send(link(asked), form, score=10, page=SEEN)
        nothing_happened()

    def test_filling_every_field_give_no_score(self, asked):
        answer(link(asked), score=10, subject="Great deals", comment="Great deals", page=SEEN)
        nothing_happened()

    def test_seconds_after_the_mail_give_no_score(self, eva):
        answer(link(invited(eva, mailed=timedelta(seconds=3))), score=0, page=SEEN)
        nothing_happened()
        assert SuspectAnswer.objects.get().suspicion == "too_soon"

    @pytest.mark.parametrize("seconds", [0, 12, 60, 280])
    def test_one_form_in_the_minutes_after_the_mail_give_no_score(self, eva, seconds):
        answer(link(invited(eva, mailed=timedelta(seconds=seconds))), score=0)
        nothing_happened()
        assert SuspectAnswer.objects.get().suspicion == "too_soon"

    def test_for_somebody_else_give_no_score(self, asked):
        for score in range(6):
            answer(f"{link(asked)}?who=other", score=score)
        nothing_happened()

    @pytest.mark.parametrize("score", [3, 8, 10])
    def test_that_press_the_button_of_every_page_confirm_nothing(self, asked, score):
        """Not at any time: a form of the survey without a trace counts five minutes after its mail, this one never."""
        page = link(asked)
        with time_machine.travel(timezone.now(), tick=False) as clock:
            answer(suspects.unseen_link(page), score=score)
            for seconds in (1, 70, 3_600):
                clock.shift(seconds)
                form = open_form(f"{page}?sent")
                assert form["score"] == str(score)
                assert send(page, form).status_code == 303
        nothing_happened()

    def test_alert_nobody(self, asked):
        for score in range(4):
            answer(link(asked), score=score)
        sweeping.run_all(now=timezone.now())
        assert not Message.objects.filter(kind="case_assigned", state="sent").exists()

    def test_before_a_person_answers_leave_that_person_counted_once(self, asked):
        with time_machine.travel(timezone.now(), tick=False) as clock:
            for score in range(11):
                answer(f"{link(asked)}?score={score}", score=score)
            clock.shift(3600)
            answer(link(asked), score=4, page=SEEN)
        assert list(Response.objects.counted().values_list("score", flat=True)) == [4]
        assert Case.objects.open().count() == 1
        assert not suspects.to_verify().exists()


@pytest.fixture
def no_bell(monkeypatch):
    """Nobody listens for tasks here, and asking each time costs more than the answer itself."""
    monkeypatch.setattr(bell, "ring", lambda *args, **kwargs: None)


@pytest.mark.usefixtures("no_bell")
@pytest.mark.django_db(transaction=True)
class TestManySendingsAtOnce:
    def test_of_each_of_many_links_are_one_answer_each(self):
        addresses = [link(invited(factories.contact())) for _ in range(LINKS)]
        forms = {address: open_form(address) for address in addresses}

        def tap(address):
            try:
                return send(address, forms[address], score="2", comment="Late.").status_code
            finally:
                connections.close_all()

        taps = [address for address in addresses for _ in range(SENDINGS)]
        with ThreadPoolExecutor(8) as pool:
            assert set(pool.map(tap, taps)) == {303}
        assert Response.objects.counted().count() == LINKS
        assert Response.objects.values("invitation").distinct().count() == LINKS
        assert Case.objects.count() == LINKS

    def test_with_different_scores_of_one_link_are_no_answer(self):
        address = link(invited(factories.contact()))
        form = open_form(address)

        def tap(score):
            try:
                return send(address, form, score=score).status_code
            finally:
                connections.close_all()

        with ThreadPoolExecutor(8) as pool:
            assert set(pool.map(tap, range(8))) == {303}
        nothing_happened()
        assert sorted(suspects.to_verify().values_list("score", flat=True)) == list(range(8))


class TestForgedLinks:
    def test_open_nothing_and_all_get_the_same_answer(self, eva, monkeypatch):
        token = invitations.link_token(invited(eva))
        chance, letters = random.Random(7), string.ascii_letters + string.digits + "-_"
        answers = set()
        for number in range(FORGERIES):
            place = chance.randrange(len(token))
            forged = (
                token[:place] + chance.choice(letters.replace(token[place], "")) + token[place + 1 :],
                token[:place] or "x",
                token + chance.choice(letters),
                f"{eva.pk}-{token}",
                contacts.unsubscribe_token(eva),
            )[number % 5]
            if number % 50 == 0:
                page = Client().get(f"/s/{forged}/")
                answers.add((page.status_code, page.content))
                assert Client().post(f"/s/{forged}/", {"score": "3"}).status_code == 404
            assert invitations.find(forged) is None
        assert [status for status, _content in answers] == [404]
        assert contacts.find_by_unsubscribe_token(token) is None
        nothing_happened()
