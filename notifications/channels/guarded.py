"""How is Apprise, which connects by `requests`, kept from reaching inside for somebody's chat address?

Every connection of `requests` is made by one function of urllib3. While a thread is `guarded`, that function goes to
public addresses only, looked up once (`public_addresses`); redirects and whatever else a plugin asks for included.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from urllib3.util import connection

from loop.outside import public_addresses

_thread = threading.local()
_connect = connection.create_connection


@contextmanager
def guarded() -> Iterator[None]:
    """Connect to public addresses only, in this thread."""
    _thread.is_guarded = True
    try:
        yield
    finally:
        _thread.is_guarded = False


def _create_connection(address: tuple[str, int], *args: Any, **kwargs: Any) -> Any:
    if not getattr(_thread, "is_guarded", False):
        return _connect(address, *args, **kwargs)
    host, port = address
    failed: OSError = public_addresses.NotPublic(host)
    for each in public_addresses.resolve(host.strip("[]"), port):
        try:
            return _connect((each, port), *args, **kwargs)
        except OSError as error:
            failed = error
    raise failed


connection.create_connection = _create_connection
