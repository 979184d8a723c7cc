"""The pages on which an administrator puts Loop's own words into an added language."""

import pytest
from django.test import Client
from django.urls import reverse

from feedback import fixed_texts, surveys, waves
from feedback.models import AddedLanguage, SurveyWording
from loop.fixed_text_forms import FixedTextsForm
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db

SEND = "Send my answer"
PAGE = "/setup/languages/de/"


@pytest.fixture
def ada(people):
    client = Client()
    client.force_login(people.admin)
    english = SurveyWording.objects.get(survey__key="relational", language="en")
    surveys.set_wording(factories.survey(), "de", {field: getattr(english, field) for field in surveys.WORDS})
    return client


def typed(text: str, *, version: int, of: str = SEND) -> dict[str, str]:
    form = FixedTextsForm(language=AddedLanguage(language="de"))
    name = next(name for name, field in form.fields.items() if field.label == of)
    return {"version": str(version), name: text}


def test_lists_each_added_language_with_how_much_of_it_is_there(ada):
    fixed_texts.store("de", {SEND: "Antwort senden"})
    page = ada.get(reverse("added-languages"))
    total = len(fixed_texts.all_texts())
    assert f"1 of {total} translated" in page.text
    assert "German" in page.text
    assert PAGE in page.text


def test_saves_and_says_how_many(ada):
    page = ada.post(PAGE, typed("Antwort senden", version=0), follow=True)
    assert f"Saved: 1 of {len(fixed_texts.all_texts())} translated." in page.text
    assert AddedLanguage.objects.get().texts == {SEND: "Antwort senden"}
    assert AddedLanguage.objects.get().changed_by


def test_a_refusal_stands_at_its_field_and_what_was_typed_stays(ada):
    page = ada.post(PAGE, typed("Senden an {firma}", version=0))
    assert page.status_code == 400
    assert "Nobody fills in {firma}." in page.text
    assert 'value="Senden an {firma}"' in page.text
    assert not AddedLanguage.objects.exists()


def test_who_looked_before_somebody_else_saved_is_told_and_loses_nothing(ada):
    ada.post(PAGE, typed("Antwort senden", version=0))
    page = ada.post(PAGE, typed("Abschicken", version=0))
    assert page.status_code == 409
    assert 'value="Abschicken"' in page.text
    assert AddedLanguage.objects.get().texts == {SEND: "Antwort senden"}
    assert ada.post(PAGE, typed("Abschicken", version=1)).status_code == 302


def test_the_preview_shows_what_is_typed_to_its_writer_alone(ada, people):
    frames = ada.post(f"{PAGE}preview/", typed("Abschicken", version=0)).text
    survey = factories.survey()
    address = reverse("survey-try", args=[survey.pk, "de"])
    assert f"{address}?frame" in frames
    assert "texts" in frames
    assert "Abschicken" in ada.get(f"{address}?frame&texts").text
    assert "Abschicken" not in ada.get(f"{address}?frame").text
    leader = Client()
    leader.force_login(people.leader)
    assert "Abschicken" not in leader.get(f"{address}?frame&texts").text
    assert not AddedLanguage.objects.exists()


@pytest.mark.parametrize("language", ["sv", "qq"])
def test_there_is_no_page_for_a_language_of_ours_or_of_nobody(ada, language):
    assert ada.get(f"/setup/languages/{language}/").status_code == 404


def test_removing_a_language_somebody_changed_is_refused_and_can_be_pressed_again(ada):
    survey = factories.survey()
    stale = survey.wordings.get(language="de").version
    surveys.set_wording(survey, "de", dict.fromkeys(surveys.WORDS, "Neu"))
    address = reverse("survey-wording-remove", args=[survey.pk, "de"])
    page = ada.post(address, {"version": stale})
    assert page.status_code == 409
    assert survey.wordings.filter(language="de").exists()
    ada.post(address, {"version": page.context["stored_version"]})
    assert not survey.wordings.filter(language="de").exists()


class TestASurveyWhoseCustomersReadAMix:
    def shown(self, client) -> str:
        return client.get(reverse("survey", args=[factories.survey().pk])).text

    def test_is_told_on_its_page_with_how_much_is_missing(self, ada, people):
        fixed_texts.store("de", {SEND: "Antwort senden"})
        told = f"1 of {len(fixed_texts.all_texts())} are in German, the others in English."
        assert told in self.shown(ada)
        assert f'href="{PAGE}">Give the others' in self.shown(ada)
        leader = Client()
        leader.force_login(people.leader)
        assert told in self.shown(leader)
        assert PAGE not in self.shown(leader)

    def test_is_told_before_a_wave_of_it_is_approved(self, ada):
        factories.contact()
        wave = waves.draft(survey=factories.survey(), method="whole", seed=1, starts_on=NOW.date(), now=NOW)
        waves.plan(wave, now=NOW)
        assert "read a mix" in ada.get(reverse("wave", args=[wave.pk])).text

    def test_no_more_once_all_is_given(self, ada, monkeypatch):
        text = fixed_texts.all_texts()[SEND]
        monkeypatch.setattr(fixed_texts, "all_texts", lambda: {SEND: text})
        assert "read a mix" in self.shown(ada)
        fixed_texts.store("de", {SEND: "Antwort senden"})
        assert "read a mix" not in self.shown(ada)
