"""Anna writes to the customer of her case; the mail leaves once, says nothing half known, and reaches nobody yet."""

from datetime import timedelta

import pytest
from django.db import transaction

from feedback import contacts
from feedback.contacts import address_hash
from feedback.models import Contact, Suppression
from loop import access, correspondence, customer, customer_pages, mailing, timeline, workflow
from loop.correspondence import Letter
from loop.models import Case, CaseMail, ContactAttempt, MailTemplate, State
from loop.workflow import StaleVersion, StepNotAllowed, StepRefused
from tests import factories, stories
from tests.factories import NOW, later


@pytest.fixture
def case(people):
    return factories.case(3, owner=people.agent, contact_name="Eva Lind")


def write(case, actor, **details):
    said = {"subject": "Your answer", "text": "Hello {first_name},\n\nmay I call?", "now": later(hours=1), **details}
    return mailing.send(case_id=case.pk, actor=actor, **said)


def answer(case, *, at, key="<1@x>", address="", **details):
    address = address or case.contact.email
    said = {"key": key, "address": address, "name": "Eva Lind", "subject": "Re: x", "text": "Call me.", **details}
    return correspondence.receive(Letter(**said), case_id=case.pk, now=at)


class TestAMail:
    def test_is_kept_with_its_variables_filled_in_and_waits_to_be_sent(self, case, people):
        mail = write(case, people.agent)
        assert (mail.state, mail.subject, mail.text) == ("waiting", "Your answer", "Hello Eva,\n\nmay I call?")
        assert (mail.address, mail.author) == (case.contact.email, people.agent)

    def test_counts_as_an_attempt_that_reached_nobody(self, case, people):
        write(case, people.agent)
        assert list(ContactAttempt.objects.values_list("channel", "reached")) == [("email", False)]
        now = stories.as_it_is_now(case)
        assert (now.state, now.contacted_at, now.version) == (State.NEW, None, case.version + 1)
        told = stories.told(case, "attempt")[0]
        assert (told["channel"], told["reached"], told["mail"]) == ("email", False, CaseMail.objects.get().pk)

    def test_leaves_a_try_that_is_planned_for_later(self, case, people):
        planned = {"case_id": case.pk, "actor": people.agent, "now": later(minutes=5), "reason": "Back on Friday"}
        workflow.plan_next(at=later(days=1), **planned)
        write(case, people.agent)
        now = stories.as_it_is_now(case)
        assert (now.next_try_at, now.next_try_remind_at) == (later(days=1), later(days=1))
        assert now.next_try_reason == "Back on Friday"

    def test_is_the_try_whose_time_has_come(self, case, people):
        workflow.plan_next(case_id=case.pk, at=later(minutes=30), actor=people.agent, now=later(minutes=5))
        write(case, people.agent)
        assert stories.as_it_is_now(case).next_try_at is None

    def test_sent_twice_by_one_form_is_one_mail(self, case, people):
        first = write(case, people.agent, key="form-1", version=case.version)
        again = write(case, people.agent, key="form-1", version=case.version)
        assert first == again
        assert ContactAttempt.objects.count() == 1

    def test_in_other_words_by_the_same_form_is_refused_and_not_dropped(self, case, people):
        write(case, people.agent, key="form-1")
        with pytest.raises(StepRefused, match="sent already"):
            write(case, people.agent, key="form-1", text="Something else.")

    def test_of_the_same_form_by_somebody_else_is_another_mail(self, case, people):
        write(case, people.agent, key="form-1")
        write(case, people.lead, key="form-1")
        assert CaseMail.objects.count() == 2

    def test_on_a_page_that_has_grown_old_is_refused(self, case, people):
        workflow.note(case_id=case.pk, text="Speaks Finnish.", actor=people.lead, now=later(minutes=1))
        with pytest.raises(StaleVersion):
            write(case, people.agent, version=case.version)
        assert not CaseMail.objects.exists()

    def test_of_a_closed_case_is_refused(self, people):
        with pytest.raises(StepNotAllowed):
            write(factories.resolved_case(owner=people.agent), people.agent, now=later(hours=9))

    @pytest.mark.parametrize("role", ["other_agent", "other_lead", "leader"])
    def test_of_somebody_elses_case_is_not_allowed(self, case, people, role):
        with pytest.raises(access.NotAllowed):
            write(case, getattr(people, role))
        assert not ContactAttempt.objects.exists()

    @pytest.mark.parametrize("role", ["agent", "lead", "admin"])
    def test_is_the_owners_the_leads_and_the_administrators(self, case, people, role):
        assert write(case, getattr(people, role)).state == "waiting"

    @pytest.mark.parametrize(
        ("field", "said"),
        [
            ("subject", {"subject": "  "}),
            ("subject", {"subject": "x" * 201}),
            ("subject", {"subject": "About {order}"}),
            ("text", {"text": " \n"}),
            ("text", {"text": "x" * 10_001}),
            ("text", {"text": "What we agreed:\n{your_words}"}),
            ("text", {"text": "Hello {fornamn}"}),
        ],
    )
    def test_that_is_not_ready_is_refused_by_the_name_of_what_is_wrong(self, case, people, field, said):
        with pytest.raises(StepRefused) as refused:
            write(case, people.agent, **said)
        assert refused.value.field == field
        assert not CaseMail.objects.exists()
        assert not ContactAttempt.objects.exists()

    def test_names_what_we_do_not_know_instead_of_leaving_a_hole(self, case, people):
        Contact.objects.filter(pk=case.contact_id).update(name="")
        with pytest.raises(StepRefused, match=r"\{first_name\}"):
            write(case, people.agent)

    def test_has_no_second_header_in_its_subject(self, case, people):
        assert write(case, people.agent, subject="Hello\r\nBcc: all@x.example").subject == "Hello Bcc: all@x.example"


