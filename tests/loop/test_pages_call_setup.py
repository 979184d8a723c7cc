"""Setup of guides, call forms, root causes and deadlines: seen before it is saved, kept with who changed what."""

import re
from html import unescape

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from loop.call_setup_forms import QuestionForm, RootCauseForm
from loop.deadline_forms import CalendarForm, PolicyForm
from loop.models import ConversationGuide, RootCause, SlaPolicy, WorkCalendar
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _ten_past_nine():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def ada(people) -> Client:
    client = Client()
    client.force_login(people.admin)
    return client


def as_shown(form):
    """What the page would send if nothing was changed."""
    return {field.html_name: field.value() for field in form if field.value() not in (None, False)}


def plain(page):
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page.text)))


class TestGuides:
    @pytest.fixture
    def guide(self):
        return ConversationGuide.objects.get(category="detractor")

    def test_are_seen_before_they_are_saved(self, ada, guide):
        factories.case()
        address = reverse("guide", args=[guide.pk])
        page = ada.post(address, {**guide.texts, "en": "Listen.\n\n  Then ask.", "look": "1"})
        preview = page.text.partition('id="preview"')[2]
        assert "<li>Listen.</li><li>Then ask.</li>" in preview
        assert "on 1 open case" in plain(page)
        assert ConversationGuide.objects.get(pk=guide.pk).texts == guide.texts

    def test_are_saved_with_who_changed_what(self, ada, guide):
        address = reverse("guide", args=[guide.pk])
        page = ada.post(address, {**guide.texts, "en": "Listen first."}, follow=True)
        assert ConversationGuide.objects.get(pk=guide.pk).texts["en"] == "Listen first."
        assert "Ada changed" in plain(page)
        assert "Guide (en): " in plain(page)
        assert "Guide (sv)" not in plain(page)

    def test_need_words(self, ada, guide):
        page = ada.post(reverse("guide", args=[guide.pk]), {"en": " \n "})
        assert page.status_code == 400
        assert "A guide needs words in one language at least." in page.text

    def test_begin_as_a_copy_and_once_only(self, ada, guide):
        data = {"survey": factories.survey().pk, "category": "detractor"}
        ada.post(reverse("guides"), data)
        made = ConversationGuide.objects.get(survey=factories.survey())
        assert (made.texts, made.questions) == (guide.texts, guide.questions)
        again = ada.post(reverse("guides"), data)
        assert (again.status_code, ConversationGuide.objects.count()) == (400, 4)


class TestTheCallForm:
    @pytest.fixture
    def guide(self):
        return ConversationGuide.objects.get(category="detractor")

    def add(self, ada, guide, **data):
        return ada.post(reverse("guide-question-add", args=[guide.pk]), data, follow=True)

    def test_gets_a_question_with_answers_to_choose_from(self, ada, guide):
        choices = {"options-en": "The portal\nThe app", "options-sv": "Portalen\nAppen"}
        labels = {"label-en": "Which product?", "label-sv": "Vilken produkt?"}
        page = self.add(ada, guide, kind="choice", required="on", **labels, **choices)
        asked = ConversationGuide.objects.get(pk=guide.pk).questions[-1]
        assert (asked["key"], asked["kind"], asked["required"]) == ("which-product", "choice", True)
        assert asked["options"] == {"en": ["The portal", "The app"], "sv": ["Portalen", "Appen"]}
        assert "Question (which-product)" in plain(page)

    @pytest.mark.parametrize(
        ("data", "words"),
        [
            ({"kind": "text"}, "A question needs words"),
            ({"kind": "choice", "label-en": "Which?", "options-en": "One"}, "two answers"),
            ({"kind": "choice", "label-en": "Which?", "options-en": "A\nB", "options-sv": "A\nB\nC"}, "same number"),
            ({"kind": "choice", "label-en": "Which?", "options-en": "A\nA"}, "are the same"),
        ],
    )
    def test_refuses_a_question_nobody_could_answer(self, ada, guide, data, words):
        page = self.add(ada, guide, **data)
        assert page.status_code == 400
        assert words in page.text
        assert ConversationGuide.objects.get(pk=guide.pk).questions == guide.questions

    def test_changes_and_removes_questions_and_keeps_their_keys(self, ada, guide):
        address = reverse("guide-question", args=[guide.pk, "leaving"])
        data = as_shown(QuestionForm(question=guide.question("leaving")))
        ada.post(address, {**data, "label-en": "Will they leave?"})
        assert ConversationGuide.objects.get(pk=guide.pk).question("leaving")["labels"]["en"] == "Will they leave?"
        ada.post(address, {"remove": "1"})
        assert ConversationGuide.objects.get(pk=guide.pk).question("leaving") is None
        assert ada.post(address, data).status_code == 404


