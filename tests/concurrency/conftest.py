"""What the races share: real transactions, a silent bell, and a way to take the row locks out."""

import pytest
from django.db.models import QuerySet

from loop import bell


@pytest.fixture(autouse=True)
def no_broker(monkeypatch):
    """Nobody hears the bell: only what the test itself starts happens at once."""
    monkeypatch.setattr(bell, "ring", lambda *args, **kwargs: None)


@pytest.fixture
def without_row_locks(monkeypatch):
    """Reading without FOR UPDATE, to see what the lock is good for. SQLite locks whole transactions instead."""
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, *args, **kwargs: self)
