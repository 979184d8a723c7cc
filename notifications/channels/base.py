"""What does delivery ask of every channel, and what does a channel answer when it fails?"""

from dataclasses import dataclass, field
from typing import Protocol

from loop.calendar_file import CalendarFile


@dataclass(frozen=True)
class Picture:
    """A picture within a mail, which its HTML shows as `cid:<name>`."""

    name: str
    png: bytes
    alt: str


@dataclass(frozen=True)
class Envelope:
    """A rendered message, ready to leave. `message_id` is the same in every repeat; `sender_name` is empty for ours."""

    to: str
    subject: str
    text: str
    html: str
    language: str
    message_id: str
    reply_to: str = ""
    sender_name: str = ""
    is_automatic: bool = True  # a person wrote it otherwise: then their absence note is worth reading
    headers: dict[str, str] = field(default_factory=dict)
    calendar: CalendarFile | None = None
    secret: str = field(default="", repr=False)  # where `to` only says what people may see of an address
    pictures: tuple[Picture, ...] = ()


class SendFailed(Exception):
    """The message did not leave, or nobody knows whether it did.

    Attributes:
        permanent: trying again is of no use.
        maybe_sent: the connection broke when the message may have been accepted already.
        unreachable: the other side could not be reached at all, so other messages would fare no better.
    """

    def __init__(
        self, message: str, *, permanent: bool = False, maybe_sent: bool = False, unreachable: bool = False
    ) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.maybe_sent = maybe_sent
        self.unreachable = unreachable


class Channel(Protocol):
    def send(self, envelope: Envelope) -> None:
        """Hand the message over. Raises SendFailed."""

    def close(self) -> None:
        """Let go of connections. Never raises."""
