"""What a fresh database holds to ask with, and that an administrator's words are left alone."""

import string

import pytest
from django.conf import settings

from feedback import defaults, library
from feedback.models import Survey, SurveyWording

pytestmark = pytest.mark.django_db


def test_a_migrated_database_has_the_four_surveys():
    assert dict(Survey.objects.values_list("key", "kind")) == {
        key: key for key in ("relational", "transactional", "product", "recovery")
    }


def test_only_the_recovery_survey_stays_out_of_the_programme():
    assert {survey.key for survey in Survey.objects.all() if not survey.in_programme} == {"recovery"}


def test_every_survey_speaks_every_language_of_the_product():
    languages = {code for code, _name in settings.LANGUAGES}
    for survey in Survey.objects.all():
        assert set(survey.wordings.values_list("language", flat=True)) == languages


def test_no_wording_has_a_placeholder_but_the_company():
    for wording in SurveyWording.objects.values():
        for text in wording.values():
            if isinstance(text, str):
                assert {name for _, name, _, _ in string.Formatter().parse(text) if name} <= {"company"}


def test_installing_again_adds_nothing():
    before = (Survey.objects.count(), SurveyWording.objects.count())
    defaults.install()
    assert (Survey.objects.count(), SurveyWording.objects.count()) == before


def test_what_an_administrator_changed_stays_changed():
    SurveyWording.objects.filter(survey__key="relational", language="en").update(question="Would you recommend us?")
    Survey.objects.filter(key="relational").update(name="Twice a year")
    defaults.install()
    survey = Survey.objects.get(key="relational")
    assert survey.name == "Twice a year"
    assert survey.wordings.get(language="en").question == "Would you recommend us?"


def test_a_survey_that_was_removed_comes_back_whole():
    Survey.objects.filter(key="product").delete()
    defaults.install()
    assert Survey.objects.get(key="product").wordings.count() == len(library.SHARED)
