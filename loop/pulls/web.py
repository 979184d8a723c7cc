"""How is a file fetched from an address on the web, so that whoever runs it can neither lead us inside nor flood us?

The request leaves by `loop.outside.asking`: by https, to an address that was looked at, within a minute, and no
redirect is followed. What is packed is refused unread, so nothing swells; what is longer than a file may be is given up
on the way.
"""

import base64
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from http import HTTPStatus
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from loop.imports import files
from loop.models import FilePull, PullSignIn
from loop.outside import asking
from loop.outside.asking import Answer, NoAnswer
from loop.pulls import PullFailed, setting_up

SECONDS = 60.0  # from the lookup of the name to the last byte
LIMIT = 100 * 2**20  # bytes; as much as a file that is imported may have

_ACCEPT = "text/csv, application/vnd.openxmlformats-officedocument.spreadsheetml.sheet, */*;q=0.5"
_SEE_ELSEWHERE = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file as it was stored, and what its server calls this state of it."""

    kept: files.Kept
    filename: str
    etag: str = field(default="")
    modified: str = field(default="")


def fetch(pull: FilePull, *, if_changed: bool) -> Fetched | None:
    """Fetch the file and store it.

    Args:
        if_changed: what came last is known, so that the server need not send it again.

    Returns:
        None where the server says that it has not changed.

    Raises:
        PullFailed: it is not there, or not to be had.
    """
    stored: list[files.Kept] = []

    def read(answer: Answer, pieces: Iterator[bytes]) -> None:
        if answer.status == HTTPStatus.OK:
            _check(answer)
            stored.append(files.keep(limited(pieces)))

    try:
        answer = asking.ask("GET", pull.url, _headers(pull, if_changed), seconds=SECONDS, read=read)
    except NoAnswer as error:
        for kept in stored:
            files.discard(kept.name)
        raise PullFailed(_("The server could not be asked: %(why)s.") % {"why": error}) from error
    if stored:
        said = answer.headers
        return Fetched(
            stored[0], _name(pull.url, answer), said.get("etag", "")[:300], said.get("last-modified", "")[:100]
        )
    if answer.status == HTTPStatus.NOT_MODIFIED and if_changed:
        return None
    raise PullFailed(_why(answer))


def limited(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The pieces, as long as they are no more than a file may have. Raises PullFailed."""
    size = 0
    for piece in pieces:
        size += len(piece)
        require_small(size)
        yield piece


def require_small(size: int) -> None:
    """Raises PullFailed for more bytes than a file may have."""
    if size > LIMIT:
        raise PullFailed(_too_large())


def _headers(pull: FilePull, if_changed: bool) -> dict[str, str]:
    headers = {"user-agent": f"Loop/{settings.VERSION}", "accept": _ACCEPT, "accept-encoding": "identity"}
    if pull.sign_in == PullSignIn.TOKEN:
        headers["authorization"] = f"Bearer {setting_up.secret_of(pull)}"
    elif pull.sign_in == PullSignIn.BASIC:
        both = f"{pull.username}:{setting_up.secret_of(pull)}"
        headers["authorization"] = f"Basic {base64.b64encode(both.encode()).decode()}"
    if if_changed and pull.etag and pull.etag.isascii():  # no other can be written in a header
        headers["if-none-match"] = pull.etag
    elif if_changed and pull.modified and pull.modified.isascii():
        headers["if-modified-since"] = pull.modified
    return headers


def _check(answer: Answer) -> None:
    """Refuse by its headers what cannot be the file."""
    packed = answer.headers.get("content-encoding", "identity").strip().lower()
    if packed not in ("", "identity"):
        raise PullFailed(
            _("The server sends the file packed (%(how)s), which was not asked for.") % {"how": packed[:30]}
        )
    if answer.headers.get("content-type", "").strip().lower().startswith(("text/html", "application/xhtml")):
        raise PullFailed(_("A web page came instead of a file; perhaps it asks somebody to sign in."))
    length = answer.headers.get("content-length", "")
    if length.isascii() and length.isdigit():
        require_small(int(length[:20]))


def _why(answer: Answer) -> str:
    told = {"status": answer.status}
    if answer.status in _SEE_ELSEWHERE:
        host = _host(answer.headers.get("location", "")) or "?"
        told_where = {**told, "host": host[:100]}
        return (
            _("The address leads on to %(host)s (HTTP %(status)d), which is not followed: enter that one.") % told_where
        )
    match answer.status:
        case HTTPStatus.UNAUTHORIZED | HTTPStatus.FORBIDDEN:
            return _("The server does not let us in (HTTP %(status)d): look at the token, or name and password.") % told
        case HTTPStatus.NOT_FOUND | HTTPStatus.GONE:
            return _("There is no file at this address (HTTP %(status)d).") % told
    return _("The server answers with HTTP %(status)d.") % told


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _too_large() -> str:
    return _("The file has more than %(limit)d MB.") % {"limit": LIMIT // 2**20}


def _name(url: str, answer: Answer) -> str:
    """What the file is called: as the server says, else as its address ends."""
    header = Message()
    header["content-disposition"] = answer.headers.get("content-disposition", "").replace("\n", " ").replace("\r", " ")
    parts = urlsplit(url)
    return header.get_filename("") or unquote(parts.path.rpartition("/")[2]) or parts.hostname or ""
