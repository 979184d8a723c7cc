"""On whose behalf does a request act: a machine with a key, or a person in the browser?"""

from dataclasses import dataclass

from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request

from loop import access
from loop.models import ApiKey, Case, User
from loop.models.case_query import CaseQuerySet


class Machine:
    """What `request.user` is when a key called: authenticated, and nobody."""

    pk = None
    is_active = True
    is_anonymous = False
    is_authenticated = True

    def __init__(self, key: ApiKey) -> None:
        self.key = key

    def __str__(self) -> str:
        return f"API key {self.key}"


@dataclass(frozen=True)
class Caller:
    """Exactly one of the two is set."""

    person: User | None
    key: ApiKey | None

    @classmethod
    def of(cls, request: Request) -> "Caller":
        """The caller of an authenticated request. Raises NotAuthenticated for any other."""
        if isinstance(request.auth, ApiKey):
            return cls(None, request.auth)
        if isinstance(request.user, User):
            return cls(request.user, None)
        raise NotAuthenticated

    @property
    def principal(self) -> str:
        """A name that no other caller has."""
        return f"key:{self.key.pk}" if self.key else f"person:{self.person.pk if self.person else ''}"

    @property
    def via(self) -> str:
        """What the timeline says instead of a person's name: that of the key."""
        return self.key.name if self.key else ""

    def cases(self) -> CaseQuerySet:
        """The cases this caller may know of: a key all, a person those that `loop.access` shows them."""
        return access.visible_cases(self.person) if self.person else Case.objects.all()
