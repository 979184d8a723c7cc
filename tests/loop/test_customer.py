"""What a customer can say on their own page, and what nobody can do with its link."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from feedback import contacts, responses
from feedback.models import Contact, Response, Survey
from feedback.suspects import Evidence, Sending
from loop import callbacks, customer, customer_pages, solved, sweeping, workflow
from loop.customer_pages import NotTaken
from loop.models import Callback, Case, CustomerPage, Said
from loop.solved import Heard
from loop.views import customer_words
from notifications.models import Message
from tests import factories, stories
from tests.factories import NOW, later
from tests.journeys.walk import forms, hidden

pytestmark = pytest.mark.django_db

SEEN = Evidence(3, 8)


@pytest.fixture
def case(people) -> Case:
    return factories.case(3, owner=people.agent, comment="Late.")


@pytest.fixture
def page(case) -> CustomerPage:
    return customer_pages.page_of(case, now=NOW)


def kinds_sent_to(user):
    return list(Message.objects.filter(user=user).order_by("pk").values_list("kind", flat=True))


class TestWishes:
    def test_no_call_calls_off_the_one_that_was_agreed(self, case, page):
        callbacks.book(case_id=case.pk, starts_at=callbacks.times_for(case, now=NOW)[0], actor=None, now=NOW)
        customer.wish(page, "no_call", now=later(minutes=1))
        assert Callback.objects.get().state == "cancelled"
        assert CustomerPage.objects.get().wish == "no_call"

    def test_are_told_to_the_owner(self, people, page):
        customer.wish(page, "email", now=NOW)
        sweeping.run_all(now=later(minutes=1))
        assert "customer_wish" in kinds_sent_to(people.agent)

    def test_that_nobody_offered_are_refused(self, page):
        with pytest.raises(NotTaken):
            customer.wish(page, "carrier pigeon", now=NOW)

    @pytest.mark.parametrize(("wanted", "known"), [("email", "email"), ("sms", "phone")])
    def test_that_nobody_could_meet_are_neither_offered_nor_taken(self, page, wanted, known):
        Response.objects.update(phone="")
        Contact.objects.update(email="ida@example.com", phone="+46701234567")
        assert wanted in dict(customer_words.of_page(CustomerPage.objects.get(), now=NOW)["wishes"])
        Contact.objects.update(**{known: ""})
        page = CustomerPage.objects.get()
        assert wanted not in dict(customer_words.of_page(page, now=NOW)["wishes"])
        with pytest.raises(NotTaken):
            customer.wish(page, wanted, now=NOW)

    def test_of_a_closed_case_are_refused(self, people):
        closed = factories.resolved_case(owner=people.agent)
        with pytest.raises(NotTaken):
            customer.wish(customer_pages.page_of(closed, now=NOW), "email", now=later(hours=3))


class TestTheHeadline:
    def shown(self):
        told = customer_words.of_page(CustomerPage.objects.select_related(*customer_pages.SHOWN).get(), now=NOW)
        return told["headline"], told["needs_phone"], told["steps"][-2].text

    def test_promises_a_call_only_to_those_whose_number_we_have(self, case, page):
        headline, needs_phone, next_step = self.shown()
        assert "Anna reads your answer and gets in touch by" in headline
        assert (needs_phone, next_step) == (True, "We get in touch")
        assert "We have no telephone number of yours." in Client().get(f"/c/{customer_pages.token_of(page)}/").text
        customer.change_phone(page, "+46 70 174 06 05", now=NOW)
        headline, needs_phone, next_step = self.shown()
        assert "Anna reads your answer and calls you by" in headline
        assert (needs_phone, next_step) == (False, "The call")

    def test_asks_for_no_number_of_those_who_want_no_call(self, page):
        customer.wish(page, "email", now=NOW)
        headline, needs_phone, next_step = self.shown()
        assert "writes to you by" in headline
        assert (needs_phone, next_step) == (False, "We write to you")


class TestWhatIsAhead:
    def test_is_no_question_that_was_just_answered(self, people):
        page = customer_pages.page_of(factories.resolved_case(owner=people.agent), now=NOW)
        asks = "You say whether it is solved"
        assert asks in [step.text for step in customer_words.steps(page, None, later(hours=3))]
        solved.say(page, Said.SOLVED, evidence=SEEN, now=later(hours=4))
        page = CustomerPage.objects.select_related(*customer_pages.SHOWN).get()
        assert asks not in [step.text for step in customer_words.steps(page, None, later(hours=3))]

    def test_may_be_another_call_once_we_have_spoken(self, case, page):
        address = f"/c/{customer_pages.token_of(page)}/"
        assert "Which time suits you best?" in Client().get(address).text
        factories.reach(case, now=later(hours=1))
        assert "Would you like to talk again?" in Client().get(address).text


class TestTheAnswer:
    def test_is_corrected_by_the_one_door(self, page):
        assert customer.correct(page, Sending(5, "Better than I said.", evidence=SEEN), now=later(hours=1))
        response = Response.objects.get()
        assert (response.score, response.comment, response.revisions.count()) == (5, "Better than I said.", 1)

    def test_of_a_survey_that_has_ended_stands_and_the_words_reach_us(self, case, page):
        Survey.objects.update(closes_at=later(minutes=30))
        assert not customer.correct(page, Sending(9, "Still late.", evidence=SEEN), now=later(hours=1))
        assert Response.objects.get().score == 3
        assert stories.told(case, "customer_wrote") == [{"text": "Still late."}]

    def test_may_be_written_to_a_few_times_a_day_only(self, page):
        for number in range(customer.MESSAGES_A_DAY):
            customer.write(page, f"Number {number}", now=NOW)
        with pytest.raises(NotTaken):
            customer.write(page, "One too many", now=NOW)


class TestTheNumber:
    def test_stays_with_the_answer(self, case, page):
        customer.change_phone(page, "+46 70 174 06 05", now=NOW)
        assert Response.objects.get().phone == "+46 70 174 06 05"
        assert Case.objects.get(pk=case.pk).contact.phone == ""

    def test_that_is_none_is_refused(self, page):
        with pytest.raises(NotTaken):
            customer.change_phone(page, "ring me", now=NOW)


class TestTheGentleAsk:
    def ask(self, **minutes):
        return customer.ask_why(now=later(**minutes))

    @pytest.fixture
    def silent(self, people):
        return factories.case(4, owner=people.agent)

    def test_comes_once_after_the_settling_time(self, silent):
        assert [self.ask(minutes=9), self.ask(minutes=10), self.ask(minutes=11)] == [0, 1, 0]

    def test_is_not_for_those_who_left_words(self, case):
        assert self.ask(minutes=10) == 0

    def test_is_not_for_those_who_want_no_mail(self, silent):
        contacts.opt_out(silent.contact, now=NOW)
        assert self.ask(minutes=10) == 0

    def test_is_not_for_those_we_have_called(self, silent):
        factories.reach(silent, now=later(minutes=5))
        assert self.ask(minutes=10) == 0

    def test_is_not_for_those_who_booked_a_call(self, silent):
        callbacks.book(case_id=silent.pk, starts_at=callbacks.times_for(silent, now=NOW)[0], actor=None, now=NOW)
        assert self.ask(minutes=10) == 0

    def test_is_not_for_answers_of_long_ago(self, people):
        who = factories.contact(account=factories.account(owner=people.agent))
        factories.response(2, contact=who, responded_at=later(days=-30))
        assert self.ask(minutes=10) == 0


class TestData:
    def test_is_asked_for_once_and_reaches_an_administrator(self, people, case, page):
        for _press in range(2):
            customer.ask_about_data(page, "erase", now=NOW)
        sweeping.run_all(now=later(minutes=1))
        assert kinds_sent_to(people.admin) == ["customer_data_request"]
        sent = Message.objects.get(user=people.admin)
        assert sent.state == "sent"
        assert "asks for their data to be erased" in sent.subject
        assert "/setup/data-requests/" in sent.body

    def test_on_the_page_is_this_customers_own_and_veiled(self, people, case, page):
        other = factories.contact("Carl", account=case.account)
        factories.response(1, contact=other, comment="Nobody else may read this.")
        shown = Client().get(f"/c/{customer_pages.token_of(page)}/data/").content.decode()
        assert "Late." in shown
        assert "Nobody else may read this." not in shown
        assert case.contact.email not in shown


class TestSolvedOrNot:
    @pytest.fixture
    def closed(self, people):
        return customer_pages.page_of(factories.resolved_case(owner=people.agent), now=NOW)

    def say(self, page, said, *, now, evidence=SEEN, **more):
        solved.say(page, said, evidence=evidence, now=now, **more)

    def test_takes_effect_after_a_minute_once(self, closed):
        at = later(hours=4)
        self.say(closed, Said.NOT_SOLVED, now=at)
        assert solved.take_effect(now=at + timedelta(seconds=59)) == 0
        assert solved.take_effect(now=at + timedelta(seconds=60)) == 1
        assert solved.take_effect(now=at + timedelta(seconds=61)) == 0
        assert Case.objects.get().state == "contacted"

    def test_after_two_weeks_is_told_and_reopens_nothing(self, people, closed):
        at = Case.objects.get().closed_at + timedelta(days=14, seconds=1)
        self.say(closed, Said.NOT_SOLVED, now=at)
        sweeping.run_all(now=at + timedelta(minutes=2))
        assert Case.objects.get().state == "resolved"
        assert "customer_not_solved" in kinds_sent_to(people.agent)
        assert "customer_not_solved" in kinds_sent_to(people.lead)

    def test_the_hidden_link_is_a_machines(self, closed):
        self.say(closed, Said.NOT_SOLVED, now=later(hours=4), is_hidden=True)
        assert solved.take_effect(now=later(hours=5)) == 0
        assert "customer_unclear" in stories.kinds(Case.objects.get())

    def test_seconds_after_it_was_closed_without_a_sign_of_a_person_is_a_machines(self, closed):
        self.say(closed, Said.SOLVED, now=Case.objects.get().closed_at + timedelta(seconds=3), evidence=Evidence())
        assert solved.take_effect(now=later(hours=5)) == 0

    def press(self, page, said, form=None):
        """Open the link of a mail, or take the form of an answer, and send it without scripts. Returns the answer."""
        address = f"/c/{customer_pages.token_of(page)}/solved/"
        form = form or forms(Client().get(f"{address}?{said}"))[0]
        return Client().post(address, {**hidden(form), said: "1"})

    def test_what_is_not_believed_is_not_thanked_for(self, closed):
        with time_machine.travel(Case.objects.get().closed_at + timedelta(seconds=3), tick=False):
            told = self.press(closed, Said.SOLVED)
            assert told.url.endswith("?did=unclear")
            assert "Please say it once more in a minute." in Client().get(told.url).text

    @pytest.mark.parametrize("said", Said.values)
    def test_without_scripts_is_asked_once_more_and_then_believed(self, closed, said):
        with time_machine.travel(later(hours=4), tick=False):
            again = self.press(closed, said)
            assert "Please press once more" in again.text
            assert CustomerPage.objects.get().said == ""
            assert self.press(closed, said, forms(again)[0]).status_code == 303
        assert CustomerPage.objects.get().said == said
        assert solved.take_effect(now=later(hours=5)) == 1

    @pytest.mark.parametrize("said", Said.values)
    def test_of_a_machine_that_sends_one_form_is_not_believed(self, closed, said):
        with time_machine.travel(later(hours=4), tick=False):
            again = self.press(closed, said)
            first = re.findall(r'<button type="submit"[^>]* name="(\w+)"', again.text)[0]
            self.press(closed, first, forms(again)[0])  # a browser presses the first button of a form sent with Enter
        assert first != said
        assert solved.take_effect(now=later(hours=5)) == 0
        assert "customer_unclear" in stories.kinds(Case.objects.get())

    def test_of_whom_the_page_saw_press_is_believed_at_once(self, closed):
        assert solved.say(closed, Said.NOT_SOLVED, evidence=SEEN, now=later(hours=4)) == Heard.KEPT
        again = solved.say(closed, Said.NOT_SOLVED, evidence=Evidence(0, 12), now=later(hours=4))
        assert again == Heard.ASK_AGAIN

    def test_of_an_open_case_is_nothing(self, case, page):
        self.say(page, Said.SOLVED, now=later(hours=1))
        assert solved.take_effect(now=later(hours=2)) == 0

    def test_is_forgotten_when_the_case_is_reopened(self, closed):
        self.say(closed, Said.SOLVED, now=later(hours=4))
        solved.take_effect(now=later(hours=5))
        assert Case.objects.get().customer_confirmed_at is not None
        self.say(closed, Said.NOT_SOLVED, now=later(hours=6))
        solved.take_effect(now=later(hours=7))
        assert Case.objects.get().customer_confirmed_at is None


class TestTheLink:
    def test_is_the_same_every_time_and_kept_as_a_hash(self, page):
        token = customer_pages.token_of(page)
        assert token == customer_pages.token_of(page)
        assert token not in str(CustomerPage.objects.values().get())

    def test_outlives_a_new_key(self, settings, page):
        token = customer_pages.token_of(page)
        settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
        settings.SECRET_KEY = "another"
        assert customer_pages.token_of(page) == token

    def test_of_another_purpose_opens_nothing(self, case, page):
        assert customer_pages.find(contacts.unsubscribe_token(case.contact)) is None
        assert Client().get(f"/s/{customer_pages.token_of(page)}/").status_code == 404

    def test_is_over_some_time_after_the_case_was_closed(self, people, page):
        case = factories.resolved_case(owner=people.agent)
        assert not customer_pages.is_over(case, later(days=90))
        assert customer_pages.is_over(case, later(days=91))

    def test_tells_nobody_where_it_was(self, page):
        shown = Client().get(f"/c/{customer_pages.token_of(page)}/")
        assert shown.headers["Referrer-Policy"] == "no-referrer"
        assert shown.headers["Cache-Control"] == "no-store, private"
        assert "noindex" in shown.headers["X-Robots-Tag"]
        assert not shown.cookies

    @pytest.mark.parametrize("do", ["done", "book", "cancel", "wish", "other", "phone", "answer", "write", "nonsense"])
    def test_alone_does_nothing_without_the_seal_of_its_page(self, case, page, do):
        before = stories.kinds(case)
        address = f"/c/{customer_pages.token_of(page)}/"
        other = customer_pages.page_of(factories.case(2), now=NOW)
        elsewhere = Client().get(f"/c/{customer_pages.token_of(other)}/").content.decode()
        seal = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', elsewhere)[0]
        for sealed in ({}, {"csrfmiddlewaretoken": seal}):
            assert Client().post(address, {"do": do, "wish": "email", "words": "Hi", **sealed}).status_code == 403
        assert stories.kinds(case) == before


def test_a_call_we_call_off_is_not_told_as_if_we_had_been_late(people, case, page):
    at = next(at for at in callbacks.times_for(case, now=NOW) if at > case.contact_due_at)
    callbacks.book(case_id=case.pk, starts_at=at, actor=None, now=NOW)
    callbacks.cancel(case_id=case.pk, actor=people.agent, now=case.contact_due_at + timedelta(minutes=5))
    headline = customer_words.of_page(CustomerPage.objects.get(), now=case.contact_due_at + timedelta(minutes=6))
    assert headline["headline"].startswith("Thank you. Anna reads your answer and")


def test_names_are_those_our_people_allow(people, case, page):
    address = f"/c/{customer_pages.token_of(page)}/"
    assert "Anna" in Client().get(address).content.decode()
    browser = Client()
    browser.force_login(people.agent)
    browser.post("/me/name/", {"name": "Ann-Kristin, customer care"})
    assert "Ann-Kristin, customer care" in Client().get(address).content.decode()
    type(people.agent).objects.update(name_for_customers="", name="")
    assert people.agent.email not in Client().get(address).content.decode()


def test_an_answer_by_api_alarms_at_once_and_one_on_our_page_waits(people):
    who = factories.contact(account=factories.account(owner=people.agent))
    factories.response(3, contact=who, source="api")
    sweeping.run_all(now=NOW)
    assert kinds_sent_to(people.agent) == ["case_assigned"]
    Message.objects.all().delete()
    responses.record_response(survey=factories.survey(), contact=who, score=2, source="page", now=later(hours=1))
    sweeping.run_all(now=later(hours=1))
    (waiting,) = Message.objects.filter(kind="case_assigned")
    assert (waiting.state, waiting.send_after) == ("pending", later(hours=1, minutes=10))


class TestWhoWasCalledAndDidNotAnswer:
    """Bea chose a later time than we promised. We called then; she did not answer."""

    @pytest.fixture
    def called(self, people, case, page):
        at = [at for at in callbacks.times_for(case, now=NOW) if at > case.contact_due_at][-1]
        callbacks.book(case_id=case.pk, starts_at=at, actor=None, now=NOW)
        workflow.attempt(
            case_id=case.pk, channel="phone", reached=False, note="", actor=people.agent, now=at + timedelta(minutes=5)
        )
        return at + timedelta(minutes=10)

    def test_does_not_read_that_nobody_was_in_touch(self, page, called):
        told = customer_words.of_page(CustomerPage.objects.get(), now=called)
        assert told["headline"] == "Anna has tried to reach you."
        assert told["times"]

    def test_reads_of_no_time_that_is_over_as_if_it_were_to_come(self, page, called):
        told = customer_words.of_page(CustomerPage.objects.get(), now=called)
        assert [step.at for step in told["steps"] if step.is_ahead] == [None, None]

    def test_still_reads_that_we_are_late_where_nobody_called(self, page, case):
        told = customer_words.of_page(page, now=case.contact_due_at + timedelta(minutes=1))
        assert told["headline"].startswith("You should have heard from us")


def test_who_has_no_address_is_told_of_no_mail(people, case, page):
    Contact.objects.update(email="")
    with time_machine.travel(NOW, tick=False):
        address = f"/c/{customer_pages.token_of(page)}/"
        at = customer_words.stamp(callbacks.times_for(case, now=NOW)[0])
        form = hidden(Client().get(address).content.decode())
        page = Client().post(address, {**form, "do": "book", "at": at}, follow=True).content.decode()
    assert "The time is booked." in page
    assert "We have sent you a mail" not in page


@pytest.mark.parametrize(
    ("language", "day"),
    [("en", "19 Nov 2026"), ("sv", "19 nov"), ("nb", "19. nov"), ("da", "19. nov"), ("fi", "19.11.2026")],
)
def test_what_is_stored_has_dates_as_its_reader_writes_them(case, page, language, day):
    Contact.objects.update(language=language)
    with time_machine.travel(NOW, tick=False):
        shown = Client().get(f"/c/{customer_pages.token_of(page)}/data/").content.decode()
    assert day in shown
    assert "2026-11-19" not in shown