class TestWhoMustNotBeMailed:
    @pytest.mark.parametrize(
        ("reason", "told"),
        [("bounced", "came back"), ("complained", "spam"), ("unsubscribed", "asked for no more survey mails")],
    )
    def test_is_refused_with_the_reason(self, case, people, reason, told):
        Suppression.objects.create(address_hash=address_hash(case.contact.email), reason=reason, created_at=NOW)
        with pytest.raises(StepRefused, match=told):
            write(case, people.agent)
        assert not CaseMail.objects.exists()

    def test_is_who_has_opted_out(self, case, people):
        contacts.opt_out(case.contact, now=NOW)
        with pytest.raises(StepRefused, match="asked for no more survey mails"):
            write(case, people.agent)

    @pytest.mark.parametrize("address", ["", "eva at fjord"])
    def test_is_who_has_no_address(self, case, people, address):
        Contact.objects.filter(pk=case.contact_id).update(email=address)
        with pytest.raises(StepRefused):
            write(case, people.agent)

    def test_is_who_answered_without_a_name(self, people):
        opened = factories.response(2).case
        with pytest.raises(StepRefused, match="no address"):
            write(opened, people.admin)


class TestWhatBecomesOfIt:
    def test_is_kept_with_the_mail(self, case, people):
        mail = write(case, people.agent)
        mailing.mark_sent(mail.pk, now=later(hours=2))
        assert CaseMail.objects.get().sent_at == later(hours=2)
        mailing.mark_returned(mail.pk, why="5.1.1", now=later(hours=3))
        assert (CaseMail.objects.get().state, CaseMail.objects.get().problem) == ("returned", "5.1.1")
        assert stories.told(case, "mail_returned")[0]["left"] is True

    def test_is_told_once_however_often_we_hear_it(self, case, people):
        mail = write(case, people.agent)
        for _time in range(3):
            mailing.mark_returned(mail.pk, why="5.1.1", now=later(hours=3))
        assert len(stories.told(case, "mail_returned")) == 1

    def test_a_mail_that_came_back_is_not_sent_again_by_a_late_word(self, case, people):
        mail = write(case, people.agent)
        mailing.mark_returned(mail.pk, why="5.1.1", now=later(hours=3))
        mailing.mark_sent(mail.pk, now=later(hours=4))
        assert CaseMail.objects.get().state == "returned"


