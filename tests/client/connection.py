"""How does a program call Loop? The connection under the typed calls; only the standard library is needed."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, TypeVar
from urllib.error import HTTPError
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

JSON = "application/json"


class Upload(NamedTuple):
    """A file that is handed in."""

    name: str
    content: bytes


class LoopProblem(Exception):
    """Loop refused a call: `errors` says by field what is wrong, `body` is all of the answer."""

    def __init__(self, status: int, body: dict[str, Any]) -> None:
        self.status, self.body = status, body
        self.detail: str = str(body.get("detail", ""))
        self.errors: dict[str, list[str]] = body.get("errors", {})
        super().__init__(f"{status}: {self.detail} {self.errors or ''}".strip())


Page = TypeVar("Page", bound=Mapping[str, Any])


class _Stay(HTTPRedirectHandler):
    """Goes nowhere else: the key is for one address."""

    def redirect_request(self, *_args: object) -> None:
        return None


class Connection:
    """Calls one installation with one key."""

    def __init__(self, address: str, key: str, *, timeout: float = 30.0) -> None:
        """Args: `address` as people open it, such as https://loop.example.com; `timeout` in seconds."""
        if urlsplit(address).scheme not in ("http", "https"):
            raise ValueError(f"{address} does not begin with https:// or http://.")
        self._address, self._key, self._timeout = address.rstrip("/"), key, timeout
        self._opener = build_opener(_Stay)

    def pages(self, first: Page) -> Iterator[Page]:
        """A page of a list and all that follow it: `for page in loop.pages(loop.list_cases()): ...`."""
        page = first
        yield page
        while further := page.get("next"):
            there = urlsplit(further)  # the path alone: whatever address Loop believes it has, the key goes to ours
            page = self._call("GET", f"{there.path}?{there.query}")
            yield page

    def _call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, object] | None = None,
        body: object = None,
        form: Mapping[str, Any] | None = None,
        idempotency_key: str | None = None,
    ) -> Any:
        said = {name: _plain(value) for name, value in (query or {}).items() if value is not None}
        url = f"{self._address}{path}{'?' if said else ''}{urlencode(said)}"
        headers = {"Authorization": f"Api-Key {self._key}", "Accept": JSON}
        data: bytes | None = None
        if form is not None:
            data, headers["Content-Type"] = _multipart(form)
        elif body is not None:
            data, headers["Content-Type"] = json.dumps(body).encode(), JSON
        if idempotency_key is not None:
            headers["Idempotency-Key"] = idempotency_key
        request = Request(url, data=data, headers=headers, method=method)
        try:
            with self._opener.open(request, timeout=self._timeout) as answer:
                content, kind = answer.read(), answer.headers.get_content_type()
        except HTTPError as refused:
            with refused:
                raise LoopProblem(refused.code, _told(refused.read())) from None
        if not content:
            return None
        return json.loads(content) if kind == JSON else content


def _plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _told(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except ValueError:  # not Loop, but something in front of it
        found = {}
    return found if isinstance(found, dict) else {}


def _part(value: object) -> str:
    """A value as a part of an address."""
    return quote(str(value), safe="")


def _multipart(form: Mapping[str, Any]) -> tuple[bytes, str]:
    """A form with files, and its media type."""
    boundary, pieces = secrets.token_hex(16), []
    for name, value in form.items():
        told = f'Content-Disposition: form-data; name="{name}"'
        content = str(value).encode()
        if isinstance(value, Upload):
            called = value.name.replace('"', "%22").replace("\r", " ").replace("\n", " ")
            told += f'; filename="{called}"\r\nContent-Type: application/octet-stream'
            content = value.content
        pieces.append(f"--{boundary}\r\n{told}\r\n\r\n".encode() + content + b"\r\n")
    return b"".join(pieces) + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"
