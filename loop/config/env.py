"""How does an environment variable become a checked setting, or a refusal that names it?

Every reader raises `ImproperlyConfigured` with the name of the variable, what it holds and what it may hold: a typing
mistake stops the start instead of changing how the product behaves.
"""

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import environ
from django.core.exceptions import ImproperlyConfigured

YES = frozenset({"1", "true", "yes", "on"})
NO = frozenset({"0", "false", "no", "off"})

MIN_KEY_LENGTH = 50

LONGEST_BOUNCE_NAME = 14  # with "+" and 49 characters that name a mail: RFC 5321 allows 64

LONGEST_REPLY_NAME = 20  # with "+", a case, a day and a signature at most 63

# Mail providers whose webhooks are read, and what django-anymail calls the key they are signed with.
MAIL_PROVIDERS: dict[str, tuple[str, ...]] = {
    "brevo": (),
    "mailersend": ("MAILERSEND_SIGNING_SECRET", "MAILERSEND_INBOUND_SECRET"),
    "mailgun": ("MAILGUN_WEBHOOK_SIGNING_KEY",),
    "mailjet": (),
    "postmark": (),
    "sparkpost": (),
}

ENGINES: dict[str, dict[str, Any]] = {
    "django.db.backends.sqlite3": {
        # A transaction takes the write lock when it begins. Deferred ones (Django's default) upgrade from reading to
        # writing and fail with "database is locked" without waiting: 322 of 600 concurrent writes, against 0 this way.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL",
    },
    "django.db.backends.postgresql": {
        "connect_timeout": 5,
        "pool": {"min_size": 1, "max_size": 8, "timeout": 5},
        # Each connection prepares what it asks for the fourth time: the server then spends a third of the time on it.
        "server_side_binding": True,
        "prepare_threshold": 3,
        # Compiling a statement of a report took 340 of its 600 ms, and was done anew for each: none runs long enough.
        "options": "-c jit=off",
    },
}


def read_file(path: Path) -> None:
    """Take settings from a `.env` file; what the environment already holds wins."""
    if path.is_file():
        environ.Env.read_env(str(path))


def text(name: str, default: str = "") -> str:
    """Return the variable without surrounding spaces; empty counts as not set."""
    return os.environ.get(name, "").strip() or default


def words(name: str) -> list[str]:
    """Return a comma-separated variable as a list without empty parts."""
    return [word.strip() for word in text(name).split(",") if word.strip()]


def flag(name: str, default: bool) -> bool:
    """Return a yes-or-no variable."""
    value = text(name).lower()
    if not value:
        return default
    if value in YES:
        return True
    if value in NO:
        return False
    raise refusal(name, value, "1 or 0")


def number(name: str, default: int, lowest: int, highest: int) -> int:
    """Return a whole number between `lowest` and `highest`, both included."""
    value = text(name)
    if not value:
        return default
    if not (value.isascii() and value.isdigit() and lowest <= int(value) <= highest):
        raise refusal(name, value, f"a whole number from {lowest} to {highest}")
    return int(value)


def hours(name: str, default: str) -> tuple[int, int]:
    """Return a part of the day such as 7-17, as the hours it begins and ends at."""
    value = text(name, default)
    first, _dash, last = value.partition("-")
    if not (first.isascii() and first.isdigit() and last.isascii() and last.isdigit()):
        raise refusal(name, value, "hours such as 7-17")
    if not 0 <= int(first) < int(last) <= 24:
        raise refusal(name, value, "hours such as 7-17, the first before the last")
    return int(first), int(last)


def choice(name: str, default: str, allowed: frozenset[str]) -> str:
    """Return one of the allowed words."""
    value = text(name, default)
    if value not in allowed:
        raise refusal(name, value, f"one of {', '.join(sorted(allowed))}")
    return value


def time_zone(name: str, default: str) -> str:
    """Return the name of a time zone this machine knows."""
    value = text(name, default)
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise refusal(name, value, "a time zone such as Europe/Helsinki") from error
    return value


def base_url(name: str, default: str) -> str:
    """Return the address people reach the product at: scheme and host, no path, no slash at the end."""
    value = text(name, default).rstrip("/")
    try:
        parts = urlsplit(value)
        parts.port  # noqa: B018 - reading it is what raises for a port that is no number
    except ValueError as error:
        raise refusal(name, value, "an address such as https://loop.example.com") from error
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path or parts.query or parts.fragment:
        raise refusal(name, value, "an address without a path, such as https://loop.example.com")
    return value


def served_at(file: Path, port: int) -> str:
    """Return the address an installation served itself at last, as `serve` noted it; without PORT being set."""
    noted = file.read_text(encoding="utf-8").strip() if not text("PORT") and file.is_file() else ""
    return noted or f"http://127.0.0.1:{port}"


def broker_url(name: str) -> str:
    """Return the address of a Redis or Valkey server, or nothing when the embedded one is to be used."""
    value = text(name)
    if value and urlsplit(value).scheme not in {"redis", "rediss", "unix", "redis+socket"}:
        raise refusal(name, value, "an address such as redis://127.0.0.1:6379/0")
    # kombu and redis-py spell a Unix socket differently; people may write either.
    return "redis+socket" + value.removeprefix("unix") if value.startswith("unix:") else value


def database(name: str, sqlite_file: Path) -> dict[str, Any]:
    """Return Django's description of the database; SQLite in `sqlite_file` when nothing is said."""
    value = text(name, f"sqlite:///{sqlite_file}")
    wanted = "sqlite:////folder/file or postgres://user:password@host:5432/loop"
    if urlsplit(value).scheme not in {"sqlite", "postgres", "postgresql"}:
        raise refusal(name, hide_password(value), wanted)
    try:
        config: dict[str, Any] = environ.Env.db_url_config(value)
    except ValueError as error:
        raise refusal(name, hide_password(value), wanted) from error
    if not config["NAME"]:
        raise refusal(name, hide_password(value), wanted)
    config["OPTIONS"] = {**ENGINES[config["ENGINE"]], **config.get("OPTIONS", {})}
    return config


