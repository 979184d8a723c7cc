"""How does one request leave for an address somebody gave us, without ever reaching inside?

The name is resolved once (`public_addresses`) and the connection goes to the address that was looked at, while TLS and
the Host header keep the name. Redirects are not followed, no proxy of the environment is used, and all of it together
has a deadline, however often a byte trickles in before.
"""

import ssl
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpcore
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from loop.outside import public_addresses

PORTS = frozenset({443, 8443})
DEFAULT_PORTS = {"https": 443, "http": 80}

WHY: dict[str, str | Promise] = {
    "characters": _("An address holds no spaces, quotes or letters beyond a to z: write those encoded."),
    "no_address": _("This is no address such as https://example.com/hook."),
    "password": _("A name and password in the address are not sent: receivers know us by the signature."),
    "fragment": _("What stands after # is never sent: leave it out."),
    "scheme": _("The address must begin with https://: what is not encrypted can be read and changed on its way."),
    "inside": _("This address is not on the public internet."),
    "port": _("Only the ports 443 and 8443 are used."),
}


@dataclass(frozen=True)
class Answer:
    """What was said, as far as it was read, and how long it took."""

    status: int
    headers: Mapping[str, str]  # by their names in small letters
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
    """What keeps this from being an address to send to, as a key of `WHY`; empty when nothing does.

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


def ask(
    method: str,
    url: str,
    headers: Mapping[str, str],
    *,
    body: bytes = b"",
    seconds: float,
    read: Callable[[Answer, Iterator[bytes]], None],
) -> Answer:
    """Send one request.

    Args:
        seconds: from the lookup to the last byte of the answer.
        read: takes what is sent back, as far as it likes.

    Raises:
        NoAnswer: nothing came back in time, or the address is not one to connect to.
    """
    started = time.monotonic()

    def took() -> int:
        return round((time.monotonic() - started) * 1000)

    if why_unusable(url):
        raise NoAnswer("the address may not be used", refused=True)
    try:
        with (
            httpcore.ConnectionPool(
                ssl_context=ssl.create_default_context(),
                network_backend=_ToPublicAddresses(started + seconds),
                retries=0,
            ) as pool,
            pool.stream(method, url, headers=list(headers.items()), content=body) as response,
        ):
            said = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
            read(Answer(response.status, said, took()), response.iter_stream())
            return Answer(response.status, said, took())
    except public_addresses.NotPublic as error:
        raise NoAnswer(str(error), took_ms=took(), refused=True) from error
    except ssl.SSLError as error:
        raise NoAnswer("no safe connection (TLS)", took_ms=took()) from error
    except httpcore.TimeoutException as error:
        raise NoAnswer(f"no answer within {seconds:.0f} seconds", took_ms=took()) from error
    except (httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
        words = "no safe connection (TLS)" if "SSL" in str(error) or "certificate" in str(error) else "no connection"
        raise NoAnswer(words, took_ms=took()) from error


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
