"""To which address may a connection go that somebody's URL asks for? To a public one, looked up once.

A name is resolved once and all its addresses must be public; the connection then goes to one of these very addresses,
so that a name server which changes its answer afterwards changes nothing. WEBHOOK_HOSTS_INSIDE names the hosts inside
that an administrator of the machine lets through.
"""

import ipaddress
import socket

from django.conf import settings

#: Beyond what Python calls private: networks that lead back inside by translation, or to nobody in particular.
REFUSED = tuple(
    ipaddress.ip_network(network)
    for network in (
        "100.64.0.0/10",  # shared by a provider's customers
        "192.0.0.0/24",
        "192.88.99.0/24",  # relays of 6to4
        "198.18.0.0/15",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "::/96",  # IPv4 in its oldest disguise
        "64:ff9b::/96",  # NAT64
        "64:ff9b:1::/48",
        "2001::/32",  # Teredo
        "2002::/16",  # 6to4
        "3fff::/20",
        "5f00::/16",
        "fec0::/10",
        "ff00::/8",
    )
)


class NotPublic(OSError):
    """The address is inside, or there is none: nothing was connected to."""


def is_public(address: str) -> bool:
    """Whether this IP address is on the public internet."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    return found.is_global and not any(found in network for network in REFUSED if network.version == found.version)


def is_plainly_inside(host: str) -> bool:
    """Whether a host is inside by what is written, without a lookup: an address that is not public, or this machine."""
    try:
        return not is_public(host)
    except ValueError:  # a name
        return host.rstrip(".").lower() == "localhost" or host.rstrip(".").lower().endswith(".localhost")


def is_let_inside(host: str, port: int) -> bool:
    """Whether the machine's administrator named this host and port."""
    return f"{host.lower()}:{port}" in settings.WEBHOOK_HOSTS_INSIDE


def resolve(host: str, port: int) -> list[str]:
    """The addresses to connect to for this host, of one lookup.

    Raises:
        NotPublic: the name is unknown, or one of its addresses is inside.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NotPublic(f"the name {host} is not known") from error
    addresses = list(dict.fromkeys(str(sockaddr[0]) for _family, _type, _proto, _name, sockaddr in found))
    if not is_let_inside(host, port) and not all(is_public(address) for address in addresses):
        raise NotPublic(f"{host} is not on the public internet")
    return addresses