class TestTheCustomersAnswer:
    def test_is_kept_and_moves_nothing(self, case, people):
        mail = answer(case, at=later(hours=2))
        assert (mail.state, mail.is_known, mail.text) == ("received", True, "Call me.")
        now = stories.as_it_is_now(case)
        assert (now.state, now.version) == (State.NEW, case.version)
        assert stories.kinds(case)[-1] == "mail_received"
        assert Contact.objects.get(pk=case.contact_id).last_activity_at == later(hours=2)

    def test_that_comes_by_two_ways_is_kept_once(self, case):
        assert answer(case, at=later(hours=2)) is not None
        assert answer(case, at=later(hours=2)) is None
        assert stories.kinds(case).count("mail_received") == 1

    def test_waits_until_somebody_writes_or_calls(self, case, people):
        answer(case, at=later(hours=2))
        assert correspondence.unanswered(timeline.story(case)) is not None
        write(case, people.agent, now=later(hours=3))
        assert correspondence.unanswered(timeline.story(case)) is None

    def test_waits_as_well_when_it_was_written_on_their_page(self, case, people):
        customer.write(customer_pages.page_of(case, now=NOW), "It is broken again.", now=later(hours=2))
        assert correspondence.unanswered(timeline.story(case)).data["text"] == "It is broken again."
        write(case, people.agent, now=later(hours=3))
        assert correspondence.unanswered(timeline.story(case)) is None

    def test_from_another_address_is_kept_as_such(self, case):
        mail = answer(case, at=later(hours=2), address="eva@home.example")
        assert mail.is_known is False
        assert Contact.objects.get(pk=case.contact_id).last_activity_at is None

    def test_from_a_machine_waits_for_nobody_and_says_until_when(self, case):
        back = later(days=9).date()
        answer(case, at=later(hours=2), is_automatic=True, away_until=back)
        assert correspondence.unanswered(timeline.story(case)) is None
        assert correspondence.away_until(timeline.story(case), later(days=1).date()) == back
        assert correspondence.away_until(timeline.story(case), later(days=10).date()) is None

    def test_is_not_taken_fifty_times_a_day(self, case):
        for number in range(correspondence.MOST_A_DAY):
            answer(case, at=later(minutes=number), key=f"<{number}@x>")
        with pytest.raises(correspondence.TooMany), transaction.atomic():
            answer(case, at=later(hours=2), key="<51@x>")
        assert answer(case, at=later(days=1, hours=1) + timedelta(hours=2), key="<52@x>") is not None


class TestATemplate:
    def test_comes_in_the_customers_language(self, case, people):
        Contact.objects.filter(pk=case.contact_id).update(language="sv-SE")
        found = Case.objects.for_display().get(pk=case.pk)
        template = MailTemplate.objects.get(key="ask_to_call", language="sv")
        draft = mailing.draft(found, template, people.agent)
        assert draft.text.startswith("Hej Eva!")
        assert draft.left == []

    def test_shows_what_is_still_to_be_written(self, case, people):
        template = MailTemplate.objects.get(key="what_we_agreed", language="en")
        assert mailing.draft(case, template, people.agent).left == ["your_words"]

    def test_knows_the_first_name_in_a_list_as_a_crm_writes_it(self, case, people):
        Contact.objects.filter(pk=case.contact_id).update(name="Lind, Eva Maria")
        found = Case.objects.for_display().get(pk=case.pk)
        assert mailing.fill(found, "", "{first_name}", people.agent).text == "Eva"
