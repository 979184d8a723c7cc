"""Which account and which contact does a row of a file mean, and are they new?"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from feedback.contact_values import ContactRefused, clean_line
from feedback.importing.rows import Respondent
from feedback.many_contacts import Gathered
from feedback.models import Account, Contact
from feedback.models.contact import address_hash

_BY_NAME = "name:"  # how the external id of an account begins that came without one


class Customers:
    """Finds or adds the accounts and contacts that the rows of one import mean, some rows at a time."""

    def __init__(self, now: datetime, *, is_exact: bool = False, of_answers: bool = False) -> None:
        """Args:
        is_exact: the file is a Loop's own; see `told_of_contact`.
        of_answers: it tells of people no more than who they are.
        """
        self._now = now
        self._of_answers = of_answers
        self._is_exact = is_exact
        self._by_name: dict[str, set[int]] | None = None  # keys of accounts
        self.begin()

    def begin(self) -> None:
        """Turn to the next rows. What was gathered of those before and not stored is dropped."""
        self.gathered = Gathered(self._now, told_little=self._of_answers)
        self._contacts: dict[Respondent, Contact] = {}
        self._hashes: dict[str, str] = {}  # by address

    def store(self) -> None:
        """Write what the rows so far have brought.

        Raises:
            DatabaseError: it cannot be stored together; nothing is.
        """
        self.gathered.store()

    def keep(self) -> None:
        """Note that what was stored has come to stay: the transaction that did it is over, or nearly so."""
        if self._by_name is not None:
            for name, accounts in self.gathered.new_by_name.items():
                self._by_name.setdefault(name, set()).update(account.pk for account in accounts)

    def look_up(self, respondents: Iterable[Respondent]) -> None:
        """Read at once what is known of all these."""
        meant = set(respondents)
        self.look_up_accounts({(one.account_id, one.account) for one in meant})
        self.gathered.look_up(
            people={one.external_id for one in meant},
            addresses={self._hash(one.email) for one in meant if one.email},
        )

    def look_up_accounts(self, said: Iterable[tuple[str, str]]) -> None:
        """Read at once the accounts with these external ids or, where that is empty, names."""
        said = set(said)
        ids = {external_id or name[:200] for external_id, name in said}
        names = {name for external_id, name in said if name and not external_id}
        by_name = self._names() if names else {}
        self.gathered.look_up(
            accounts=ids | {_placeholder(name) for external_id, name in said if external_id and name},
            keys={key for name in names for key in by_name.get(_folded(name), ())},
        )

    def contact(self, respondent: Respondent) -> Contact:
        """Return the contact, new or known. Details that are known already are not overwritten by a survey's file.

        Raises:
            ContactRefused: the details cannot be stored, or do not tell who is meant; nothing of them is kept then.
        """
        known = self._contacts.get(respondent)
        if known is not None:
            return known
        known = self._as_told(respondent)
        if known is not None:
            self._contacts[respondent] = known
            return known
        with self.gathered.whole():
            account = self.account(external_id=respondent.account_id, name=respondent.account)
            contact, _created = self.gathered.upsert_contact(
                external_id=respondent.external_id or None,
                account=account,
                email=respondent.email or None,
                name=respondent.name if respondent.name and not self._has_name(respondent, account) else None,
                is_exact=self._is_exact,
            )
        self._contacts[respondent] = contact
        return contact

    def _hash(self, email: str) -> str:
        hashed = self._hashes.get(email)
        if hashed is None:
            hashed = self._hashes[email] = address_hash(email)
        return hashed

    def _as_told(self, respondent: Respondent) -> Contact | None:
        """The contact we have of whom an answer says no more than we know, which is most of them: nothing changes."""
        if self._is_exact or respondent.external_id or respondent.account or respondent.account_id:
            return None
        here = self.gathered.at_address(self._hash(respondent.email))
        return here[0] if len(here) == 1 and (here[0].name or not respondent.name) else None

    def _has_name(self, respondent: Respondent, account: Account | None) -> bool:
        if respondent.external_id:
            meant = [self.gathered.numbered(respondent.external_id)]
        else:
            here = self.gathered.at_address(self._hash(respondent.email))
            meant = [one for one in here if not self._is_exact or one.account == account]
        return any(one is not None and one.name for one in meant)

    def account(self, *, external_id: str, name: str) -> Account | None:
        """Return the account by its external id, else by its name, adding it when unknown; None when neither is given.

        An account that was first seen with a name only takes the external id that comes with that name later.

        Raises:
            ContactRefused: several accounts have this name and there is no id to tell them apart.
        """
        if external_id:
            return self._with_id(external_id, name)
        return self._named(name) if name else None

    def _with_id(self, external_id: str, name: str) -> Account:
        known = self.gathered.account(external_id)
        if known is not None:
            return known
        placeholder = self.gathered.account(_placeholder(name)) if name and not self._is_exact else None
        if placeholder is not None:
            self.gathered.number_account(placeholder, external_id)
            return placeholder
        return self._add(external_id, name or external_id)

    def _named(self, name: str) -> Account:
        by_id = self.gathered.account(name[:200])  # a file may call the number of an account "account"
        if by_id is not None:
            return by_id
        folded = _folded(name)
        found = [self.gathered.account_by_key(key) for key in sorted(self._names().get(folded, ()))]
        found += self.gathered.new_by_name.get(folded, ())
        if len(found) > 1:
            message = _("%d accounts are called “%s”: say which one by its number.") % (len(found), name)
            raise ContactRefused("account", message)
        return found[0] if found else self._add(_placeholder(name), name)

    def _add(self, external_id: str, name: str) -> Account:
        return self.gathered.upsert_account(external_id=external_id, name=name)[0]

    def _names(self) -> dict[str, set[int]]:
        """The accounts there are by their names, whatever the case: read once."""
        if self._by_name is None:
            self._by_name = defaultdict(set)
            for key, name in Account.objects.values_list("pk", "name").iterator():
                self._by_name[name.casefold()].add(key)
        return self._by_name


def _folded(name: str) -> str:
    return clean_line(name).casefold()


def _placeholder(name: str) -> str:
    """The external id of an account of which only the name is known; stable, so that a second file finds it again."""
    name = _folded(name)
    return _BY_NAME + (name if len(name) <= 150 else hashlib.sha256(name.encode()).hexdigest())
