"""How does a text message leave, by whatever gateway the installation uses, and which failures are worth another try?

`SMS_URL` is an address of Apprise, which knows some hundred services, with `{to}` where the number goes. Apprise says
only whether it worked; why not is in what it logs, which is listened to here and goes nowhere else: it holds numbers
and links.
"""

import logging
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

from django.conf import settings

from notifications.channels.base import Envelope, SendFailed

TO = "{to}"

# Said by gateways of a number that no text message reaches; codes of Twilio, then words.
DEAD_NUMBER_CODES = frozenset({"21211", "21214", "21217", "21610", "21612", "21614", "30003", "30005", "30006"})
DEAD_NUMBER = re.compile(
    r"(?:invalid|not a valid|unknown|unsubscribed|unreachable|landline|not a mobile)[^.]{0,40}(?:number|recipient|to\b)"
    r"|(?:number|recipient)[^.]{0,40}(?:invalid|not valid|unknown|does not exist|not a mobile|unsubscribed)",
    re.IGNORECASE,
)
ERROR = re.compile(r"error=(\d+)")
#: About us rather than about the message: our account, its balance, our pace.
OUR_FAULT = frozenset({"401", "402", "403", "407", "408", "425", "429"})
NEVER_REACHED = re.compile(
    r"NewConnectionError|NameResolution|ConnectTimeout|Connection refused|No route to host|Name or service not known",
)


class SmsChannel:
    """One message, one number. Nothing is kept open between two of them."""

    def send(self, envelope: Envelope) -> None:
        """Hand one text message to the gateway.

        Raises:
            SendFailed: with what the gateway said.
        """
        with listening() as heard:
            gateway = gateway_for(envelope.to)
            try:
                done = gateway.notify(body=envelope.text.strip(), title="")
            except Exception as error:  # a plugin's own bug is no reason to lose the line
                raise SendFailed(f"the gateway's program failed: {type(error).__name__}: {error}") from error
        if not done:
            raise judged("\n".join(heard))

    def close(self) -> None:
        """There is nothing to let go of."""


def gateway_for(number: str) -> Any:
    """The gateway, set up for one number.

    Raises:
        SendFailed: there is none, or its address is of no service that Apprise knows.
    """
    if not settings.SMS_URL:
        raise SendFailed("no gateway for text messages is set up (SMS_URL)", unreachable=True)
    import apprise  # half a second, which only those who send text messages pay

    found = apprise.Apprise.instantiate(settings.SMS_URL.replace(TO, quote(number)), suppress_exceptions=True)
    if found is None:
        raise SendFailed("SMS_URL is no address that Apprise can use", unreachable=True)
    return found


def judged(told: str) -> SendFailed:
    """What a failure means for another try, by what Apprise logged about it."""
    shown = " ".join(told.split())[:500] or "the gateway did not take the message"
    code = found.group(1) if (found := ERROR.search(told)) else ""
    if not code:
        never = NEVER_REACHED.search(told) is not None
        return SendFailed(shown, unreachable=never, maybe_sent=not never)
    if code in OUR_FAULT or code.startswith("5"):
        return SendFailed(shown)
    return SendFailed(shown, permanent=True)


def is_dead_number(told: str) -> bool:
    """Whether a gateway's refusal is about the number and not about the message or us."""
    code = found.group(1) if (found := ERROR.search(told)) else ""
    return code in DEAD_NUMBER_CODES or (code not in OUR_FAULT and DEAD_NUMBER.search(told) is not None)


class _Ear(logging.Filter):
    """Keeps what Apprise logs from every handler while a thread listens: it holds numbers and customers' links."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: dict[int, list[str]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        told = self.heard.get(threading.get_ident())
        if told is None:
            return record.levelno >= logging.WARNING
        if "Payload" not in str(record.msg):  # what we said ourselves is no answer
            told.append(record.getMessage())
        return False


_ear = _Ear()
_apprise = logging.getLogger("apprise")
_apprise.addFilter(_ear)
_apprise.setLevel(logging.DEBUG)


@contextmanager
def listening() -> Iterator[list[str]]:
    thread = threading.get_ident()
    _ear.heard[thread] = []
    try:
        yield _ear.heard[thread]
    finally:
        del _ear.heard[thread]
