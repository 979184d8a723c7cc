"""How does one request leave for an address somebody gave us, without ever reaching inside?

The name is resolved once (`public_addresses`) and the connection goes to the address that was looked at, while TLS and
the Host header keep the name. Redirects are not followed, no proxy of the environment is used, and all of it together
has ten seconds. Of the answer to a POST only the status counts; a GET is for what survey tools tell by id only.
"""

import ssl
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpcore

from feedback.answer_sources import fetching
from notifications import public_addresses

SECONDS = 10.0  # from the lookup to the last byte of the answer
ANSWER_LIMIT = 64 * 1024  # bytes read of an answer to a POST
CONTENT_LIMIT = 2 * 1024 * 1024  # bytes of what is fetched
PORTS = frozenset({443, 8443})
DEFAULT_PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True)
class Answer:
    """What the receiver said, and how long it took."""

    status: int
    took_ms: int


class NoAnswer(Exception):
    """There is no answer, in our own words.

    Attributes:
        took_ms: how long we waited.
        refused: the address is one we never connect to.
    """

    def __init__(self, words: str, *, took_ms: int = 0, refused: bool = False) -> None:
        super().__init__(words)
        self.took_ms = took_ms
        self.refused = refused


def why_unusable(url: str) -> str:
    """What keeps this from being an address to send to, as a key of `webhooks.endpoints.WHY`; empty when nothing does.

    Names are not looked up: they are when something leaves, each time.
    """
    if not url.isascii() or any(character <= " " or character in '\\"<>^`{|}\x7f' for character in url):
        return "characters"
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or DEFAULT_PORTS.get(parts.scheme, 0)
    except ValueError:
        return "no_address"
    is_inside = public_addresses.is_let_inside(host, port)
    wrong = {
        "scheme": parts.scheme != "https" and not (parts.scheme == "http" and is_inside),
        "no_address": not host,
        "password": parts.username is not None or parts.password is not None,
        "fragment": bool(parts.fragment),
        "port": port not in PORTS and not is_inside,
        "inside": public_addresses.is_plainly_inside(host) and not is_inside,
    }
    return next((why for why, is_so in wrong.items() if is_so), "")


def post(url: str, *, body: bytes, headers: dict[str, str]) -> Answer:
    """Send one POST.

    Raises:
        NoAnswer: nothing came back within ten seconds, or the address is not one to connect to.
    """
    return _ask("POST", url, headers, body, ANSWER_LIMIT)[0]


def get(url: str, headers: Mapping[str, str]) -> tuple[int, bytes]:
    """Fetch what stands at an address. Returns the status of HTTP and the content.

    Raises:
        NoAnswer: as `post`, or there is more than 2 MB of it.
    """
    answer, content = _ask("GET", url, headers, b"", CONTENT_LIMIT)
    if len(content) > CONTENT_LIMIT:
        raise NoAnswer("the answer is too large", took_ms=answer.took_ms)
    return answer.status, content


def fetch(url: str, headers: Mapping[str, str]) -> tuple[int, bytes]:
    """`get`, as `feedback.answer_sources.fetching` asks for it.

    Raises:
        NoReply: there is no answer.
    """
    try:
        return get(url, headers)
    except NoAnswer as error:
        raise fetching.NoReply(str(error)) from error


def _ask(method: str, url: str, headers: Mapping[str, str], body: bytes, limit: int) -> tuple[Answer, bytes]:
    started = time.monotonic()

    def took() -> int:
        return round((time.monotonic() - started) * 1000)

    if why_unusable(url):
        raise NoAnswer("the address may not be used", refused=True)
    try:
        with (
            httpcore.ConnectionPool(
                ssl_context=ssl.create_default_context(),
                network_backend=_ToPublicAddresses(started + SECONDS),
                retries=0,
            ) as pool,
            pool.stream(method, url, headers=list(headers.items()), content=body) as response,
        ):
            content = _read(response, limit)
            return Answer(response.status, took()), content
    except public_addresses.NotPublic as error:
        raise NoAnswer(str(error), took_ms=took(), refused=True) from error
    except ssl.SSLError as error:
        raise NoAnswer("no safe connection (TLS)", took_ms=took()) from error
    except httpcore.TimeoutException as error:
        raise NoAnswer(f"no answer within {SECONDS:.0f} seconds", took_ms=took()) from error
    except (httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
        words = "no safe connection (TLS)" if "SSL" in str(error) or "certificate" in str(error) else "no connection"
        raise NoAnswer(words, took_ms=took()) from error


def _read(response: httpcore.Response, limit: int) -> bytes:
    """Read what is sent back, up to a limit: some receivers take an unread answer for a failure of ours."""
    found = bytearray()
    for chunk in response.iter_stream():
        found += chunk
        if len(found) > limit:
            break
    return bytes(found)


class _ToPublicAddresses(httpcore.NetworkBackend):
    """Connects to addresses that were looked at, and lets nothing take longer than the deadline."""

    def __init__(self, ends_at: float) -> None:
        self._ends_at = ends_at
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        failed: Exception = httpcore.ConnectError("no address")
        for address in public_addresses.resolve(host, port):
            try:
                stream = self._sockets.connect_tcp(address, port, _left(self._ends_at), None, socket_options)
            except httpcore.ConnectError as error:
                failed = error
            else:
                return _Hurried(stream, self._ends_at)
        raise failed


class _Hurried(httpcore.NetworkStream):
    """A connection on which every wait ends at the deadline, however often a byte trickles in before."""

    def __init__(self, stream: httpcore.NetworkStream, ends_at: float) -> None:
        self._stream = stream
        self._ends_at = ends_at

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(self._ends_at))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(self._ends_at))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Hurried(self._stream.start_tls(ssl_context, server_hostname, _left(self._ends_at)), self._ends_at)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _left(ends_at: float) -> float:
    left = ends_at - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout
    return left
