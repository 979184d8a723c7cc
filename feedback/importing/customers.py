"""Which account and which contact does a row of a file mean, and are they new?"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from datetime import datetime

from django.utils.translation import gettext as _

from feedback import contacts
from feedback.contacts import ContactRefused
from feedback.importing.rows import Respondent
from feedback.models import Account, Contact

_REMEMBERED = 5_000  # contacts kept at hand, so that memory stays flat however long the file is
_BY_NAME = "name:"  # how the external id of an account begins that came without one


class Customers:
    """Finds or adds the accounts and contacts of one import, and remembers them so that each is looked up once."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._contacts: dict[Respondent, Contact] = {}
        self._accounts: dict[tuple[str, str], Account] = {}
        self._by_name: defaultdict[str, set[int]] | None = None
        self.added: set[int] = set()  # accounts that were not there before

    def forget(self) -> None:
        """Drop what was remembered of rows that may have gone again in a rollback."""
        self._contacts.clear()
        self._accounts.clear()
        for accounts in (self._by_name or {}).values():
            accounts.difference_update(self.added)
        self.added.clear()

    def contact(self, respondent: Respondent) -> Contact:
        """Return the contact, new or known. Details that are known already are not overwritten by a survey's file.

        Raises:
            ContactRefused: the details cannot be stored, or do not tell who is meant.
        """
        known = self._contacts.get(respondent)
        if known is not None:
            return known
        account = self.account(external_id=respondent.account_id, name=respondent.account)
        contact, _created = contacts.upsert_contact(
            external_id=respondent.external_id or None,
            account=account,
            email=respondent.email or None,
            name=respondent.name if respondent.name and not self._has_name(respondent) else None,
            now=self._now,
        )
        if len(self._contacts) >= _REMEMBERED:
            self._contacts.clear()
        self._contacts[respondent] = contact
        return contact

    @staticmethod
    def _has_name(respondent: Respondent) -> bool:
        meant = Contact.objects.none()
        if respondent.external_id:
            meant = Contact.objects.filter(external_id=respondent.external_id)
        elif respondent.email:
            meant = Contact.objects.with_email(respondent.email)
        return meant.exclude(name="").exists()

    def account(self, *, external_id: str, name: str) -> Account | None:
        """Return the account by its external id, else by its name, adding it when unknown; None when neither is given.

        An account that was first seen with a name only takes the external id that comes with that name later.

        Raises:
            ContactRefused: several accounts have this name and there is no id to tell them apart.
        """
        if not external_id and not name:
            return None
        key = (external_id, name.casefold())
        if key not in self._accounts:
            self._accounts[key] = self._with_id(external_id, name) if external_id else self._named(name)
        return self._accounts[key]

    def _with_id(self, external_id: str, name: str) -> Account:
        known = Account.objects.filter(external_id=external_id).first()
        if known is not None:
            return known
        placeholder = Account.objects.filter(external_id=_placeholder(name)).first() if name else None
        if placeholder is not None:
            placeholder.external_id = external_id
            placeholder.save(update_fields=["external_id"])
            return placeholder
        return self._add(external_id, name or external_id)

    def _named(self, name: str) -> Account:
        by_id = Account.objects.filter(
            external_id=name[:200]
        ).first()  # a file may call the number of an account "account"
        if by_id is not None:
            return by_id
        if self._by_name is None:
            self._by_name = defaultdict(set)
            for pk, known in Account.objects.values_list("pk", "name").iterator():
                self._by_name[known.casefold()].add(pk)
        found = self._by_name[contacts.clean_line(name).casefold()]
        if len(found) > 1:
            message = _("%d accounts are called “%s”: say which one by its number.") % (len(found), name)
            raise ContactRefused("account", message)
        return Account.objects.get(pk=next(iter(found))) if found else self._add(_placeholder(name), name)

    def _add(self, external_id: str, name: str) -> Account:
        account, created = contacts.upsert_account(external_id=external_id, name=name, now=self._now)
        if created:
            self.added.add(account.pk)
        if self._by_name is not None:
            self._by_name[account.name.casefold()].add(account.pk)
        return account


def _placeholder(name: str) -> str:
    """The external id of an account of which only the name is known; stable, so that a second file finds it again."""
    name = contacts.clean_line(name).casefold()
    return _BY_NAME + (name if len(name) <= 150 else hashlib.sha256(name.encode()).hexdigest())
