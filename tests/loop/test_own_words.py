"""What Loop wrote on a case is read in the reader's language; what people wrote stays as they wrote it."""

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext

from loop import workflow
from loop.own_words import SENTENCES, own_words
from tests import factories
from tests.factories import NOW

LANGUAGES = [code for code, _name in settings.LANGUAGES]
VALUES = {
    "name": "Anna Ek", "account": "Nordlund AB", "team": "Nord", "rule": "Sverige", "until": "2026-12-04",
    "because": "", "days": 30, "score": 9, "before": 3, "after": 7,
}  # fmt: skip


def said(sentence: str, language: str, because: str = "Rule “%(rule)s”") -> str:
    """A sentence as it is stored by a project of that language."""
    with translation.override(language):
        return gettext(sentence) % (VALUES | {"because": gettext(because) % VALUES})


@pytest.mark.parametrize("stored_in", LANGUAGES)
@pytest.mark.parametrize("sentence", SENTENCES)
def test_every_sentence_is_said_anew_in_the_readers_language(sentence, stored_in):
    for reader in LANGUAGES:
        with translation.override(reader):
            told = own_words(said(sentence, stored_in))
            again = own_words(said(sentence, reader))
        assert told == again
        assert "2026-12-04" not in told


def test_a_reason_within_a_reason_is_said_anew_too():
    stored = said(
        "%(because)s but is away until %(until)s; %(name)s stands in", "en", "%(name)s looks after %(account)s"
    )
    assert stored == "Anna Ek looks after Nordlund AB but is away until 2026-12-04; Anna Ek stands in"
    with translation.override("sv"):
        told = own_words(stored)
    assert "looks after" not in told
    assert "fre 4 dec" in told


@pytest.mark.parametrize("text", ["", "Lars bad mig ta det.", "Because: I know them", "100 % sure (she said so)"])
def test_what_people_wrote_stays(text):
    with translation.override("fi"):
        assert own_words(text) == text


def test_what_stands_beside_somebodys_step_is_theirs():
    with translation.override("sv"):
        assert own_words("The server is back", by_person=True) == "The server is back"
        assert own_words("Taken from the queue by Kim", by_person=True) != "Taken from the queue by Kim"


@pytest.mark.parametrize(
    "text", [": waits for a lead" * 400, "The customer has answered: " + "9" * 5000 + ".", "x is back" * 1000]
)
def test_words_made_to_do_harm_stay_as_they_are(text):
    with translation.override("sv"):
        assert own_words(text) == text


@pytest.mark.django_db
def test_the_page_of_a_case_and_its_story_speak_one_language(people):
    case = factories.case(owner=people.agent)
    workflow.escalate(case_id=case.pk, reason="The customer has not been contacted in time.", actor=None, now=NOW)
    people.agent.language = "sv"
    people.agent.save(update_fields=["language"])
    browser = Client()
    browser.force_login(people.agent)
    page = browser.get(f"/cases/{case.pk}/").text
    assert "looks after" not in page
    assert "has not been contacted" not in page
