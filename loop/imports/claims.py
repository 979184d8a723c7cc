"""Which run works on an import? One at a time: it says so in the row, and says again with each chunk that it lives.

A run that was killed says nothing any more, and another takes over. Should two work at once, what each of them writes
is committed with the row locked and only if the row still names it, so nothing is done twice.
"""

import secrets
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, Q
from django.utils import translation

from loop.models import FileImport, User

LEASE = timedelta(minutes=2)
TRIES = 5  # runs in a row that got nowhere, before it is given up


Clock = Callable[[], datetime]


def clock_from(now: datetime) -> Clock:
    """A clock that stood at `now` when it was made: an import takes longer than a moment."""
    started = time.monotonic()
    return lambda: now + timedelta(seconds=time.monotonic() - started)


def claim(file_import_id: int, state: str, *, now: datetime) -> FileImport | None:
    """Take an import that is in this state and that no run is at work on; None where there is nothing to take."""
    runner = secrets.token_hex(16)
    free = Q(claimed_until=None) | Q(claimed_until__lt=now)
    taken = FileImport.objects.filter(free, pk=file_import_id, state=state).update(
        runner=runner, claimed_until=now + LEASE, tries=F("tries") + 1
    )
    if not taken:
        return None
    return FileImport.objects.select_related("survey", "uploaded_by").filter(pk=file_import_id, runner=runner).first()


def held(one: FileImport) -> FileImport | None:
    """The row, locked, if this run may still work on it; the caller is in a transaction."""
    found = FileImport.objects.select_for_update(of=("self",)).filter(
        pk=one.pk, state=one.state, runner=one.runner, version=one.version
    )
    return found.select_related("survey", "uploaded_by").first()


def until(clock: Clock) -> datetime:
    """How long a run that is alive now keeps what it has claimed."""
    return clock() + LEASE


def release(one: FileImport) -> None:
    """Let the next run take it at once: this one failed."""
    FileImport.objects.filter(pk=one.pk, runner=one.runner).update(claimed_until=None)


def words_for(reader: User) -> AbstractContextManager[None]:
    """Say what is said in the language of whoever uploaded the file: it is kept in these words."""
    return translation.override(reader.language or settings.LANGUAGE_CODE)
