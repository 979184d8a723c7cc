"""Ada changes the templates of mails; what cannot be filled in is refused, and every change is kept."""

import re
from datetime import date

import pytest
from django.conf import settings
from django.utils import translation

from loop import changes, mail_defaults, mail_templates, mail_variables
from loop.mail_templates import TemplateRefused
from loop.models import MailTemplate
from tests.factories import NOW, later

pytestmark = pytest.mark.django_db


def one(language="en"):
    return MailTemplate.objects.get(key="no_answer", language=language)


def change(template, by=None, **fields):
    known = {"name": template.name, "subject": template.subject, "text": template.text, "is_active": True}
    return mail_templates.change(template, **{**known, **fields}, by=by, now=NOW)


class TestThoseThatComeWithLoop:
    def test_are_five_in_every_language(self):
        for language, _name in settings.LANGUAGES:
            assert MailTemplate.objects.filter(language=language).count() == 5

    def test_say_the_same_in_every_language(self):
        for languages in mail_defaults.WORDS.values():
            used = {
                code: sorted(set(mail_variables.VARIABLE.findall(text)) - {"company"})
                for code, (_name, _subject, text) in languages.items()
            }
            assert len({tuple(names) for names in used.values()}) == 1, used

    def test_have_nothing_that_is_not_a_variable(self):
        for template in MailTemplate.objects.all():
            assert mail_variables.unknown(template.subject, template.text) == []
            assert not re.search(r"[{}]", mail_variables.VARIABLE.sub("", template.text))

    def test_are_not_put_back_once_taken_away(self):
        MailTemplate.objects.exclude(pk=one().pk).delete()
        mail_defaults.install()
        assert MailTemplate.objects.count() == 1


class TestAChange:
    @pytest.mark.parametrize("field", ["subject", "text"])
    def test_with_an_unknown_variable_is_refused_by_its_name(self, field):
        with pytest.raises(TemplateRefused, match=r"\{fornamn\} is not a variable") as refused:
            change(one(), **{field: "Hej {fornamn}"})
        assert refused.value.field == field
        assert "fornamn" not in one().text

    @pytest.mark.parametrize("field", ["name", "subject", "text"])
    def test_that_leaves_nothing_is_refused(self, field):
        with pytest.raises(TemplateRefused) as refused:
            change(one(), **{field: "  "})
        assert refused.value.field == field

    def test_is_kept_with_who_made_it_and_what_it_was(self, people):
        before = one().subject
        change(one(), by=people.admin, subject="Hello")
        change(one(), by=people.admin, subject="Good day")
        newest, older, first = changes.of(MailTemplate, only=[one().pk])
        assert (newest.by, newest.at) == ("Ada", NOW)
        assert [(part.label, part.before, part.after) for part in newest.differences] == [
            ("Subject", "Hello", "Good day")
        ]
        assert [(part.before, part.after) for part in older.differences] == [(before, "Hello")]
        assert (first.by, first.differences) == ("Loop at set-up", [])

    def test_of_nothing_leaves_no_trace(self, people):
        assert change(one(), by=people.admin) is False
        assert changes.of(MailTemplate, only=[one().pk]) == []


class TestANewOne:
    def test_is_offered_in_its_language(self, people):
        made = mail_templates.create(
            name="On site", language="fi", subject="Tervetuloa", text="Hei {first_name}", by=people.admin, now=NOW
        )
        assert made.key == "on-site"
        assert changes.of(MailTemplate, only=[made.pk])[0].by == "Ada"

    def test_of_a_key_that_is_taken_is_refused(self, people):
        with pytest.raises(TemplateRefused, match="already"):
            mail_templates.create(
                name="x", key="no_answer", language="en", subject="x", text="x", by=None, now=later(hours=1)
            )


@pytest.mark.parametrize(
    ("language", "day"), [("en", "19 November 2026"), ("sv", "19 november 2026"), ("fi", "19. marraskuuta 2026")]
)
def test_a_mail_names_a_day_as_its_reader_writes_it(language, day):
    with translation.override(language):
        assert mail_variables.day_in_words(date(2026, 11, 19)) == day
