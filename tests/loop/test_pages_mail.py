"""The pages of mail: writing one from a case, and the templates an administrator keeps."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from feedback import contacts
from feedback.models import Contact
from loop import correspondence, mailing, workflow
from loop.correspondence import Letter
from loop.models import CaseMail, MailTemplate
from tests import factories, stories
from tests.factories import later


@pytest.fixture
def case(people):
    return factories.case(3, owner=people.agent, contact_name="Eva Lind")


def browser_of(user):
    browser = Client()
    browser.force_login(user)
    return browser


def form_of(page):
    """What the form of the page would send, by field."""
    html = page.content.decode()
    form = re.search(r'<form class="form" method="post" novalidate>.*?</form>', html, re.DOTALL)[0]
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" (?:value="([^"]*)")?', form))
    fields["subject"] = re.search(r'name="subject"[^>]*?value="([^"]*)"', form)
    fields["subject"] = fields["subject"][1] if fields["subject"] else ""
    fields["text"] = re.search(r"<textarea[^>]*>(.*?)</textarea>", form, re.DOTALL)[1].strip()
    return fields


class TestWriting:
    def test_begins_with_a_template_in_the_customers_language(self, case, people):
        Contact.objects.filter(pk=case.contact_id).update(language="fi")
        page = browser_of(people.agent).get(f"/cases/{case.pk}/mail/?template=ask_to_call")
        assert "Hei Eva," in form_of(page)["text"]
        assert "Saanko soittaa?" in page.content.decode()

    def test_shows_the_mail_before_it_leaves_and_then_sends_it_once(self, case, people):
        browser = browser_of(people.agent)
        address = f"/cases/{case.pk}/mail/"
        fields = form_of(browser.get(f"{address}?template=ask_to_call"))
        shown = browser.post(address, {**fields, "preview": "1"})
        assert shown.status_code == 200
        assert "As it will arrive" in shown.content.decode()
        assert not CaseMail.objects.exists()
        for _click in range(2):
            assert browser.post(address, {**form_of(shown), "send": "1"}).status_code == 302
        assert CaseMail.objects.get().template.key == "ask_to_call"
        assert len(stories.told(case, "attempt")) == 1

    def test_says_what_becomes_of_the_try_that_is_planned(self, case, people):
        browser, address, now = browser_of(people.agent), f"/cases/{case.pk}/mail/", timezone.now()
        workflow.plan_next(case_id=case.pk, at=now + timedelta(days=1), actor=people.agent, now=now)
        page = browser.get(f"{address}?template=ask_to_call")
        assert "The next try stays planned:" in page.content.decode()
        sent = browser.post(address, {**form_of(page), "send": "1"}, follow=True)
        assert (
            "It counts as an attempt until the customer answers. The next try stays planned:" in sent.content.decode()
        )
        assert stories.as_it_is_now(case).next_try_at == now + timedelta(days=1)

    def test_names_what_is_missing_and_keeps_what_was_typed(self, case, people):
        browser, address = browser_of(people.agent), f"/cases/{case.pk}/mail/"
        fields = form_of(browser.get(f"{address}?template=what_we_agreed"))
        shown = browser.post(address, {**fields, "preview": "1"}).content.decode()
        assert "Not ready yet." in shown
        refused = browser.post(address, {**fields, "send": "1"})
        assert refused.status_code == 400
        assert "Fill in {your_words} yourself" in refused.content.decode()
        assert "{your_words}" in form_of(refused)["text"]

    def test_over_a_case_somebody_changed_keeps_what_was_typed(self, case, people):
        browser, address = browser_of(people.agent), f"/cases/{case.pk}/mail/"
        fields = {**form_of(browser.get(address)), "subject": "Hello", "text": "My careful words."}
        workflow.note(case_id=case.pk, text="x", actor=people.lead, now=later(minutes=1))
        answer = browser.post(address, {**fields, "send": "1"})
        assert answer.status_code == 409
        assert form_of(answer)["text"] == "My careful words."
        assert browser.post(address, {**form_of(answer), "send": "1"}).status_code == 302

    def test_to_somebody_who_wants_none_says_so(self, case, people):
        contacts.opt_out(case.contact, now=later(minutes=1))
        browser = browser_of(people.agent)
        assert "asked for no more survey mails" in browser.get(f"/cases/{case.pk}/").content.decode()
        page = browser.get(f"/cases/{case.pk}/mail/")
        answer = browser.post(f"/cases/{case.pk}/mail/", {**form_of(page), "subject": "x", "text": "y", "send": "1"})
        assert answer.status_code == 400

    def test_what_a_customer_wrote_is_text_and_nothing_else(self, case, people):
        letter = Letter(
            key="<1@x>",
            address=case.contact.email,
            name="<script>alert(1)</script>",
            subject="<img src=x onerror=alert(1)>",
            text="<b>bold</b>",
            original="<script>alert(2)</script>",
            attachments=[{"name": "<svg onload=alert(3)>.pdf", "type": "x/y", "size": 2048}],
        )
        correspondence.receive(letter, case_id=case.pk, now=later(minutes=1))
        html = browser_of(people.agent).get(f"/cases/{case.pk}/").content.decode()
        assert "<script>alert" not in html
        assert "<img src=x" not in html
        assert "<svg onload" not in html
        assert "&lt;b&gt;bold&lt;/b&gt;" in html
        assert "The customer answered" in html


class TestTheCasePage:
    def test_tells_of_a_mail_with_its_state(self, case, people):
        mail = mailing.send(
            case_id=case.pk, subject="Your invoice", text="Is corrected.", actor=people.agent, now=later(minutes=1)
        )
        page = browser_of(people.agent).get(f"/cases/{case.pk}/").content.decode()
        assert "You wrote to the customer" in page
        assert ">waiting</span>" in page
        mailing.mark_sent(mail.pk, now=later(minutes=2))
        assert ">sent</span>" in browser_of(people.lead).get(f"/cases/{case.pk}/").content.decode()
        mailing.mark_returned(mail.pk, why="5.1.1", now=later(minutes=3))
        page = browser_of(people.agent).get(f"/cases/{case.pk}/").content.decode()
        assert ">came back</span>" in page

    def test_offers_a_lead_to_open_a_closed_case_again_in_one_click(self, people):
        solved = factories.resolved_case(owner=people.agent)
        letter = Letter(key="<1@x>", address=solved.contact.email, name="", subject="x", text="Not solved.")
        correspondence.receive(letter, case_id=solved.pk, now=later(hours=5))
        assert "Open it again" not in browser_of(people.agent).get(f"/cases/{solved.pk}/").content.decode()
        page = browser_of(people.lead).get(f"/cases/{solved.pk}/").content.decode()
        form = re.search(r'<section class="card pad stack" id="mail".*?</section>', page, re.DOTALL)[0]
        assert "Open it again" in form
        fields = dict(re.findall(r'name="(version|reason)" value="([^"]*)"', form))
        browser_of(people.lead).post(f"/cases/{solved.pk}/reopen/", fields)
        assert stories.as_it_is_now(solved).state == "contacted"


class TestTemplates:
    @pytest.mark.parametrize("role", ["agent", "lead", "leader"])
    def test_are_an_administrators(self, people, role):
        row = MailTemplate.objects.get(key="no_answer", language="en")
        browser = browser_of(getattr(people, role))
        fields = {"name": "x", "subject": "x", "text": "x", "save": "1"}
        assert browser.post(f"/setup/mails/{row.pk}/", fields).status_code == 403
        assert browser.post("/setup/mails/new/", {**fields, "language": "en"}).status_code == 403
        assert MailTemplate.objects.get(pk=row.pk).name != "x"

    def test_are_changed_with_a_preview_and_a_history(self, people):
        row = MailTemplate.objects.get(key="no_answer", language="sv")
        browser, address = browser_of(people.admin), f"/setup/mails/{row.pk}/"
        fields = {"name": row.name, "subject": "Hej {first_name}", "text": "Från {sender}.", "is_active": "on"}
        shown = browser.post(address, {**fields, "preview": "1"}).content.decode()
        assert "Hej Eva" in shown
        assert MailTemplate.objects.get(pk=row.pk).subject == row.subject
        assert browser.post(address, {**fields, "save": "1"}).status_code == 302
        page = browser.get(address).content.decode()
        assert "Ada" in page
        assert "Hej {first_name}" in page

    def test_with_an_unknown_variable_are_refused_by_its_name(self, people):
        row = MailTemplate.objects.get(key="no_answer", language="en")
        fields = {"name": row.name, "subject": "Hi {fornamn}", "text": row.text, "save": "1"}
        answer = browser_of(people.admin).post(f"/setup/mails/{row.pk}/", fields)
        assert answer.status_code == 400
        assert "{fornamn} is not a variable" in answer.content.decode()

    def test_taken_out_of_use_are_not_offered(self, case, people):
        MailTemplate.objects.filter(key="last_try").update(is_active=False)
        assert "last_try" not in browser_of(people.agent).get(f"/cases/{case.pk}/mail/").content.decode()
