"""Which addresses lead inside? Eighty and more ways to write one, a name server that lies, and what listens inside."""

import contextlib
import socket
from threading import Thread
from typing import Any

PUBLIC = "93.184.215.14"
TOKEN = "3ccdd113474722377935511fc85d3dd4"
REAL = socket.getaddrinfo

#: Each as it stands in an address, before the port.
HOSTS = (
    "127.0.0.1", "127.0.0.2", "127.8.9.10", "127.255.255.254", "0.0.0.0", "localhost", "LOCALHOST", "localhost.",
    "127.1", "127.0.1", "2130706433", "0177.0.0.1", "0177.1", "017700000001", "0x7f000001", "0x7f.0.0.1", "0x7f.1",
    "0", "[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]",
    "[64:ff9b::127.0.0.1]", "[64:ff9b:1::7f00:1]", "[2002:7f00:1::]", "[2001:0:7f00:1::]", "[fe80::1]", "[fc00::1]",
    "[fd00::1]", "[fec0::1]", "[ff02::1]", "10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.254",
    "192.168.0.1", "192.168.255.254", "169.254.169.254", "169.254.0.1", "100.64.0.1", "100.127.255.254", "192.0.0.1",
    "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "240.0.0.1", "255.255.255.255",
)  # fmt: skip
#: Names whose server says this, and then that.
NAMES: dict[str, tuple[tuple[str, ...], ...]] = {
    "inside.example": (("127.0.0.1",),),
    "metadata.example": (("169.254.169.254",),),
    "six.example": (("::1",),),
    "mapped.example": (("::ffff:127.0.0.1",),),
    "mixed.example": ((PUBLIC, "127.0.0.1"),),
    "mixed-other-way.example": (("127.0.0.1", PUBLIC),),
    **{f"rebind{n}.example": (((PUBLIC,),) * n + (("127.0.0.1",),)) for n in (1, 2, 3)},
    "rebind-six.example": ((PUBLIC,), ("::1",)),
    "rebind-back.example": ((PUBLIC,), ("127.0.0.1",), (PUBLIC,)),
}


def targets(port: int, redirector: str) -> list[str]:
    """All addresses; the canary listens at `port`."""
    found = [f"https://{host}:{port}/hook" for host in (*HOSTS, *NAMES)]
    found += [
        f"http://127.0.0.1:{port}/", f"gopher://127.0.0.1:{port}/_x", f"ftp://127.0.0.1:{port}/", "file:///etc/passwd",
        f"https://hooks.example.com@127.0.0.1:{port}/", f"https://user:password@127.0.0.1:{port}/",
        f"https://127.0.0.1:{port}#@hooks.example.com/", f"https://hooks.example.com\\@127.0.0.1:{port}/",
        f"https://127.0.0.1:{port}\\@hooks.example.com/", f"https://hooks.example.com\t@127.0.0.1:{port}/",
        f"https://127.0.0.1:{port}/\r\nHost: hooks.example.com", f"https://①②⑦.⓪.⓪.①:{port}/",
        f"https://127。0。0。1:{port}/", f"//127.0.0.1:{port}/", f"HTTPS://127.0.0.1:{port}/", "https:///x",
    ]  # fmt: skip
    inside = f"http://127.0.0.1:{port}/"
    found += [f"http://{redirector}/{status}?to={inside}" for status in (301, 302, 303, 307, 308)]
    return [*found, f"http://{redirector}/302?to=http://localhost:{port}/"]


def chat_targets(port: int) -> list[str]:
    """Addresses of a chat of one's own, which is anywhere its owner says."""
    hosts = ("127.0.0.1", "localhost", "127.1", "0x7f000001", "2130706433", *NAMES)
    return [f"mmosts://{host}:{port}/{TOKEN}" for host in hosts]


class Network:
    """The canary, which counts who connects, and a name server. Addresses as programs read them stay as they are."""

    def __init__(self) -> None:
        self.connections = 0
        self._asked: dict[str, int] = {}
        self._listening = socket.create_server(("::", 0), family=socket.AF_INET6, dualstack_ipv6=True, backlog=200)
        self.port: int = self._listening.getsockname()[1]

    def __enter__(self) -> "Network":
        Thread(target=self._count, daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def _count(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                self._listening.accept()[0].close()
                self.connections += 1

    def forget(self) -> None:
        """The next question is the first again."""
        self._asked.clear()

    def getaddrinfo(self, host: Any, port: Any, *args: Any, **kwargs: Any) -> Any:
        """What a name server says; nobody outside is asked."""
        name = host.decode() if isinstance(host, bytes) else str(host)
        if not name.endswith(".example"):
            return REAL(host, port, *args, **kwargs)
        said = NAMES.get(name, ((PUBLIC,),))
        number = self._asked[name] = self._asked.get(name, 0) + 1
        addresses = said[min(number, len(said)) - 1]
        return [found for address in addresses for found in REAL(address, port, *args, **kwargs)]
