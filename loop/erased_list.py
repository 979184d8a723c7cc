"""Whose data was erased, known beside the database, so that a backup that is restored does not bring them back?

A line for each person erased: a keyed hash of their row and of when it was made, which tells nobody who they were and
fits nobody who gets the same row number later. The list is kept in a file, since what stands in the database is as old
as the backup after a restore. The sweep compares both ways, and erases again whom the file knows and the database not.
"""

import hmac
import logging
import os
from collections.abc import Collection, Iterator
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.db import transaction

from feedback.models import Contact
from loop import data_requests
from loop.data_requests import RequestRefused
from loop.models import Answer, Case, DataRequest, Wanted

logger = logging.getLogger(__name__)


def fingerprint(subject: Contact | Case, *, key: str | None = None) -> str:
    """The line of this person, or of the case of somebody without a name, under `key`: by default the present one."""
    made = subject.created_at if isinstance(subject, Contact) else subject.opened_at
    text = f"erased:{subject._meta.model_name}:{subject.pk}:{made.timestamp():.6f}"
    return hmac.new((key or settings.SECRET_KEY).encode(), text.encode(), sha256).hexdigest()


def known() -> set[str]:
    """The lines of all whom this database knows to be erased."""
    return {fingerprint(subject) for subject in _erased()}


def kept() -> set[str]:
    """The lines of the file; none where it is switched off or was never written."""
    path = _path()
    return set(path.read_text(encoding="ascii").split()) if path is not None and path.exists() else set()


def keep() -> None:
    """Add to the file whom this database knows to be erased. What stands in it stays, whoever wrote it."""
    path = _path()
    if path is None:
        return
    lines = kept()
    if not (missing := known() - lines):
        return
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    with beside.open("w", encoding="ascii") as file:
        file.write("".join(f"{line}\n" for line in sorted(lines | missing)))
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def mind(*, now: datetime) -> int:
    """Erase again whom the file knows and the database not, then keep the file complete. Returns how many."""
    again = erase_again(kept(), now=now)
    keep()
    return again


def erase_again(lines: Collection[str], *, now: datetime) -> int:
    """Erase everybody these lines tell of who is not erased here. Safe to repeat. Returns how many."""
    keys = [str(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    missing = set(lines) - {fingerprint(subject, key=key) for subject in _erased() for key in keys}
    if not missing:
        return 0
    done = 0
    for subject in list(_kept_in_full()):
        if any(fingerprint(subject, key=key) in missing for key in keys):
            done += _erase(subject, now)
    return done


def _erase(subject: Contact | Case, now: datetime) -> bool:
    try:
        with transaction.atomic():
            data_requests.erase_again(subject, now=now)
    except RequestRefused:  # a mail about them is leaving; the next sweep finds them
        return False
    except Exception:  # one who cannot be erased must not keep the others
        logger.exception("%s %s could not be erased again", subject._meta.model_name, subject.pk)
        return False
    return True


def _erased() -> Iterator[Contact | Case]:
    yield from Contact.objects.filter(erased_at__isnull=False).only("pk", "created_at").iterator()
    done = DataRequest.objects.filter(contact=None, wanted=Wanted.ERASURE, answer=Answer.DONE)
    yield from Case.objects.filter(pk__in=done.values("case")).iterator()


def _kept_in_full() -> Iterator[Contact | Case]:
    yield from Contact.objects.filter(erased_at=None).iterator()
    done = DataRequest.objects.filter(contact=None, wanted=Wanted.ERASURE, answer=Answer.DONE)
    yield from Case.objects.filter(contact=None).exclude(pk__in=done.values("case")).iterator()


def _path() -> Path | None:
    return Path(settings.ERASED_LIST) if settings.ERASED_LIST else None
