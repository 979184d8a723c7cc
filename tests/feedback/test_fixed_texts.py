"""Loop's own words to customers in a language it does not ship: given by an administrator, checked, and spoken."""

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.translation import gettext

from feedback import contacts, fixed_texts, invitations, surveys
from feedback.editing import ChangedMeanwhile, Edit
from feedback.models import AddedLanguage, SurveyWording
from notifications import rendering
from notifications.models import Message
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db

SEND, READ = "Send my answer", "You may close this page. The people who look after you at {company} read your answer."
GERMAN = {
    SEND: "Antwort senden",
    READ: "Sie können die Seite schließen. {company} liest zu 100 % mit.",
    "Thank you": "Danke",
    "Hello {name},": "Guten Tag {name},",
    "No more questions, please": "Bitte keine weiteren Fragen",
    "Send me no more questions": "Keine weiteren Fragen",
}


def words(**change: str) -> dict[str, str]:
    english = SurveyWording.objects.get(survey__key="relational", language="en")
    return {field: getattr(english, field) for field in surveys.WORDS} | {"question": "Wie wahrscheinlich?"} | change


@pytest.fixture
def asked():
    survey = factories.survey()
    surveys.set_wording(survey, "de", words())
    heidi = factories.contact("Heidi", language="de-AT", account=factories.account())
    return invitations.invite(survey=survey, contact=heidi, due_at=timezone.now(), now=timezone.now())


class TestTheList:
    def test_is_read_where_the_texts_stand(self):
        texts = fixed_texts.all_texts()
        assert {*GERMAN, "Please call me about this", "No, not yet", "Please tell us the number to call."} <= {*texts}
        assert "l j F" not in texts

    def test_has_every_text_once_in_its_place(self):
        shown = [text.shown for _label, texts in fixed_texts.by_place() for text in texts]
        assert len(shown) == len(set(shown)) > 100

    def test_has_both_of_one_and_many(self):
        texts = fixed_texts.all_texts()
        assert "No connection. {n} answers are kept here and sent as soon as it is back." in texts


class TestStoring:
    @pytest.mark.parametrize(
        ("of", "text", "told"),
        [
            (READ, "Danke.", "{company} is missing"),
            (SEND, "Senden an {firma}", "{firma}"),
            (SEND, "Senden }", "brace"),
            (SEND, "<b>Senden</b>", "Plain text"),
            (SEND, 'x" onclick="alert(1)', "Plain text"),
            (SEND, "x" * 1001, "1000"),
        ],
    )
    def test_refuses_what_would_break_a_page_and_keeps_the_rest_unchanged(self, of, text, told):
        fixed_texts.store("de", {SEND: "Senden"})
        with pytest.raises(fixed_texts.TextsRefused) as refused:
            fixed_texts.store("de", {"Thank you": "Danke", of: text})
        assert told in refused.value.why[of]
        assert AddedLanguage.objects.get().texts == {SEND: "Senden"}

    def test_refuses_who_looked_before_somebody_else_saved(self):
        fixed_texts.store("de", {SEND: "Senden"}, Edit(by="ada@nordlys.example", at=NOW, version=0))
        with pytest.raises(ChangedMeanwhile):
            fixed_texts.store("de", {SEND: "Abschicken"}, Edit(by="bo@nordlys.example", at=NOW, version=0))
        assert AddedLanguage.objects.get().texts == {SEND: "Senden"}

    @pytest.mark.parametrize("language", ["sv", "en", "qq"])
    def test_is_for_languages_that_are_known_and_not_ours(self, language):
        with pytest.raises(LookupError):
            fixed_texts.store(language, {SEND: "Skicka"})

    def test_counts_what_is_translated_and_forgets_what_is_emptied(self):
        assert fixed_texts.translated(fixed_texts.store("de", GERMAN)) == len(GERMAN)
        row = fixed_texts.store("de", {SEND: " ", "No such text": "x"})
        assert fixed_texts.translated(row) == len(row.texts) == len(GERMAN) - 1


