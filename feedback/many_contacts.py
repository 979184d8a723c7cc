"""How do many accounts and contacts get into Loop at once? Told one after the other, stored by a few statements.

Each is decided about by `feedback.contact_details`, as if those before it were stored already.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import QuerySet

from feedback import contacts, inserting, moulds, tallies
from feedback.contact_details import told_of_account, told_of_contact
from feedback.models import Account, Contact, Response

RowT = TypeVar("RowT", Account, Contact)

_account_of: Any = Contact._meta.get_field("account")

#: What is read of accounts and contacts when nothing more is told of them, and what their answers are decided by.
WHICH_THEY_ARE = ("id", "external_id", "name", "segment", "country", "annual_value")
WHO_THEY_ARE = ("id", "account_id", "external_id", "name", "email", "language", "address_hash", "address_changed_at")


class Gathered:
    """Accounts and contacts that are told, and those they may mean; nothing is written before `store`."""

    def __init__(self, now: datetime, *, told_little: bool = False) -> None:
        """Args:
        now: the present instant, aware.
        told_little: nothing will be told of them but who they are, so that little of them is read.
        """
        self._now = now
        self._told_little = told_little
        self._accounts: dict[str, Account | None] = {}  # by external id
        self._accounts_by_key: dict[int, Account] = {}
        self._contacts_by_key: dict[int, Contact] = {}
        self._numbered: dict[str, Contact | None] = {}
        self._at_address: dict[str, list[Contact]] = {}
        self.new_by_name: dict[str, list[Account]] = {}  # accounts that were not there, by name without case
        self._new_accounts: list[Account] = []
        self._new_contacts: list[Contact] = []
        self._before: dict[Account | Contact, dict[str, Any]] = {}  # how stored ones were that have changed
        self._stopped: dict[int, contacts.Wish] = {}  # by their identity: not all have a key yet
        self._undo: list[Callable[[], object]] = []

    def look_up(
        self, *, accounts: Iterable[str] = (), keys: Iterable[int] = (), people: Iterable[str] = (),
        addresses: Iterable[str] = (),
    ) -> None:  # fmt: skip
        """Read at once what will be asked for; what is not read here is read when it is.

        Args:
            accounts, keys: external ids and primary keys of accounts.
            people, addresses: external ids of contacts, and hashes of their addresses.
        """
        wanted = {one for one in accounts if one and one not in self._accounts}
        self._accounts |= dict.fromkeys(wanted)
        self._know_accounts(Account.objects.filter(external_id__among=wanted))
        missing = {key for key in keys if key not in self._accounts_by_key}
        self._know_accounts(Account.objects.filter(pk__among=missing))
        numbers = {one for one in people if one and one not in self._numbered}
        self._numbered |= dict.fromkeys(numbers)
        if numbers:
            self._know_all(Contact.objects.filter(external_id__among=numbers))
        hashes = {one for one in addresses if one and one not in self._at_address}
        self._at_address |= {one: [] for one in hashes}
        if hashes:
            for stored_at, contact in self._know_all(Contact.objects.filter(address_hash__among=hashes)):
                self._at_address[stored_at].append(contact)

    def account(self, external_id: str) -> Account | None:
        """The account with this external id, if there is one."""
        if external_id not in self._accounts:
            self.look_up(accounts=[external_id])
        return self._accounts.get(external_id)

    def account_by_key(self, key: int) -> Account:
        """The account with this primary key, which exists."""
        if key not in self._accounts_by_key:
            self.look_up(keys=[key])
        return self._accounts_by_key[key]

    def numbered(self, external_id: str) -> Contact | None:
        """The contact with this external id, if there is one."""
        if external_id not in self._numbered:
            self.look_up(people=[external_id])
        return self._numbered.get(external_id)

    def at_address(self, hashed: str) -> list[Contact]:
        """The contacts with an address of this hash, in the order they were made."""
        if hashed not in self._at_address:
            self.look_up(addresses=[hashed])
        here = [contact for contact in self._at_address.get(hashed, []) if contact.address_hash == hashed]
        if len(here) > 1:
            new = {id(contact): place for place, contact in enumerate(self._new_contacts)}
            here.sort(key=lambda contact: (contact.pk is None, contact.pk or new.get(id(contact), 0)))
        return here

    def upsert_account(self, **details: Any) -> tuple[Account, bool]:
        """As `feedback.contacts.upsert_account`, stored later."""
        told = told_of_account(**details)
        account = self.account(told.external_id)
        if account is None:
            account = told.fresh(self._now)
            self._add(self._new_accounts, account)
            self._add(self.new_by_name.setdefault(account.name.casefold(), []), account)
            self._put(self._accounts, told.external_id, account)
            return account, True
        self._set(account, told.changes(account))
        return account, False

    def number_account(self, account: Account, external_id: str) -> None:
        """Give an account the external id it goes by from now on; nobody else has it."""
        self.look_up(accounts=[external_id])
        self._put(self._accounts, account.external_id, None)
        self._set(account, {"external_id": external_id})
        self._put(self._accounts, external_id, account)

    def upsert_contact(self, **details: Any) -> tuple[Contact, bool]:
        """As `feedback.contacts.upsert_contact`, stored later."""
        told = told_of_contact(**details)
        contact, is_new = told.find(self), False
        if contact is None:
            contact, is_new = told.fresh(self._now), True
            self._add(self._new_contacts, contact)
        else:
            self._set(contact, told.changes(contact, self, self._now))
        if contact.external_id:
            self._put(self._numbered, contact.external_id, contact)
        if contact.address_hash:
            here = self.at_address(contact.address_hash)
            if not any(other is contact for other in here):
                self._add(self._at_address[contact.address_hash], contact)
        return contact, is_new

    def people_of(self, account: Account) -> list[Contact]:
        """Everybody at an account."""
        if account.pk is not None:
            self._know_all(Contact.objects.filter(account=account))
        everybody = [*self._contacts_by_key.values(), *self._new_contacts]
        return [contact for contact in everybody if contact.account == account]

    def opt_out(self, contact: Contact) -> bool:
        """As `feedback.contacts.opt_out`, stored later. Returns whether they had not opted out before."""
        if contact.opted_out_at is not None or id(contact) in self._stopped:
            return False
        self._stopped[id(contact)] = contacts.Wish.of(contact)
        self._undo.append(partial(self._stopped.pop, id(contact)))
        return True

    def before(self, row: Account | Contact) -> Mapping[str, Any]:
        """How a stored one was, by the fields that were told to be others."""
        return self._before.get(row, {}) if row.pk is not None else {}

    @contextmanager
    def whole(self) -> Iterator[None]:
        """All that is told within, or nothing of it where it ends in an exception."""
        self._undo.clear()
        try:
            yield
        except BaseException:
            while self._undo:
                self._undo.pop()()
            raise

    def store(self, *, stopped_by: str = "import") -> None:
        """Write everything, in an order all others keep as well; once.

        Args:
            stopped_by: the reason that stands with those who opted out.

        Raises:
            DatabaseError: it cannot be stored together, such as where somebody else told us the same meanwhile;
                nothing is.
        """
        with transaction.atomic():
            accounts = self._update(Account)
            moved = [one for one, changed in accounts.items() if changed & {*contacts.TALLIED}]
            inserting.insert_all(Account, self._new_accounts, key=lambda account: account.external_id)
            people = self._update(Contact)
            inserting.insert_all(Contact, self._new_contacts, key=_place)
            elsewhere = [one for one, changed in people.items() if "account" in changed]
            if moved:
                tallies.mark_answers(Response.objects.filter(contact__account__in=moved), now=self._now)
            if elsewhere:
                tallies.mark_answers(Response.objects.filter(contact__in=elsewhere), now=self._now)
            if self._stopped:
                contacts.stop_all([*self._stopped.values()], now=self._now, reason=stopped_by)

    def _update(self, model: type[RowT]) -> dict[RowT, frozenset[str]]:
        """Write what differs, by one statement for all rows in which the same fields do. Returns those fields."""
        changed: dict[RowT, frozenset[str]] = {}
        for row, before in self._before.items():
            if isinstance(row, model):
                changed[row] = frozenset(field for field, value in before.items() if getattr(row, field) != value)
        together: defaultdict[frozenset[str], list[RowT]] = defaultdict(list)
        for row, fields in changed.items():
            if fields:
                together[fields].append(row)
        if together:
            keys = [row.pk for rows in together.values() for row in rows]
            list(model._default_manager.select_for_update().filter(pk__among=keys).order_by("pk").values_list("pk"))
        for fields, rows in together.items():
            model._default_manager.bulk_update(rows, sorted(fields))
        return changed

    def _know_accounts(self, wanted: QuerySet[Account]) -> None:
        for account in moulds.read(wanted, *WHICH_THEY_ARE) if self._told_little else wanted:
            if self._accounts_by_key.setdefault(account.id, account) is account:
                self._accounts[account.external_id] = account

    def _know_all(self, wanted: QuerySet[Contact]) -> list[tuple[str, Contact]]:
        """Read contacts, in the order they were made, each with the hash it has in the database."""
        wanted = wanted.order_by("pk")
        found = [*(moulds.read(wanted, *WHO_THEY_ARE) if self._told_little else wanted)]
        self.look_up(keys=filter(None, (contact.account_id for contact in found)))
        known = []
        for contact in found:
            first = self._contacts_by_key.setdefault(contact.id, contact)
            known.append((contact.address_hash, first))
            if first is not contact:
                continue
            if (account := contact.account_id) is not None:
                _account_of.set_cached_value(contact, self._accounts_by_key[account])
            if contact.external_id:
                self._numbered[contact.external_id] = contact
        return known

    def _add(self, rows: list[RowT], row: RowT) -> None:
        rows.append(row)
        self._undo.append(rows.pop)

    def _put(self, rows: dict[str, RowT | None], name: str, row: RowT | None) -> None:
        self._undo.append(partial(rows.__setitem__, name, rows.get(name)))
        rows[name] = row

    def _set(self, row: Account | Contact, changes: Mapping[str, Any]) -> None:
        before = {field: getattr(row, field) for field in changes}
        if before and row.pk is not None:
            self._before[row] = {**before, **self._before.get(row, {})}
        self._undo.append(partial(_assign, row, before))
        _assign(row, changes)


def _assign(row: Account | Contact, fields: Mapping[str, Any]) -> None:
    for field, value in fields.items():
        setattr(row, field, value)


def _place(contact: Contact) -> tuple[str, str]:
    return contact.external_id or "", contact.address_hash
