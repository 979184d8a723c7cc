"""What Bea can do herself: choose and move a call, say that it is not solved, and later that it is; and what she and
Anna are told on the way."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import icalendar
import pytest
from django.core import mail
from django.test import Client

from feedback.models import Response
from loop.models import Callback, Case, RootCause, Verdict
from tests import stories
from tests.journeys.walk import STOCKHOLM, forms, hidden


@pytest.fixture
def answered(walk, people, bea) -> Case:
    """On Wednesday at 10:00 Bea gives a 3 with a few words."""
    walk.until("2026-11-18 10:00")
    walk.answer(bea, 3, "Wrong invoice, again.", done=False)
    return Case.objects.get()


class Own:
    """Bea at the page of her case; she opened it from the page of thanks or from a mail."""

    def __init__(self, walk, contact):
        self.walk, self.contact = walk, contact
        thanks = Client().get(f"{walk.link_for(contact)}?sent")
        onward = re.findall(r'href="(/s/[\w-]+/after/)"', thanks.content.decode())[0]
        self.address = Client().get(onward).url

    def see(self, part: str = "") -> str:
        page = Client().get(self.address + part)
        assert page.status_code == 200, page.status_code
        return page.content.decode()

    def send(self, do: str, part: str = "", **fields: object):
        page = Client().get(self.address + part.partition("?")[0] + ("?" + part.partition("?")[2]))
        form = forms(page)[0]
        return self.post(part.partition("?")[0], form, do=do, **fields)

    def post(self, part: str, form, **fields: object):
        return Client().post(self.address + part, {**hidden(form), **fields}, follow=True)

    def say(self, said: str):
        """Solved or not: without scripts the page asks twice."""
        again = self.send("", f"solved/?{said}", **{said: "1"})
        return self.post("solved/", forms(again)[0], **{said: "1"})

    def choose(self, local: str):
        at = datetime.fromisoformat(local).replace(tzinfo=STOCKHOLM)
        return self.send("book", at=int(at.timestamp()))


@pytest.fixture
def own(walk, bea, answered) -> Own:
    return Own(walk, bea)


def calendar_file(message) -> icalendar.Event:
    """The call in the calendar file of a mail, where both copies say the same."""
    (alternative,) = [part for part in message.alternatives if part.mimetype.startswith("text/calendar")]
    (attached,) = [each for each in message.attachments if each[0] == "call.ics"]
    text = attached[1] if isinstance(attached[1], str) else attached[1].decode()
    assert text == alternative.content
    calendar = icalendar.Calendar.from_ical(text)
    assert f"method={calendar['method']}" in alternative.mimetype
    (event,) = calendar.walk("VEVENT")
    event["x-method"] = calendar["method"]
    return event


def latest_to(person) -> mail.EmailMultiAlternatives:
    return [each for each in mail.outbox if person.email in each.to][-1]


def test_bea_is_called_when_she_chose_and_says_herself_that_it_is_solved(walk, people, bea, own):
    # Who reads it, and by when she hears from us: one working day from now.
    assert "Anna reads your answer and gets in touch by Thursday 10:00" in own.see()  # no number of hers is known

    # She chooses Thursday at 10:00, and then moves it to the afternoon. Anna hears of the case and of the call.
    assert "The time is booked" in own.choose("2026-11-19 10:00").content.decode()
    walk.sweep()
    assert sorted(walk.mails()) == [
        ("callback_booked", "Anna"),
        ("case_assigned", "Anna"),
        ("customer_call_agreed", "Bea"),
    ]
    first = calendar_file(latest_to(bea))
    assert first["dtstart"].dt == datetime(2026, 11, 19, 9, 0, tzinfo=ZoneInfo("UTC"))
    assert (first["sequence"], first["x-method"], first["status"]) == (0, "REQUEST", "CONFIRMED")
    assert calendar_file(latest_to(people.agent))["uid"] == first["uid"]

    own.choose("2026-11-19 14:30")
    walk.sweep()
    assert sorted(walk.mails()) == [("callback_moved", "Anna"), ("customer_call_agreed", "Bea")]
    moved = calendar_file(latest_to(bea))
    assert (moved["uid"], moved["sequence"]) == (first["uid"], 1)
    assert "Anna calls you Thursday 19 November, 14:30" in own.see()
    # She chose a later time than ours: until then nobody is late, and nobody is reminded of a breach.
    case = Case.objects.get()
    assert case.contact_due_at == Callback.objects.get().ends_at

    # An hour before both are reminded. Anna calls, and logs it; a few days later she has solved it.
    walk.until("2026-11-19 13:30")
    assert ("callback_reminder", "Anna") in (told := walk.mails())
    assert ("customer_call_reminder", "Bea") in told
    walk.until("2026-11-19 14:40")
    walk.step(people.agent, "attempt", case, channel="phone", outcome="reached", note="Twice charged.")
    assert Callback.objects.get().state == "held"
    walk.until("2026-11-20 11:00")
    cause = RootCause.objects.get(key="billing").pk
    walk.step(people.agent, "resolve", case, root_cause=cause, summary="Credited.")
    walk.mails()
    walk.sweep()
    assert walk.mails() == [("customer_solved", "Bea")]

    # It is not: she presses the button, and a minute later the case is open again with its first times kept.
    before = Case.objects.get()
    walk.until("2026-11-20 15:00")
    assert "It is not solved yet" in own.say("not_solved").content.decode()
    assert Case.objects.get().state == "resolved"
    walk.until("2026-11-20 15:02")
    assert sorted(walk.mails()) == [("case_reopened", "Anna"), ("case_reopened", "Lars")]
    again = Case.objects.get()
    assert again.state == "contacted"
    assert (again.contacted_at, again.resolved_at) == (before.contacted_at, before.resolved_at)

    # Solved once more; now Bea says so, too.
    walk.until("2026-11-23 10:00")
    walk.step(people.agent, "resolve", again, root_cause=cause, summary="The template is corrected.")
    walk.sweep()
    assert walk.mails()[-1] == ("customer_solved", "Bea")
    walk.until("2026-11-23 12:00")
    own.say("solved")
    walk.until("2026-11-23 12:02")
    assert walk.mails() == [("customer_confirmed", "Anna")]
    assert Case.objects.get().customer_confirmed_at == walk.now

    # Thirty days later she is asked again.
    walk.until("2026-12-23 10:00")
    assert walk.mails() == [("recovery_invitation", "Bea")]
    walk.until("2026-12-23 11:00")
    walk.answer(bea, 9)
    assert Case.objects.get().outcome.verdict == Verdict.RECOVERED


def test_a_slip_is_put_right_before_anybody_is_alarmed(walk, people, bea, answered):
    walk.sweep()
    assert walk.mails() == []
    walk.until("2026-11-18 10:05")
    walk.answer(bea, 9, "Wrong button.", done=False)
    case = Case.objects.get()
    assert (case.state, case.resolution) == ("resolved", "withdrawn")
    walk.until("2026-11-18 10:30")
    assert walk.mails() == [("case_withdrawn", "Anna")]


def test_a_better_score_after_ten_minutes_closes_nothing(walk, people, bea, answered):
    walk.until("2026-11-18 10:11")
    assert walk.mails() == [("case_assigned", "Anna")]
    walk.answer(bea, 9, "On second thoughts.", done=False)
    assert Case.objects.get().state == "new"


def test_a_slip_that_was_none_opens_the_case_again(walk, people, bea, answered):
    walk.until("2026-11-18 10:02")
    walk.answer(bea, 9, "Wrong button.", done=False)
    walk.until("2026-11-18 10:05")
    walk.answer(bea, 2, "No, it was right.", done=False)
    assert Case.objects.get().state == "new"


def test_being_done_alarms_at_once(walk, people, bea, own):
    walk.sweep()
    assert walk.mails() == []
    own.send("done")
    walk.sweep()
    assert walk.mails() == [("case_assigned", "Anna")]


def test_a_low_score_without_words_is_asked_about_once(walk, people, bea):
    walk.until("2026-11-18 10:00")
    walk.answer(bea, 4)
    walk.until("2026-11-18 10:11")
    assert walk.mails() == [("case_assigned", "Anna"), ("customer_why", "Bea")]
    own = Own(walk, bea)
    own.send("answer", score=4, comment="Nobody calls back.")
    assert Response.objects.get().comment == "Nobody calls back."
    walk.until("2026-11-18 12:00")
    assert walk.mails() == [("case_answer_changed", "Anna")]
    assert stories.kinds(Case.objects.get()).count("customer_asked_why") == 1


def test_a_change_that_waits_to_be_looked_at_is_told_kindly(walk, people, bea, own):
    walk.until("2026-11-18 12:00")
    before = Response.objects.get().score
    Response.objects.update(by_person=True)
    told = own.send("answer", score=9).content.decode()  # nobody was seen to press, and nothing was written
    assert "one of us will look" in told
    assert "Your answer is changed" not in told
    assert Response.objects.get().score == before
    assert "Your answer is changed" in own.send("answer", score=9, comment="It was my mistake.").content.decode()


def test_a_call_nobody_made_is_owned_up_to(walk, people, bea, own):
    own.choose("2026-11-19 10:00")
    walk.until("2026-11-19 11:31")
    told = walk.mails()
    assert ("customer_call_missed", "Bea") in told
    assert ("callback_missed", "Lars") in told
    assert "We did not call you as agreed" in latest_to(bea).subject
    assert "Which time suits you best?" in own.see()


def test_a_call_goes_to_the_new_owner_who_is_free(walk, people, bea, own):
    own.choose("2026-11-19 10:00")
    walk.sweep()
    walk.mails()
    to_kim = f"person-{people.colleague.pk}-{people.north.pk}"
    walk.step(people.lead, "assign", Case.objects.get(), to=to_kim, reason="Anna is on a course")
    walk.sweep()
    assert sorted(walk.mails()) == [
        ("callback_given_up", "Anna"),
        ("callback_handed_over", "Kim"),
        ("case_assigned", "Kim"),
        ("customer_call_agreed", "Bea"),
    ]
    assert calendar_file(latest_to(people.agent))["x-method"] == "CANCEL"
    assert calendar_file(latest_to(people.colleague))["x-method"] == "REQUEST"
    assert "Kim calls you Thursday" in own.see()


def test_of_a_new_owner_who_is_not_free_other_times_are_offered(walk, people, bea, own):
    own.choose("2026-11-19 10:00")
    people.colleague.absences.create(starts_on="2026-11-19", ends_on="2026-11-19")
    to_kim = f"person-{people.colleague.pk}-{people.north.pk}"
    walk.step(people.lead, "assign", Case.objects.get(), to=to_kim, reason="Anna is on a course")
    walk.sweep()
    assert ("customer_call_cancelled", "Bea") in walk.mails()
    assert calendar_file(latest_to(bea))["x-method"] == "CANCEL"
    assert "Thu 10:00" not in own.see().partition('<ol class="line">')[0].partition("<form")[2]


def test_somebody_else_than_the_usual_contact_is_the_lead(walk, people, bea, own):
    own.send("other")
    case = Case.objects.get()
    assert case.owner == people.lead
    assert "somebody other than their usual contact" in case.owner_reason
    walk.sweep()
    assert ("case_assigned", "Lars") in walk.mails()


def test_both_buttons_within_a_minute_do_nothing_and_a_person_decides(walk, people, bea, own):
    case = Case.objects.get()
    walk.step(people.agent, "attempt", case, channel="phone", outcome="reached")
    cause = RootCause.objects.get(key="billing").pk
    walk.step(people.agent, "resolve", case, root_cause=cause, summary="Credited.")
    walk.until("2026-11-18 11:00")
    walk.mails()
    own.say("solved")
    own.say("not_solved")
    walk.until("2026-11-18 11:10")
    case = Case.objects.get()
    assert (case.state, case.customer_confirmed_at) == ("resolved", None)
    assert sorted(walk.mails()) == [("customer_unclear", "Anna"), ("customer_unclear", "Lars")]


def test_opening_every_page_writes_nothing(walk, people, bea, own):
    before = stories.kinds(Case.objects.get())
    for part in ("", "solved/?solved", "solved/?not_solved", "data/"):
        assert own.see(part)
    walk.until("2026-11-18 10:05")
    assert stories.kinds(Case.objects.get()) == before
