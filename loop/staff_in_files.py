"""Which colleague does a file mean by an e-mail address or a name?"""

from django.utils.translation import gettext as _

from loop import access
from loop.models import User


class NobodyFound(LookupError):
    """No colleague answers to what the file says."""


class StaffInFiles:
    """Finds colleagues, each only once."""

    def __init__(self) -> None:
        self._found: dict[str, User | str] = {}

    def find(self, said: str) -> User:
        """Return the person with this e-mail address or, as SuperOffice writes it, this name.

        Raises:
            NobodyFound: nobody, somebody who has left, or several people of that name.
        """
        if said not in self._found:
            self._found[said] = self._look_up(said)
        found = self._found[said]
        if isinstance(found, str):
            raise NobodyFound(found)
        return found

    @staticmethod
    def _look_up(said: str) -> User | str:
        matching = User.objects.filter(email__iexact=said) if "@" in said else User.objects.filter(name__iexact=said)
        people = list(matching[:2])
        if not people:
            return _("Nobody here has this e-mail address or name; the company was imported without an owner.")
        if len(people) > 1:
            return _("Several people here have this name; write the e-mail address.")
        if not people[0].is_active:
            return _("This person has left; the company was imported without changing its owner.")
        if not access.may_own(people[0]):
            return _("This person only reads cases; the company was imported without changing its owner.")
        return people[0]
