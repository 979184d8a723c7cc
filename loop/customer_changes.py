"""What would a file of customers change, and about whom? By name, with what stands now and what would stand then.

Noted in a dry run only, of the first companies and people a file tells of; what is counted is counted of all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

from feedback.importing.crm_vocabulary import CUSTOMER_NAMES
from feedback.many_contacts import Gathered
from feedback.models import Account, Contact
from loop.models import AccountOwner, User

MOST = 50

COMPANY, PERSON = "company", "person"
NEW, CHANGED, SAME = "new", "changed", "unchanged"

#: How the fields of the models are called in a file, where that differs.
_OF_COMPANIES = {"external_id": "account_id", "name": "account"}
_OF_PEOPLE = {"external_id": "contact_id", "name": "contact_name"}


@dataclass(slots=True)
class Change:
    """One company or person of a file. Of each field: what stands now, and what would stand."""

    line: int
    kind: str
    name: str
    is_new: bool
    fields: dict[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def outcome(self) -> str:
        """Whether it is new, changed, or stays as it is."""
        return NEW if self.is_new else CHANGED if self.fields else SAME


@dataclass(frozen=True, slots=True)
class Meant:
    """Whom a row means, before it is stored."""

    line: int
    account: Account | None
    account_is_new: bool
    contact: Contact | None
    contact_is_new: bool
    owner: User | None
    opts_out: bool


class Changes:
    """The first companies and people a file tells of."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], Change] = {}

    def note(self, rows: Iterable[Meant], gathered: Gathered) -> None:
        """Note whom these rows mean; they are gathered, and not stored yet."""
        if len(self._found) >= MOST:
            return
        rows = list(rows)
        owners = dict(
            AccountOwner.objects.filter(
                account__in=[row.account for row in rows if row.account is not None and row.account.pk is not None]
            ).values_list("account_id", "user__email")
        )
        for row in rows:
            if row.account is not None:
                told = _differences(gathered.before(row.account), row.account, _OF_COMPANIES)
                before = owners.get(row.account.pk, "")
                if row.owner is not None and row.owner.email != before:
                    told["owner"] = (before, row.owner.email)
                one = Change(row.line, COMPANY, row.account.name, row.account_is_new, told)
                self._add(row.account.external_id, one)
            if row.contact is not None:
                told = _differences(gathered.before(row.contact), row.contact, _OF_PEOPLE)
                if row.opts_out:
                    told["no_mailings"] = ("", _("yes"))
                name = row.contact.name or row.contact.email or row.contact.external_id or ""
                key = row.contact.external_id or f"{row.contact.address_hash} {row.contact.account}"
                self._add(key, Change(row.line, PERSON, name, row.contact_is_new, told))

    def found(self) -> list[Change]:
        """In the order of the file."""
        return list(self._found.values())

    def _add(self, key: str, one: Change) -> None:
        earlier = self._found.get((one.kind, key))
        if earlier is not None:  # an earlier row told of it: that made it what it is
            one.line, one.is_new, one.fields = earlier.line, earlier.is_new, {**earlier.fields, **one.fields}
        elif len(self._found) >= MOST:
            return
        self._found[one.kind, key] = one


def _differences(
    before: Mapping[str, object], row: Account | Contact, names: Mapping[str, str]
) -> dict[str, tuple[str, str]]:
    told = {}
    for name, was in before.items():
        called, now = names.get(name, name), getattr(row, name)
        if called in CUSTOMER_NAMES and was != now:
            told[called] = _text(was), _text(now)
    return told


def _text(value: object) -> str:
    match value:
        case None | "" | False:
            return ""
        case True:
            return _("yes")
        case Account():
            return value.name
        case Decimal():
            return f"{value:.2f}".removesuffix(".00")
    return str(value)
