"""Customers read nothing but their own language: every page and every mail, in every language we offer."""

import html
from datetime import timedelta
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.test import Client
from django.utils import timezone
from django.utils.translation import trans_real

from feedback import contacts, invitations, surveys
from feedback.models import Response, Survey
from notifications import announce, rendering
from notifications.models import Message
from tests import factories
from tests.factories import NOW

LOCALE = Path(__file__).resolve().parents[2] / "locale"
LANGUAGES = ["sv", "nb", "da", "fi"]
TELLING = 8  # characters; shorter pieces, such as the " h" of hours, stand in texts of any language


def catalog(language):
    with (LOCALE / language / "LC_MESSAGES" / "django.po").open("rb") as file:
        return read_po(file, locale=language)


@pytest.fixture
def translated(settings, tmp_path):
    """The catalogs as they stand in the source, compiled."""
    for language in LANGUAGES:
        folder = tmp_path / language / "LC_MESSAGES"
        folder.mkdir(parents=True)
        with (folder / "django.mo").open("wb") as file:
            write_mo(file, catalog(language))
    settings.LOCALE_PATHS = [tmp_path]
    trans_real._translations.clear()
    yield
    trans_real._translations.clear()


def english_in(text, language):
    """The English texts that stand in `text` although the catalog has them in `language`."""
    sentences = [message for message in catalog(language) if isinstance(message.id, str) and " " in message.id]
    return [
        message.id
        for message in sentences
        if message.string != message.id
        and len(longest_piece(message.id)) >= TELLING
        and longest_piece(message.id) in html.unescape(text)
    ]


def longest_piece(text):
    """The longest part of a text without a placeholder in it."""
    return max((piece.split(")s")[-1] for piece in text.split("%(")), key=len)


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
class TestACustomer:
    def test_reads_every_page_in_their_own_language(self, translated, language):
        now = timezone.now()
        eva = factories.contact("Eva Lind", language=language, phone="070 123")
        asked = [
            invitations.invite(survey=factories.survey(), contact=eva, due_at=at, now=at)
            for at in (now, now - timedelta(days=61), now, now, now - timedelta(days=430))
        ]
        open_link, late, cancelled, answered, expired = (f"/s/{invitations.link_token(each)}/" for each in asked)
        invitations.cancel(asked[2], reason="case reopened", now=now)
        factories.response(3, contact=eva, invitation=asked[3], wants_callback=True, comment="x", now=now)
        leave = f"/u/{contacts.unsubscribe_token(eva)}/"
        browser = Client(headers={"Accept-Language": language})
        others = f"{open_link}?who=other", f"{open_link}?sent&who=other"
        addresses = (open_link, late, expired, cancelled, answered, f"{answered}?sent", *others, leave)
        pages = [browser.get(address) for address in addresses]
        said = factories.response(9, contact=eva, invitation=asked[1], now=now)
        Response.objects.filter(pk=said.pk).update(is_late=True)
        pages.append(browser.get(f"{late}?sent"))
        Survey.objects.update(closes_at=now - timedelta(days=1))
        pages += [browser.get(open_link), browser.get(answered)]
        Survey.objects.update(closes_at=None)
        pages += [browser.post(open_link, {"score": "3"}), browser.get("/s/forged/")]
        pages += [browser.post(leave, {"List-Unsubscribe": "One-Click"}), browser.get(leave)][1:]
        for page in pages:
            assert english_in(page.content.decode(), language) == []
            assert f'lang="{language}"' in page.content.decode()

    def test_reads_every_mail_in_their_own_language(self, translated, language):
        now = timezone.now()
        eva = factories.contact("Eva Lind", language=language)
        for key in ("relational", "recovery"):
            invitations.invite(survey=factories.survey(key), contact=eva, due_at=now, now=now)
        announce.enqueue_invitations(now=now)
        for message in Message.objects.all():
            envelope = rendering.render(message, now=timezone.now())
            for text in (envelope.subject, envelope.text, envelope.html):
                assert english_in(text, language) == []


class TestTheCatalogs:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_leave_nothing_untranslated(self, language):
        open_texts = [message.id for message in catalog(language) if message.id and not message.string]
        assert open_texts == []


@pytest.mark.django_db
class TestAnAddedLanguage:
    """German, say: the survey has words in it; what is ours is in the project's language, and says so."""

    @pytest.fixture
    def asked(self):
        survey = factories.survey()
        words = {field: getattr(survey.wordings.get(language="en"), field) for field in surveys.WORDS}
        surveys.set_wording(survey, "de", words | {"question": "Wie wahrscheinlich?", "thanks": "Danke!"})
        heidi = factories.contact("Heidi", language="de", account=factories.account())
        return invitations.invite(survey=survey, contact=heidi, due_at=timezone.now(), now=timezone.now())

    def test_is_marked_on_the_page_whose_own_words_are_in_the_projects(self, asked, client):
        page = client.get(f"/s/{invitations.link_token(asked)}/")
        assert '<html lang="en">' in page.text
        assert '<h1 lang="de">Wie wahrscheinlich?</h1>' in page.text
        assert page.headers["Content-Language"] == "en"

    def test_is_marked_in_the_mail(self, asked):
        mail = Message(kind="survey_invitation", invitation=asked, contact=asked.contact)
        html = rendering.render(mail, now=NOW).html
        assert '<html lang="en">' in html
        assert 'lang="de"' in html.partition("Wie wahrscheinlich?")[0].rpartition("<h1")[2]

    def test_ours_are_not_marked(self, client):
        lena = factories.contact("Lena", language="sv", account=factories.account())
        asked = invitations.invite(survey=factories.survey(), contact=lena, due_at=timezone.now(), now=timezone.now())
        page = client.get(f"/s/{invitations.link_token(asked)}/").text
        assert page.count(" lang=") == 1
