"""Which chat does an address belong to, and may we write there? Slack, Teams, Mattermost, Google Chat; nothing else.

People paste what their chat gives them. Apprise knows how each service wants to be written to; of its hundred other
services some read files, run programs or post anything anywhere, so these four are named.
"""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from loop.outside import public_addresses

#: A service by the name of its plugin, and what people call it.
SERVICES = {
    "NotifySlack": "Slack",
    "NotifyWorkflows": "Microsoft Teams",
    "NotifyMattermost": "Mattermost",
    "NotifyGoogleChat": "Google Chat",
}
SCHEMES = frozenset({"https", "slack", "workflow", "workflows", "mmost", "mmosts", "gchat"})
#: Fixed by their plugins; those of the others are part of the address.
HOSTS = {"NotifySlack": "slack.com", "NotifyGoogleChat": "chat.googleapis.com"}
MATTERMOST = re.compile(r"https://(?P<host>[^/?#@]+)/hooks/(?P<token>[a-z0-9]{20,40})/?")

WHY: dict[str, str | Promise] = {
    "unknown": _(
        "This is no incoming webhook of Slack, Microsoft Teams (Workflows), Mattermost or Google Chat. "
        "Copy it from the chat as it stands there."
    ),
    "unsafe": _("The address must be reached by https."),
}


class ChatRefused(Exception):
    """This address is not written to; the words say why."""


@dataclass(frozen=True)
class Chat:
    """One chat, ready to be written to."""

    plugin: Any
    service: str
    host: str
    shown: str


def of(address: str) -> Chat:
    """The chat behind an address as somebody pasted it.

    Raises:
        ChatRefused: it is none of those we write to.
    """
    address = address.strip()
    if found := MATTERMOST.fullmatch(address):
        address = f"mmosts://{found['host']}/{found['token']}"
    if urlsplit(address).scheme.lower() not in SCHEMES or any(character <= " " for character in address):
        raise ChatRefused(str(WHY["unknown"]))
    import apprise  # half a second, which only those who use a chat pay

    plugin: Any = apprise.Apprise.instantiate(address, suppress_exceptions=True)
    name = type(plugin).__name__
    if name not in SERVICES:
        raise ChatRefused(str(WHY["unknown"]))
    plugin.verify_certificate, plugin.redirects = True, False
    host = HOSTS.get(name, str(plugin.host or ""))
    if name == "NotifyMattermost" and not plugin.secure:
        port = int(plugin.port or 80)
        if not public_addresses.is_let_inside(host, port):
            raise ChatRefused(str(WHY["unsafe"]))
    return Chat(plugin, SERVICES[name], host, f"{SERVICES[name]} …{address.rstrip('/')[-3:]}")