class TestRootCauses:
    def test_are_added_with_a_key_of_their_own(self, ada):
        ada.post(reverse("root-causes"), {"name": "Late  delivery", "name-sv": "Sen leverans"})
        made = RootCause.objects.get(key="late-delivery")
        assert (made.name, made.names, made.is_active) == ("Late delivery", {"sv": "Sen leverans"}, True)
        twice = ada.post(reverse("root-causes"), {"name": "late DELIVERY"})
        assert twice.status_code == 400

    def test_are_renamed_and_retired_and_cases_keep_them(self, ada, people):
        case = factories.resolved_case(owner=people.agent)
        billing = RootCause.objects.get(key="billing")
        data = as_shown(RootCauseForm(cause=billing))
        del data["is_active"]
        page = ada.post(reverse("root-cause", args=[billing.pk]), {**data, "name": "Invoices"}, follow=True)
        billing = RootCause.objects.get(key="billing")
        assert (billing.name, billing.is_active) == ("Invoices", False)
        assert "1 case has it and keeps it" in plain(page)
        assert "Name: Billing → Invoices" in plain(page)
        assert "In use: yes → no" in plain(page)
        case_page = ada.get(reverse("case", args=[case.pk])).text
        assert "Invoices" in case_page

    def test_are_told_in_the_readers_language(self, people):
        case = factories.resolved_case(owner=people.agent)
        people.agent.language = "sv"
        people.agent.save(update_fields=["language"])
        client = Client()
        client.force_login(people.agent)
        assert "<b>Fakturering</b>" in client.get(reverse("case", args=[case.pk])).text

    def test_the_last_one_in_use_stays(self, ada):
        RootCause.objects.exclude(key="other").update(is_active=False)
        other = RootCause.objects.get(key="other")
        page = ada.post(reverse("root-cause", args=[other.pk]), {"name": "Other"})
        assert page.status_code == 400
        assert RootCause.objects.get(key="other").is_active


class TestDeadlines:
    @pytest.fixture
    def policy(self):
        return SlaPolicy.objects.select_related("calendar").get()

    def test_show_what_they_mean_before_anything_is_changed(self, ada, policy):
        page = plain(ada.get(reverse("policy", args=[policy.pk])))
        assert "Fri 20 Nov 16:40 with a 3 Mon 23 Nov 16:40 Not counted: the weekend." in page
        assert "Christmas Eve" in page

    def test_show_what_would_change_without_changing_it(self, ada, policy):
        data = {**as_shown(PolicyForm(policy=policy)), "urgent_contact_minutes": "4.5", "look": "1"}
        data["calendar"] = policy.calendar_id
        page = ada.post(reverse("policy", args=[policy.pk]), data)
        assert page.status_code == 200
        assert "<del" in page.text.partition('id="preview"')[2]
        assert SlaPolicy.objects.get().urgent_contact_minutes == 540

    def test_are_changed_with_who_changed_what_and_cases_keep_theirs(self, ada, people, policy):
        case = factories.case(owner=people.agent)
        data = {**as_shown(PolicyForm(policy=policy)), "urgent_contact_minutes": "4.5"}
        page = ada.post(reverse("policy", args=[policy.pk]), data, follow=True)
        assert SlaPolicy.objects.get().urgent_contact_minutes == 270
        assert "First contact for the lowest scores, working minutes: 540 → 270" in plain(page)
        assert type(case).objects.get(pk=case.pk).contact_due_at == case.contact_due_at

    @pytest.mark.parametrize(
        ("field", "value"),
        [("contact_minutes", "0"), ("contact_minutes", "200"), ("urgent_max_score", "11"), ("resolve_minutes", "")],
    )
    def test_that_cannot_be_are_refused_by_their_field(self, ada, policy, field, value):
        page = ada.post(reverse("policy", args=[policy.pk]), {**as_shown(PolicyForm(policy=policy)), field: value})
        assert page.status_code == 400
        assert field in page.context["form"].errors


class TestTheCalendar:
    @pytest.fixture
    def calendar(self):
        return WorkCalendar.objects.get()

    def data(self, calendar, **changed):
        return {**as_shown(CalendarForm(calendar=calendar)), **changed}

    def test_shows_what_closing_a_day_would_mean(self, ada, calendar):
        data = self.data(calendar, closed_days="2026-11-23", look="1")
        preview = plain(ada.post(reverse("work-calendar", args=[calendar.pk]), data))
        assert "Mon 23 Nov 16:40 Tue 24 Nov 16:40" in preview
        assert WorkCalendar.objects.get().closed_days == []

    def test_is_saved_with_who_changed_what(self, ada, calendar):
        data = self.data(calendar, **{"day-0": "08:00-12:00, 13:00-17:00", "day-4": ""})
        page = ada.post(reverse("work-calendar", args=[calendar.pk]), data, follow=True)
        week = WorkCalendar.objects.get().week
        assert (week["0"], week.get("4")) == ([[480, 720], [780, 1020]], None)
        assert "Working hours (Monday): 08:00–17:00 → 08:00–12:00, 13:00–17:00" in plain(page)

    @pytest.mark.parametrize(
        ("changed", "words"),
        [
            ({"day-0": "8 to 5"}, "is not written like"),
            ({"day-0": "17:00-08:00"}, "does not end after it begins"),
            ({"day-0": "08:00-12:00, 11:00-13:00"}, "begins before the one before it ends"),
            ({"closed_days": "2026-02-30"}, "is not a day such as"),
            ({"time_zone": "Mars/Base"}, "is not a time zone"),
            ({"country": "ZZ"}, "No public holidays are known"),
            ({f"day-{n}": "" for n in range(7)}, "There must be working hours"),
        ],
    )
    def test_that_cannot_be_is_refused_in_words(self, ada, calendar, changed, words):
        page = ada.post(reverse("work-calendar", args=[calendar.pk]), self.data(calendar, **changed))
        assert page.status_code == 400
        assert words in page.text
        assert WorkCalendar.objects.get().week == calendar.week


@pytest.mark.parametrize("who", ["agent", "lead", "leader"])
def test_is_for_administrators(people, who):
    client = Client()
    client.force_login(getattr(people, who))
    for name in ("guides", "root-causes", "deadlines"):
        assert client.get(reverse(name)).status_code == 403
