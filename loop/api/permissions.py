"""Which scope of a key opens which calls, and which people may make them in the browser?

Each handler says its scope and its people by `loop.api.operation`; one that says nothing is open to nobody. What a
person may do to a case is decided by `loop.access`, in the workflow.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from loop.api.caller import Caller
from loop.models import User

# What a key with each scope may do. A key that reports steps need not be able to read customers' words, and the other
# way round.
SCOPE_OPENS: dict[str, frozenset[str]] = {
    "ingest": frozenset({"ingest"}),  # PUT accounts and contacts, POST responses and events; contacts' links
    "read": frozenset({"read"}),  # every other GET
    "write": frozenset({"write", "ingest"}),  # every step on a case
    "admin": frozenset({"read", "write", "ingest", "manage"}),  # manage: what is set up, and webhooks
}


def everybody(person: User) -> bool:
    """Anybody who is signed in; what they get is limited to what they may see."""
    return person.is_active


@dataclass(frozen=True)
class Right:
    """What a call takes: the scope of a key (None: any key), or being one of these people."""

    scope: str | None
    people: Callable[[User], bool]


class MayCall(BasePermission):
    """Opens a handler to those its `Right` names."""

    message = "This call is not open to you: the key lacks the scope, or your role does not include it."

    def has_permission(self, request: Request, view: Any) -> bool:
        if not request.user or not request.user.is_authenticated:
            return False
        method = (request.method or "").lower()
        if method not in view.http_method_names or not hasattr(view, method):
            return True  # answered with 405
        right: Right | None = getattr(getattr(view, method), "right", None)
        if right is None:
            return False
        caller = Caller.of(request)
        if caller.key is not None:
            return right.scope is None or any(
                right.scope in SCOPE_OPENS.get(scope, frozenset()) for scope in caller.key.scopes
            )
        return caller.person is not None and right.people(caller.person)
