"""Which files lie in a folder of this server, and how is one of them read without being led out of it?

Only below PULL_FOLDER. Each folder on the way is opened by its own name and never by a link, and so is the file: what
is put in place of one of them meanwhile is refused by the operating system. Only plain files count.
"""

import errno
import fnmatch
import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from loop.pulls import NotYet, PullFailed

MOST = 50  # files that fit a pattern: the newest are looked at
RESTS = timedelta(seconds=10)  # what was written to more recently may be half a file
PATTERN = frozenset("*?[")
_PIECE = 2**20


@dataclass(frozen=True, slots=True)
class Found:
    """A file as the folder lists it."""

    name: str
    size: int
    changed_at: datetime


def is_pattern(path: str) -> bool:
    """Whether several files may be meant."""
    return bool(PATTERN & set(path))


def found(path: str, *, now: datetime) -> list[Found]:
    """The files that are meant, the oldest first; those that are being written to are left out.

    Raises:
        PullFailed: there is no such folder, or the one file that is meant is not there.
        NotYet: the one file that is meant is being written to.
    """
    *_folders, wanted = path.split("/")
    with _opened(path) as folder:
        if is_pattern(wanted):
            inside = os.listdir(folder)  # noqa: PTH208  of a folder that is open, whatever its name leads to by now
            names = [one for one in inside if fnmatch.fnmatchcase(one, wanted) and not one.startswith(".")]
        else:
            names = [wanted]
        listed = [one for one in (_found(folder, name) for name in names) if one is not None]
    resting = [one for one in listed if not timedelta(0) <= now - one.changed_at < RESTS]
    if not is_pattern(wanted) and not listed:
        raise PullFailed(_("There is no file “%(path)s” in the folder files are fetched from.") % {"path": path})
    if not is_pattern(wanted) and not resting:
        raise NotYet
    return sorted(resting, key=lambda one: (one.changed_at, one.name))[-MOST:]


def digest_of(path: str, name: str) -> str:
    """The SHA-256 of a file that was found. Raises PullFailed as `read` does."""
    digest = hashlib.sha256()
    for piece in read(path, name):
        digest.update(piece)
    return digest.hexdigest()


def read(path: str, name: str) -> Iterator[bytes]:
    """What stands in a file that was found, piece by piece.

    Raises:
        PullFailed: it is gone, or it may not be read.
    """
    with _opened(path) as folder:
        try:
            # Without waiting: what looks like a file may have become a pipe nobody writes to.
            number = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
        except OSError as error:
            raise _failed(name, error) from error
    with os.fdopen(number, "rb") as file:
        if not stat.S_ISREG(os.fstat(number).st_mode):
            raise PullFailed(_("“%(name)s” is no plain file.") % {"name": name})
        while piece := file.read(_PIECE):
            yield piece


def _found(folder: int, name: str) -> Found | None:
    try:
        facts = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except OSError:
        return None
    if not stat.S_ISREG(facts.st_mode):
        return None
    return Found(name, facts.st_size, datetime.fromtimestamp(facts.st_mtime, UTC))


@contextmanager
def _opened(path: str) -> Iterator[int]:
    """The folder a path lies in, opened step by step from PULL_FOLDER."""
    at, number = str(settings.PULL_FOLDER), -1
    try:
        number = os.open(at, os.O_RDONLY | os.O_DIRECTORY)
        for at in path.split("/")[:-1]:
            if at in ("", ".", ".."):  # one that was never saved by a form, but brought by an archive
                raise PullFailed(_("Enter the path below the folder files are fetched from, without “..”."))
            above, number = number, os.open(at, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=number)
            os.close(above)
    except OSError as error:
        if number >= 0:
            os.close(number)
        raise _failed(at, error) from error
    try:
        yield number
    finally:
        os.close(number)


def _failed(name: str, error: OSError) -> PullFailed:
    told = {"name": name}
    match error.errno:
        case errno.ENOENT:
            return PullFailed(_("“%(name)s” is not there.") % told)
        case errno.ELOOP | errno.ENOTDIR:
            return PullFailed(_("“%(name)s” is a link, or no folder; links are not followed.") % told)
        case errno.EACCES | errno.EPERM:
            return PullFailed(_("Loop may not read “%(name)s”.") % told)
    return PullFailed(_("“%(name)s” cannot be read: %(why)s.") % {**told, "why": error.strerror})
