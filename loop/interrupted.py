"""What becomes of what somebody sends after their session has ended? It waits, signed, beside the sign-in.

Nothing is stored: the fields travel through the sign-in page and back, and are sent only when their writer says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.core import signing
from django.http import QueryDict

SALT = "loop.interrupted"
KEPT_FOR = 24 * 60 * 60  # seconds
MOST = 200_000  # characters; the longest form of the staff pages is a fraction of it


@dataclass(frozen=True)
class Interrupted:
    """A step that was sent without a session: where to, and its fields in their order."""

    path: str
    fields: tuple[tuple[str, str], ...]

    @property
    def words(self) -> list[str]:
        """What was written by hand, as far as one can tell: all that has several words."""
        return [value.strip() for _name, value in self.fields if len(value.split()) > 1]


def keep(path: str, data: QueryDict) -> str:
    """The step as text for a hidden field; "" for one too long to travel."""
    fields = [(name, value) for name, values in data.lists() if _travels(name) for value in values]
    kept = signing.dumps([path, fields], salt=SALT, compress=True)
    return kept if len(kept) <= MOST else ""


def kept(sent: Mapping[str, str]) -> Interrupted | None:
    """Read it back from the fields of the sign-in; None where there is none, or it is old or not ours."""
    try:
        path, fields = signing.loads(sent.get("interrupted", ""), salt=SALT, max_age=KEPT_FOR)
    except signing.BadSignature:
        return None
    return Interrupted(path, tuple((name, value) for name, value in fields))


def _travels(name: str) -> bool:
    return name != "csrfmiddlewaretoken" and "password" not in name
