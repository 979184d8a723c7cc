"""In which language and by which name a customer is addressed."""

import pytest

from feedback import wording
from feedback.models import Contact, Survey, SurveyWording


class TestLanguageOf:
    @pytest.mark.parametrize(
        ("written", "spoken"),
        [
            ("sv", "sv"), ("sv-FI", "sv"), ("SV_se", "sv"), ("no", "nb"), ("nn-NO", "nb"), ("nb", "nb"),
            ("en-GB", "en"), ("de", ""), ("", ""), ("  fi ", "fi"),
        ],
    )  # fmt: skip
    def test_reads_what_customer_registers_write(self, written, spoken):
        assert wording.language_of(Contact(language=written)) == spoken

    def test_of_nobody_is_unknown(self):
        assert wording.language_of(None) == ""


class TestCompany:
    @pytest.mark.parametrize(
        ("sender", "name"),
        [
            ("Nordlys AS <hello@nordlys.example>", "Nordlys AS"),
            ("hello@nordlys.example", "nordlys.example"),
            ('"Fjord, Berg & Co" <x@y.example>', "Fjord, Berg & Co"),
        ],
    )
    def test_is_who_the_mail_is_from(self, settings, sender, name):
        settings.DEFAULT_FROM_EMAIL = sender
        settings.COMPANY_NAME = ""
        assert wording.company() == name

    def test_is_what_is_set_above_all(self, settings):
        settings.COMPANY_NAME = "Nordlys"
        assert wording.company() == "Nordlys"


class TestWords:
    def test_of_a_survey_without_any_are_refused(self, db):
        survey = Survey.objects.create(key="bare", name="Bare", kind="relational")
        with pytest.raises(LookupError, match="bare"):
            wording.words(survey, "en")

    def test_fall_back_to_the_language_the_survey_has(self, db):
        survey = Survey.objects.get(key="relational")
        SurveyWording.objects.exclude(language="fi").delete()
        assert wording.words(survey, "sv").language == "fi"

    def test_are_never_read_as_a_format(self, db, settings):
        settings.COMPANY_NAME = "{question.__class__}"
        survey = Survey.objects.get(key="relational")
        assert "{question.__class__}" in wording.words(survey, "en").question