def email(name: str, default: str) -> dict[str, Any]:
    """Return Django's EMAIL_* settings from one address."""
    value = text(name, default)
    try:
        config: dict[str, Any] = environ.Env.email_url_config(value)
    except (ImproperlyConfigured, ValueError) as error:
        raise refusal(name, hide_password(value), "an address such as smtp+tls://user:password@host:587") from error
    if config["EMAIL_BACKEND"].endswith("smtp.EmailBackend") and not config["EMAIL_HOST"]:
        raise refusal(name, hide_password(value), "an address with a host, such as smtp://mail.example.com:25")
    if config["EMAIL_BACKEND"].endswith("filebased.EmailBackend"):
        config["EMAIL_FILE_PATH"] = "/" + config["EMAIL_FILE_PATH"].lstrip("/")
    return {key: setting for key, setting in config.items() if setting is not None and key.startswith("EMAIL_")}


def secret_key(name: str, *, debug: bool, home: Path) -> str:
    """Return the key that signs sessions and links.

    On one's own machine (`debug`) it is made once and kept in `home`. In production a key must be given: one made up at
    every start would sign everybody out, one written in the code would let anybody sign in.
    """
    value = text(name)
    if value:
        if not debug and len(value) < MIN_KEY_LENGTH:
            raise ImproperlyConfigured(f"{name} is too short: give at least {MIN_KEY_LENGTH} random characters.")
        return value
    if not debug:
        raise ImproperlyConfigured(
            f"{name} is not set. Production (DEBUG=0) does not start without one. "
            "Make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(50))'"
        )
    path = home / "secret_key"
    try:
        # O_EXCL: of several processes starting at once, one writes the key and the others read it.
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(50))
    except FileExistsError:
        pass
    return path.read_text(encoding="ascii")


def hide_password(address: str) -> str:
    """Return the address without what stands between `//` and `@`."""
    scheme, mark, rest = address.partition("://")
    return f"{scheme}{mark}...@{rest.rpartition('@')[2]}" if "@" in rest else address


def refusal(name: str, value: str, wanted: str) -> ImproperlyConfigured:
    """Return the error that says which variable is wrong, and how."""
    return ImproperlyConfigured(f"{name} is {value!r}: it must be {wanted}.")


def bounce_address(name: str) -> str:
    """Return the address mails return to; its local part must leave room for a mail's name in the 64 characters."""
    value = text(name)
    local, _at, domain = value.partition("@")
    if value and not (0 < len(local) <= LONGEST_BOUNCE_NAME and "+" not in local and domain):
        raise refusal(
            name,
            value,
            f"an address such as bounces@example.com, with at most {LONGEST_BOUNCE_NAME} letters before the @",
        )
    return value


def reply_address(name: str) -> str:
    """Return the address customers answer to; its local part must leave room for the name of a case."""
    value = text(name)
    local, _at, domain = value.partition("@")
    if value and not (0 < len(local) <= LONGEST_REPLY_NAME and "+" not in local and domain):
        wanted = f"an address such as case@example.com, with at most {LONGEST_REPLY_NAME} letters before the @"
        raise refusal(name, value, wanted)
    return value


def mailbox_url(name: str) -> str:
    """Return where a mailbox is read by IMAP, or nothing."""
    value = text(name)
    parts = urlsplit(value)
    if value and not (parts.scheme in {"imap", "imaps"} and parts.hostname and parts.username and parts.password):
        raise refusal(name, "***", "an address such as imaps://user:password@host/INBOX")  # it holds a password
    return value


def inbound_webhooks(provider: str, secret: str, key: str) -> dict[str, str]:
    """Return django-anymail's settings for the webhooks of the mail provider, which must prove who it is."""
    if not provider:
        return {}
    if provider not in MAIL_PROVIDERS:
        raise refusal("INBOUND_PROVIDER", provider, f"one of {', '.join(sorted(MAIL_PROVIDERS))}")
    if ":" not in secret:
        told = "***" if secret else ""
        raise refusal("INBOUND_SECRET", told, "the user:password the provider's webhook is set up with")
    names = MAIL_PROVIDERS[provider]
    if names and not key:
        raise refusal("INBOUND_SIGNING_KEY", "", f"the key with which {provider} signs its webhooks")
    return {"WEBHOOK_SECRET": secret, **dict.fromkeys(names, key)}


def country(name: str, default: str) -> str:
    """Return a country's two letters, or nothing."""
    value = text(name, default).upper()
    if value and not (len(value) == 2 and value.isascii() and value.isalpha()):
        raise refusal(name, value, "the two letters of a country, such as SE")
    return value


def sms_gateway(name: str) -> str:
    """Return where text messages are handed over, or nothing; what it says is a secret."""
    value = text(name)
    if value and ("://" not in value or "{to}" not in value):
        raise refusal(
            name, "***", "an address of Apprise with {to} for the number, such as 46elks://user:password@Loop/{to}"
        )
    return value


def hosts_and_ports(name: str) -> frozenset[str]:
    """Return a comma-separated variable of hosts with their ports, such as 127.0.0.1:9000."""
    found = words(name)
    for each in found:
        host, _colon, port = each.rpartition(":")
        if not (host and "/" not in each and port.isascii() and port.isdigit() and 0 < int(port) < 65536):
            raise refusal(name, each, "hosts with their ports, such as n8n.internal:5678, separated by commas")
    return frozenset(each.lower() for each in found)