class TestSpeaking:
    def test_is_heard_on_the_page_and_what_is_missing_stays_in_the_projects_language(self, asked, client):
        fixed_texts.store("de", GERMAN)
        page = client.get(f"/s/{invitations.link_token(asked)}/").text
        assert "Antwort senden" in page
        assert "Bitte keine weiteren Fragen" in page
        assert "Please call me about this" in page
        assert '<html lang="en">' in page  # some of it is

    def test_thanks_with_our_name_filled_in(self, asked, client):
        fixed_texts.store("de", GERMAN)
        address = f"/s/{invitations.link_token(asked)}/"
        seal = client.get(address).context["seal"]
        page = client.post(address, {"csrfmiddlewaretoken": seal, "score": "9", "comment": "Gut"}, follow=True)
        assert "Nordlys liest zu 100 % mit." in page.text.replace(page.context["company"], "Nordlys")

    def test_is_heard_in_the_mail(self, asked):
        fixed_texts.store("de", GERMAN)
        said = rendering.render(Message(kind="survey_invitation", invitation=asked, contact=asked.contact), now=NOW)
        assert "Guten Tag Heidi," in said.html
        assert "Guten Tag Heidi," in said.text

    def test_is_heard_where_no_survey_is_about(self, asked):
        fixed_texts.store("de", GERMAN)
        page = Client().get(f"/u/{contacts.unsubscribe_token(asked.contact)}/").text
        assert "Keine weiteren Fragen" in page

    def test_of_a_whole_language_the_page_says_that_it_is_in_it(self, asked, client):
        fixed_texts.store("de", {shown: f"({shown})" for shown in fixed_texts.all_texts()} | GERMAN)
        page = client.get(f"/s/{invitations.link_token(asked)}/")
        assert '<html lang="de">' in page.text
        assert page.headers["Content-Language"] == "de"
        assert "(Please call me about this)" in page.text

    def test_ends_with_the_block_also_when_it_fails(self):
        fixed_texts.store("de", GERMAN)
        with fixed_texts.speaking("de"):
            assert gettext(SEND) == "Antwort senden"
        with pytest.raises(ZeroDivisionError), fixed_texts.speaking("de"):
            raise ZeroDivisionError
        assert gettext(SEND) == SEND

    def test_asks_the_database_nothing_for_a_language_of_ours(self, django_assert_num_queries):
        with django_assert_num_queries(0), fixed_texts.speaking("sv"):
            assert gettext(SEND) == "Skicka svaret"


class TestALanguageThatIsRemoved:
    def test_comes_back_above_its_old_version_so_that_no_old_page_fits(self):
        survey = factories.survey()
        surveys.set_wording(survey, "de", words())
        surveys.set_wording(survey, "de", words(), Edit(by="", at=NOW, version=1))
        surveys.remove_wording(survey, "de", Edit(by="", at=NOW, version=2))
        surveys.set_wording(survey, "de", words())
        for version in (1, 2):
            with pytest.raises(ChangedMeanwhile):
                surveys.set_wording(survey, "de", words(question="Alt"), Edit(by="", at=NOW, version=version))

    def test_is_not_brought_back_by_who_still_had_its_page_open(self):
        survey = factories.survey()
        surveys.set_wording(survey, "de", words())
        surveys.remove_wording(survey, "de")
        with pytest.raises(surveys.SurveyRefused):
            surveys.set_wording(survey, "de", words(), Edit(by="", at=NOW, version=1))
        assert not survey.wordings.filter(language="de").exists()

    def test_stays_when_its_words_were_changed_meanwhile(self):
        survey = factories.survey()
        surveys.set_wording(survey, "de", words())
        surveys.set_wording(survey, "de", words(question="Neu?"))
        with pytest.raises(ChangedMeanwhile):
            surveys.remove_wording(survey, "de", Edit(by="", at=NOW, version=1))
        assert survey.wordings.filter(language="de").exists()

    def test_is_refused_where_nobody_knows_it(self):
        with pytest.raises(surveys.SurveyRefused) as refused:
            surveys.set_wording(factories.survey(), "qq", words())
        assert "qq" in refused.value.message
