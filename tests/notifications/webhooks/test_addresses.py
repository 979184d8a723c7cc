"""No address that somebody types leads inside: not by its form, not by its name, not by a name server that flips."""

import socket

import pytest

from loop.outside import asking, public_addresses
from notifications.webhooks import posting

INSIDE = (
    "127.0.0.1", "127.8.9.10", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254",
    "100.64.0.1", "192.0.0.8", "192.88.99.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::1", "::",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::1", "2002:7f00:1::",
    "2001:0:7f00:1::", "fd00::1", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "2001:db8::1", "100::1",
)  # fmt: skip
PUBLIC = ("93.184.215.14", "8.8.8.8", "2606:4700:4700::1111", "::ffff:8.8.8.8")


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_inside_is_not_public(address):
    assert not public_addresses.is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_an_address_on_the_internet_is(address):
    assert public_addresses.is_public(address)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("https://hooks.example.com/x", ""),
        ("https://hooks.example.com:8443/x?y=1", ""),
        ("http://hooks.example.com/x", "scheme"),
        ("gopher://hooks.example.com/x", "scheme"),
        ("file:///etc/passwd", "scheme"),
        ("https://", "no_address"),
        ("https://hooks.example.com:99999/", "no_address"),
        ("https://user:secret@hooks.example.com/", "password"),
        ("https://hooks.example.com@127.0.0.1/", "password"),
        ("https://hooks.example.com/#x", "fragment"),
        ("https://hooks.example.com:22/", "port"),
        ("https://hooks.example.com:6379/", "port"),
        ("https://hooks.example.com/\r\nHost: x", "characters"),
        ("https://hooks.example.com\\@127.0.0.1/", "characters"),
        ("https://hööks.example.com/", "characters"),
    ],
)
def test_what_an_address_may_be(url, why):
    assert asking.why_unusable(url) == why
    assert not why or why in asking.WHY


class TestAName:
    @pytest.fixture
    def canary(self):
        """What listens inside; whatever connects is noted by its backlog."""
        with socket.create_server(("127.0.0.1", 0)) as listening:
            listening.settimeout(0.2)
            yield listening

    def heard(self, canary):
        try:
            canary.accept()[0].close()
        except TimeoutError:
            return False
        return True

    def answers(self, monkeypatch, port, *rounds):
        """A name server that gives these addresses, the last for ever."""
        asked = []

        def getaddrinfo(host, port_asked, *args, **kwargs):
            asked.append(host)
            addresses = rounds[min(len(asked), len(rounds)) - 1]
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in addresses]

        monkeypatch.setattr(public_addresses.socket, "getaddrinfo", getaddrinfo)
        return asked

    def test_that_leads_inside_is_not_connected_to(self, monkeypatch, canary):
        self.answers(monkeypatch, canary.getsockname()[1], ["127.0.0.1"])
        with pytest.raises(posting.NoAnswer, match="not on the public internet"):
            posting.post("https://rebind.example/", body=b"{}", headers={})
        assert not self.heard(canary)

    def test_with_one_address_inside_among_others_is_refused(self, monkeypatch):
        self.answers(monkeypatch, 443, ["93.184.215.14", "127.0.0.1"])
        with pytest.raises(public_addresses.NotPublic):
            public_addresses.resolve("mixed.example", 443)

    def test_is_asked_for_once_and_connected_to_where_it_led(self, monkeypatch):
        """Between looking and connecting nothing is asked again, so an answer that flips is never seen."""
        asked = self.answers(monkeypatch, 443, ["93.184.215.14"], ["127.0.0.1"])
        connected = []

        def connect(self, host, port, *args):
            connected.append(host)
            raise asking.httpcore.ConnectError("nobody there")

        monkeypatch.setattr(asking.httpcore.SyncBackend, "connect_tcp", connect)
        with pytest.raises(posting.NoAnswer):
            posting.post("https://flips.example/", body=b"{}", headers={})
        assert (len(asked), connected) == (1, ["93.184.215.14"])

    def test_that_is_not_known_is_said(self, monkeypatch):
        def unknown(*args, **kwargs):
            raise socket.gaierror(-2, "Name or service not known")

        monkeypatch.setattr(public_addresses.socket, "getaddrinfo", unknown)
        with pytest.raises(public_addresses.NotPublic, match=r"nowhere\.example is not known"):
            public_addresses.resolve("nowhere.example", 443)


def test_a_host_inside_is_let_through_only_by_name_and_port(settings):
    settings.WEBHOOK_HOSTS_INSIDE = frozenset({"127.0.0.1:9000"})
    assert asking.why_unusable("http://127.0.0.1:9000/hook") == ""
    assert asking.why_unusable("http://127.0.0.1:9001/hook") != ""
    assert public_addresses.resolve("127.0.0.1", 9000) == ["127.0.0.1"]
    with pytest.raises(public_addresses.NotPublic):
        public_addresses.resolve("127.0.0.1", 9001)
