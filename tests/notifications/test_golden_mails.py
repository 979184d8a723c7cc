"""Survey mails and the weekly one, word for word: each language as in `golden/`, so that no change goes unseen.

After a change that is meant, write them anew

    LOOP_WRITE_GOLDEN=1 .venv/bin/python -m pytest tests/notifications/test_golden_mails.py && git diff tests

and read the difference before committing it.
"""

import os
import re
from pathlib import Path

import pytest

from feedback import invitations
from feedback.models import Account, Contact, Invitation
from loop.models import Case
from notifications import announce, rendering, weekly
from notifications.models import Message
from tests import factories
from tests.factories import NOW, later

pytestmark = pytest.mark.django_db

GOLDEN = Path(__file__).parent / "golden"
WRITE = os.environ.get("LOOP_WRITE_GOLDEN") == "1"
LANGUAGES = ("en", "sv", "nb", "da", "fi")
#: What differs from one database to the next: the tokens of links.
TOKEN = re.compile(r"(https://loop\.example/[a-z]+/)[A-Za-z0-9_-]{6,}(?=/)")
NUMBER = re.compile(r"(?<=/cases/)\d+(?=/)")


@pytest.fixture(autouse=True)
def our_name(settings, catalogs):
    settings.DEFAULT_FROM_EMAIL = "Nordlys AS <hello@nordlys.example>"
    settings.COMPANY_NAME = ""
    settings.BASE_URL = "https://loop.example"
    settings.TIME_ZONE = "Europe/Stockholm"


def invitation(people, language):
    eva = factories.contact(
        "Eva Lind", account=factories.account("Fjord AB", country="SE"), email="eva@fjord.example", language=language
    )
    asked = invitations.invite(survey=factories.survey(), contact=eva, due_at=NOW, now=NOW)
    announce.enqueue_invitations(now=NOW)
    return asked


def reminder(people, language):
    asked = invitation(people, language)
    factories.sent(asked, now=NOW)
    Invitation.objects.update(remind_at=later(days=7))
    announce.enqueue_reminders(now=later(days=7))


def recovery(people, language):
    factories.resolved_case(2, owner=people.agent, contact_name="Eva Lind", comment="Nobody calls back.")
    Contact.objects.update(language=language, email="eva@fjord.example")
    Invitation.objects.update(due_at=later(days=32))  # thirty days later is a Saturday
    announce.enqueue_invitations(now=later(days=32))


def week(people, language):
    people.leader.language = language
    people.leader.save(update_fields=["language"])
    customers = iter(("Eva Lind", "Jon Dahl", "Mia Berg", "Per Holm", "Ida Moe"))
    for days in (-13, -9, -9):
        factories.resolved_case(4, owner=people.agent, contact_name=next(customers), now=later(days=days))
    for owner in (people.agent, people.other_agent):
        factories.case(2, owner=owner, contact_name=next(customers), now=later(days=-8))
    Account.objects.update(name="Fjord AB")
    Case.objects.filter(owner=people.agent, contacted_at=None).update(contact_due_at=later(days=-5))
    weekly.enqueue(now=later(days=-3))
    Message.objects.exclude(user=people.leader).delete()


KINDS = {
    "weekly": week,
    "survey_invitation": invitation,
    "survey_reminder": reminder,
    "recovery_invitation": recovery,
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_survey_mail_reads_as_it_did(people, kind, language):
    KINDS[kind](people, language)
    mail = rendering.render(Message.objects.get(kind=kind), now=NOW)
    for suffix, content in (("txt", f"{mail.subject}\n\n{mail.text}"), ("html", mail.html)):
        stored = GOLDEN / f"{kind}.{language}.{suffix}"
        found = NUMBER.sub("NUMBER", TOKEN.sub(r"\1TOKEN", content))
        if WRITE:
            GOLDEN.mkdir(exist_ok=True)
            stored.write_text(found, encoding="utf-8")
        assert found == stored.read_text(encoding="utf-8")


def test_none_is_left_over():
    assert {path.name for path in GOLDEN.iterdir()} == {
        f"{kind}.{language}.{suffix}" for kind in KINDS for language in LANGUAGES for suffix in ("txt", "html")
    }
