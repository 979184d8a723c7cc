"""The pages of surveys: who reads and who writes, what is refused where, and that trying a page records nothing."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from feedback import invitations, surveys
from feedback.models import Response, Survey, SurveyWording
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db

MARKUP = "<script>alert(1)</script>"


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def address(name, language="sv", survey="relational") -> str:
    return reverse(name, args=[factories.survey(survey).pk, *([language] if language else [])])


def stored(language="sv") -> dict[str, str]:
    wording = SurveyWording.objects.get(survey__key="relational", language=language)
    return {name: getattr(wording, name) for name in surveys.WORDS}


class TestWhoSees:
    PAGES = ("surveys", "triggers", "received-events", "programme")

    @pytest.mark.parametrize(("name", "status"), [("agent", 403), ("lead", 403), ("leader", 200), ("admin", 200)])
    def test_leadership_and_administrators_see_the_programme(self, people, name, status):
        client = browser(getattr(people, name))
        assert {client.get(reverse(page)).status_code for page in self.PAGES} == {status}
        assert {client.get(address(page)).status_code for page in ("survey-try", "survey-mail")} == {status}

    def test_it_stands_in_the_navigation_of_those_who_see_it(self, people):
        assert reverse("programme") in browser(people.leader).get("/accounts/").text
        assert reverse("programme") not in browser(people.lead).get("/accounts/").text

    def test_leadership_reads_and_changes_nothing(self, people):
        client = browser(people.leader)
        page = client.get(address("survey", None)).text
        assert '<form method="post" action="/surveys' not in page
        for name in ("survey-wording", "survey-preview", "survey-wording-remove"):
            assert client.post(address(name), stored()).status_code == 403
        assert client.post(address("survey-change", None)).status_code == 403
        assert client.post(reverse("survey-new"), {"name": "Mine"}).status_code == 403
        assert not Survey.objects.filter(name="Mine").exists()

    def test_a_survey_that_is_none_is_not_found(self, people):
        assert browser(people.admin).get(reverse("survey", args=[9999])).status_code == 404
        assert browser(people.admin).get(address("survey-wording", "de")).status_code == 404


class TestANewSurvey:
    def test_starts_from_a_template_with_its_words(self, people):
        page = browser(people.admin).post(
            reverse("survey-new"), {"name": "Autumn", "template": "support", "scale_min": "1"}, follow=True
        )
        made = Survey.objects.get(name="Autumn")
        assert (made.kind, made.scale, made.wordings.count()) == ("transactional", (1, 10), 5)
        assert "Nobody is asked yet." in page.text

    def test_a_name_that_gives_a_key_in_use_is_refused_at_the_name(self, people):
        page = browser(people.admin).post(
            reverse("survey-new"), {"name": "Relational", "template": "relational", "scale_min": "0"}
        )
        assert page.status_code == 400
        assert "name" in page.context["form"].errors


class TestSettings:
    FACTS = {
        "name": "Customers",
        "kind": "product",
        "scale_min": "1",
        "sender_name": "",
        "remind_after_days": "0",
        "open_days": "60",
    }

    def test_before_it_was_asked_all_of_them_change(self, people):
        browser(people.admin).post(address("survey-change", None), {**self.FACTS, "is_active": "on"})
        survey = factories.survey()
        assert (survey.name, survey.kind, survey.scale_min, survey.is_active) == ("Customers", "product", 1, True)

    def test_after_it_was_asked_the_page_says_that_kind_and_scale_stand(self, people):
        factories.response(9, contact=factories.contact())
        client = browser(people.admin)
        assert "It has been asked: kind and scale stand." in client.get(address("survey", None)).text
        client.post(address("survey-change", None), self.FACTS)
        survey = factories.survey()
        assert (survey.name, survey.kind, survey.scale_min) == ("Customers", "relational", 0)

    def test_the_page_says_how_many_mails_wait_before_it_is_taken_out_of_use(self, people):
        invitations.invite(survey=factories.survey(), contact=factories.contact(), due_at=NOW, now=NOW)
        page = browser(people.admin).get(address("survey", None)).text
        assert "1 mail that waits would be called off." in page

    def test_the_last_day_for_answers_ends_at_midnight_where_we_are(self, people):
        browser(people.admin).post(address("survey-change", None), {**self.FACTS, "closes_on": "2026-12-24"})
        assert factories.survey().closes_at.isoformat() == "2026-12-24T23:00:00+00:00"
        assert 'value="2026-12-24"' in browser(people.admin).get(address("survey", None)).text


class TestWords:
    def test_are_saved_for_customers(self, people):
        browser(people.admin).post(address("survey-wording"), {**stored(), "question": "Hur troligt är det?"})
        assert stored()["question"] == "Hur troligt är det?"

    @pytest.mark.parametrize(
        ("field", "text"), [("question", ""), ("subject", "x" * 201), ("thanks", "Tack {name}"), ("thanks", "x" * 1001)]
    )
    def test_are_refused_at_their_field_and_kept_as_typed(self, people, field, text):
        before = stored()
        page = browser(people.admin).post(address("survey-wording"), {**stored(), field: text})
        assert page.status_code == 400
        assert list(page.context["form"].errors) == [field]
        assert page.context["form"][field].value() == text
        assert stored() == before

    def test_a_language_is_added_with_the_words_of_another(self, people):
        client = browser(people.admin)
        page = client.post(address("survey-language-add", None), {"language": "de"}, follow=True)
        assert stored("de") == stored("en")
        assert page.request["PATH_INFO"] == address("survey-wording", "de")

    @pytest.mark.parametrize("language", ["sv", "d3", "qq", ""])
    def test_a_language_it_has_or_that_is_none_is_refused(self, people, language):
        page = browser(people.admin).post(address("survey-language-add", None), {"language": language})
        assert page.status_code == 400
        assert "language" in page.context["language_form"].errors

    def test_a_language_is_removed_but_never_the_last(self, people):
        client = browser(people.admin)
        for language in ("en", "sv", "nb", "da", "fi"):
            client.post(address("survey-wording-remove", language))
        assert [one.language for one in factories.survey().wordings.all()] == ["fi"]


class TestThePreview:
    def test_shows_what_is_typed_to_its_writer_alone_and_stores_nothing(self, people):
        client, before = browser(people.admin), stored()
        client.post(address("survey-preview"), {**stored(), "question": "Skriver just nu?"})
        for name in ("survey-try", "survey-mail"):
            assert "Skriver just nu?" in client.get(address(name) + "?draft").text
            assert "Skriver just nu?" not in client.get(address(name)).text
            assert "Skriver just nu?" not in browser(people.leader).get(address(name) + "?draft").text
        assert stored() == before

    def test_of_another_language_shows_its_own_words(self, people):
        client = browser(people.admin)
        client.post(address("survey-preview"), {**stored(), "question": "Skriver just nu?"})
        assert "Skriver just nu?" not in client.get(address("survey-try", "en") + "?draft").text

    def test_shows_markup_as_text(self, people):
        client = browser(people.admin)
        client.post(address("survey-preview"), {name: f"{name} {MARKUP}" for name in surveys.WORDS})
        for place in ("survey-try", "survey-mail"):
            for query in ("?draft", "?draft&thanks", "?draft&score=10"):
                assert MARKUP not in client.get(address(place) + query).text
        assert MARKUP not in client.post(address("survey-wording"), {**stored(), "subject": MARKUP}, follow=True).text
        assert MARKUP not in client.get(address("survey", None)).text

    def test_is_the_page_customers_get_apart_from_its_link(self, people):
        ada = factories.contact("Ada", account=factories.account(), language="sv")
        invitation = invitations.invite(survey=factories.survey(), contact=ada, due_at=NOW, now=NOW)
        theirs = Client().get(reverse("respond", args=[invitations.link_token(invitation)])).text
        ours = browser(people.admin).get(address("survey-try")).text

        def question(page: str) -> str:
            form = re.search(r"<fieldset.*</form>.*?</p>", page, re.DOTALL)
            assert form
            return form[0]

        assert question(ours) == question(theirs)

    def test_may_stand_in_a_frame_of_ours_alone(self, people):
        for name in ("survey-try", "survey-mail"):
            page = browser(people.admin).get(address(name))
            assert page["X-Frame-Options"] == "SAMEORIGIN"
            assert "frame-ancestors 'self'" in page["Content-Security-Policy"]


class TestTryingThePage:
    def send(self, user, **answer):
        """Fill in the form as it was served."""
        client = browser(user)
        sealed = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', client.get(address("survey-try")).text)
        assert sealed
        return client.post(address("survey-try"), {"csrfmiddlewaretoken": sealed[1], **answer})

    def test_thanks_and_records_nothing(self, people):
        page = self.send(people.admin, score="3", comment="Bara ett prov.")
        assert page.status_code == 200
        assert stored()["thanks"] in page.text
        assert "Bara ett prov." in page.text
        assert not Response.objects.exists()

    def test_checks_the_answer_like_the_real_page(self, people):
        assert self.send(people.admin, score="11").status_code == 400
        assert self.send(people.admin, score="3", wants_callback="on").status_code == 400
        assert browser(people.admin).post(address("survey-try"), {"score": "3"}).status_code == 403

    def test_says_that_it_is_a_trial_and_leads_to_no_customers_link(self, people):
        page = browser(people.admin).get(address("survey-try", "en")).text
        assert "Nothing is recorded." in page
        assert "/s/" not in page
        assert "/u/" not in page
