"""Which site is that? An origin as browsers write it: scheme, host and, where it is not the usual one, the port."""

from urllib.parse import urlsplit

from django.utils.translation import gettext as _

USUAL_PORTS = {"https": 443, "http": 80}
THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})  # developers' own, where there is no https


class UnusableOrigin(ValueError):
    """The text names no site that may show a widget; the message says why."""


def clean_origin(text: str) -> str:
    """The origin in an address, such as https://app.example.com.

    Raises:
        UnusableOrigin: not https, not a whole host name, or more than an origin.
    """
    text = text.strip()
    told = {"text": text[:100]}
    try:
        parts = urlsplit(text)
        host, port = (parts.hostname or "").encode("idna").decode().lower(), parts.port
    except ValueError:
        host, port = "", None
    if not host or parts.scheme not in USUAL_PORTS or not set(host) <= set("abcdefghijklmnopqrstuvwxyz0123456789.-:"):
        raise UnusableOrigin(_("“%(text)s” is not a site such as https://app.example.com.") % told)
    if parts.scheme == "http" and host not in THIS_MACHINE:
        raise UnusableOrigin(_("“%(text)s” must begin with https://: what is not encrypted can be changed.") % told)
    if parts.path not in ("", "/") or parts.query or parts.fragment or parts.username:
        raise UnusableOrigin(_("“%(text)s” is more than a site: leave out what follows the name.") % told)
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}" + (f":{port}" if port not in (None, USUAL_PORTS[parts.scheme]) else "")


def origin_of(address: str) -> str:
    """The origin of an address of our own."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}".lower()
