"""Surveys and their words: what an administrator may change, and what is refused with the field it concerns."""

import pytest

from feedback import library, surveys, wording
from feedback.models import Survey, SurveyWording
from feedback.surveys import SurveyRefused
from tests import factories

pytestmark = pytest.mark.django_db

LANGUAGES = {"en", "sv", "nb", "da", "fi"}


def make(**facts) -> Survey:
    return surveys.create(**{"name": "Autumn", "kind": "relational", "template": "relational", **facts})


def change(survey, **facts) -> Survey:
    kept = {
        "name": survey.name, "kind": survey.kind, "scale_min": survey.scale_min, "sender_name": survey.sender_name,
        "is_active": survey.is_active, "closes_at": survey.closes_at, "remind_after_days": survey.remind_after_days,
        "open_days": survey.open_days,
    }  # fmt: skip
    return surveys.change(survey, **{**kept, **facts})


def words(**changed):
    return {**library.TEMPLATES["relational"].words["en"], **changed}


def refused(act, *args, **kwargs) -> str:
    with pytest.raises(SurveyRefused) as error:
        act(*args, **kwargs)
    return error.value.field


class TestANewSurvey:
    @pytest.mark.parametrize("template", library.TEMPLATES)
    def test_has_the_words_of_its_template_in_all_languages(self, template):
        survey = make(template=template)
        assert {one.language for one in survey.wordings.all()} == LANGUAGES
        assert all(getattr(one, name) for one in survey.wordings.all() for name in surveys.NEEDED)

    def test_takes_its_key_from_its_name(self):
        assert make(name="After the Göteborg fair").key == "after-the-goteborg-fair"

    @pytest.mark.parametrize(
        ("facts", "field"),
        [
            ({"name": " "}, "name"),
            ({"name": "x" * 201}, "name"),
            ({"kind": "recovery"}, "kind"),
            ({"scale_min": 2}, "scale_min"),
            ({"template": "none"}, "template"),
            ({"key": "relational"}, "key"),
            ({"sender_name": "Nordlys\nBcc: all@example.com"}, "sender_name"),
        ],
    )
    def test_is_refused_with_the_field(self, facts, field):
        assert refused(make, **facts) == field
        assert not Survey.objects.filter(name="Autumn").exists()


class TestChanging:
    def test_kind_and_scale_change_while_nobody_was_asked(self):
        assert change(make(), kind="product", scale_min=1).scale == (1, 10)

    @pytest.mark.parametrize(("field", "value"), [("kind", "product"), ("scale_min", 1)])
    def test_kind_and_scale_stand_once_somebody_answered(self, field, value):
        survey = factories.response(9, contact=factories.contact()).survey
        assert refused(change, survey, **{field: value}) == field

    def test_a_survey_does_not_become_the_recovery_survey_nor_that_one_another(self):
        assert refused(change, make(), kind="recovery") == "kind"
        assert refused(change, factories.survey("recovery"), kind="product") == "kind"

    def test_everything_else_may_change_always(self):
        survey = factories.response(9, contact=factories.contact()).survey
        changed = change(
            survey, name="Better", sender_name="Anna at Nordlys", is_active=False, remind_after_days=5, open_days=30
        )
        assert (changed.name, changed.is_active, changed.remind_after_days, changed.open_days) == (
            "Better", False, 5, 30,
        )  # fmt: skip


class TestWords:
    def test_a_language_can_be_added_and_customers_of_it_are_asked_in_it(self):
        survey = make()
        surveys.set_wording(survey, "de", words(question="Wie wahrscheinlich ist es?"))
        greta = factories.contact("Greta", language="de-AT")
        assert wording.language_of(greta, survey) == "de"
        assert wording.words(survey, "de").question == "Wie wahrscheinlich ist es?"

    def test_other_surveys_do_not_speak_it(self):
        surveys.set_wording(make(), "de", words())
        assert wording.language_of(factories.contact("Greta", language="de"), factories.survey()) == ""

    @pytest.mark.parametrize(
        ("language", "changed", "field"),
        [
            ("en", {"question": " "}, "question"),
            ("en", {"subject": "x" * 201}, "subject"),
            ("en", {"thanks": "x" * 1001}, "thanks"),
            ("en", {"thanks": "Thank you, {name}!"}, "thanks"),
            ("english", {}, "language"),
            ("x", {}, "language"),
            ("d3", {}, "language"),
            ("åä", {}, "language"),
        ],
    )
    def test_are_refused_with_the_field(self, language, changed, field):
        survey = make()
        if field is None:
            surveys.set_wording(survey, language, words(**changed))
        else:
            assert refused(surveys.set_wording, survey, language, words(**changed)) == field

    def test_a_subject_is_one_line_whatever_was_pasted(self):
        stored = surveys.set_wording(make(), "en", words(subject="One\r\nBcc: all@example.com"))
        assert stored.subject == "One Bcc: all@example.com"

    def test_the_last_language_stays(self):
        survey = make()
        for language in LANGUAGES - {"sv"}:
            surveys.remove_wording(survey, language)
        assert refused(surveys.remove_wording, survey, "sv") == "language"
        assert SurveyWording.objects.get(survey=survey).language == "sv"
