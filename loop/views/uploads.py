"""Where does a file wait between its preview and its import? In a folder of its own, under a name nobody can guess.

Only whoever uploaded a file finds it again, and only for a day.
"""

import re
import secrets
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from loop.models import User

KEPT_FOR = 24 * 3600  # seconds
TICKET = re.compile(r"[A-Za-z0-9_-]{32}")


def keep(file: UploadedFile, user: User, *, now: float) -> str:
    """Store an uploaded file and return the ticket that finds it again; what has waited too long is removed.

    Args:
        now: seconds since the epoch.
    """
    folder = _folder()
    for old in folder.iterdir():
        if old.stat().st_mtime < now - KEPT_FOR:
            discard(old)
    ticket = secrets.token_urlsafe(24)
    path = folder / f"{user.pk}-{ticket}"
    path.touch(mode=0o600, exist_ok=False)
    with path.open("wb") as target:
        target.writelines(file.chunks())
    return ticket


def find(ticket: str, user: User) -> Path | None:
    """The file this person got the ticket for, or None when it is gone or the ticket is somebody else's."""
    if not TICKET.fullmatch(ticket):
        return None
    path = _folder() / f"{user.pk}-{ticket}"
    return path if path.is_file() else None


def discard(path: Path) -> None:
    """Remove a file that is no longer needed."""
    path.unlink(missing_ok=True)


def _folder() -> Path:
    folder: Path = settings.LOOP_HOME / "uploads"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder
