"""What the tests of telling people share: a mail server that does as it is told, and the languages as they stand."""

from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.utils.translation import trans_real

from tests.notifications import mailbox

LOCALE = Path(__file__).resolve().parents[2] / "locale"


@pytest.fixture
def server(settings, monkeypatch):
    """The mail server, empty and willing."""
    settings.EMAIL_BACKEND = "tests.notifications.mailbox.Server"
    for name, value in {"taken": [], "behave": None, "away": False, "in_transaction": []}.items():
        monkeypatch.setattr(mailbox.Server, name, value)
    return mailbox.Server


@pytest.fixture
def catalogs(settings, tmp_path):
    """The catalogs as they stand in the source, compiled."""
    for source in LOCALE.glob("*/LC_MESSAGES/django.po"):
        folder = tmp_path / source.parts[-3] / "LC_MESSAGES"
        folder.mkdir(parents=True)
        with source.open("rb") as po, (folder / "django.mo").open("wb") as mo:
            write_mo(mo, read_po(po))
    settings.LOCALE_PATHS = [tmp_path]
    trans_real._translations.clear()
    yield
    trans_real._translations.clear()
