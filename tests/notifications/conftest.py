"""What the tests of telling people share: a mail server that does as it is told."""

import pytest

from tests.notifications import mailbox


@pytest.fixture
def server(settings, monkeypatch):
    """The mail server, empty and willing."""
    settings.EMAIL_BACKEND = "tests.notifications.mailbox.Server"
    for name, value in {"taken": [], "behave": None, "away": False, "in_transaction": []}.items():
        monkeypatch.setattr(mailbox.Server, name, value)
    return mailbox.Server
