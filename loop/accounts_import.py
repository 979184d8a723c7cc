"""How do a CRM's companies, people and account managers get into Loop, and stay right when the export comes again?

Rows are matched by external id, else by name or e-mail, and committed a hundred at a time: an import that was
interrupted is simply run again. Somebody who opted out in the CRM is never mailed; an opt-out is never taken back here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any, BinaryIO

from django.db import transaction
from django.utils.translation import gettext as _

from feedback import contacts
from feedback.contacts import ContactRefused
from feedback.importing.customer_rows import CustomerFile, CustomerRow, read_customers
from feedback.importing.customers import Customers
from feedback.importing.rows import Blank, Problem
from feedback.models import Account, Contact
from loop import access, assignment
from loop.models import User

BATCH = 100  # rows in one transaction
_FIELDS = {"external_id": "account_id"}  # how `feedback.contacts` names a field, and how the file's columns are named


@dataclass(slots=True)
class AccountsImport:
    """What became of every row of a file: `accepted + rejected + blank == read`."""

    filename: str
    encoding: str
    delimiter: str | None
    mapping: dict[str, str]
    dry_run: bool
    ignored: list[str] = field(default_factory=list)  # columns nothing is taken from
    read: int = 0
    accepted: int = 0
    rejected: int = 0
    blank: int = 0
    accounts_created: int = 0
    accounts_updated: int = 0
    contacts_created: int = 0
    contacts_updated: int = 0
    owners_set: int = 0
    opted_out: int = 0
    errors: list[Problem] = field(default_factory=list)  # rows that were not stored
    warnings: list[Problem] = field(default_factory=list)  # values that were left out of rows that were

    def as_json(self) -> dict[str, Any]:
        """The report as JSON values."""
        return asdict(self)


def import_accounts(
    file: BinaryIO, *, filename: str, said: Mapping[str, str] | None = None, dry_run: bool = False, now: datetime
) -> AccountsImport:
    """Import accounts, contacts and owners from a CRM's export.

    Args:
        file: binary and seekable, CSV or XLSX; the content decides which.
        filename: for the report only.
        said: what a person decided about the columns, name or number to field.
        dry_run: count what would happen and write nothing.
        now: the present instant, aware.

    Raises:
        UnusableFile: the file as a whole cannot be imported.
    """
    run = _Run(read_customers(file, said=said or {}), filename, dry_run, now)
    for batch in run.batches():
        with transaction.atomic():
            for row in batch:
                run.take(row)
            if dry_run:
                transaction.set_rollback(True)
        if dry_run:
            run.customers.forget()
    return run.finish()


@dataclass(slots=True)
class _Stored:
    """What storing one row did; counted only once its savepoint is released."""

    account: str = ""
    account_is_new: bool = False
    contact: str = ""
    contact_is_new: bool = False
    owner: str = ""
    owner_changed: bool = False
    opted_out: int = 0
    stops_account: bool = False
    remarks: list[Problem] = field(default_factory=list)


class _Run:
    """One import under way."""

    def __init__(self, rows: CustomerFile, filename: str, dry_run: bool, now: datetime) -> None:
        self.rows, self.now = rows, now
        self.customers = Customers(now)
        self.staff = _Staff()
        # By external id or address, since a dry run gives a row of this batch another key than it had in the last one.
        self.accounts: dict[str, bool] = {}  # whether it was new
        self.contacts: dict[str, bool] = {}
        self.owners: dict[str, str] = {}
        self.stopped: set[str] = set()  # accounts none of whose people may be mailed
        table = rows.table
        self.result = AccountsImport(
            filename, table.encoding.name, table.delimiter, rows.mapping, dry_run, rows.ignored
        )
        self.result.warnings += [Problem(1, "", "", warning) for warning in table.warnings]

    def batches(self) -> Iterator[list[CustomerRow | Blank | Problem]]:
        """Yield the rows of the file, as many at a time as go into one transaction."""
        rows = self.rows.rows()
        while batch := list(islice(rows, BATCH)):
            yield batch

    def take(self, row: CustomerRow | Blank | Problem) -> None:
        """Store a row, or count why not."""
        self.result.read += 1
        match row:
            case Blank():
                self.result.blank += 1
            case Problem():
                self._reject(row)
            case CustomerRow():
                try:
                    with transaction.atomic():
                        stored = self._store(row)
                except ContactRefused as refused:
                    self.customers.forget()  # what this row added has gone again
                    self._reject(self._problem(row, _FIELDS.get(refused.field, refused.field), refused.message))
                else:
                    self._count(row, stored)

    def finish(self) -> AccountsImport:
        """Return the report, its totals drawn up."""
        result = self.result
        result.accounts_created = sum(self.accounts.values())
        result.accounts_updated = len(self.accounts) - result.accounts_created
        result.contacts_created = sum(self.contacts.values())
        result.contacts_updated = len(self.contacts) - result.contacts_created
        return result

    def _store(self, row: CustomerRow) -> _Stored:
        stored = _Stored()
        account = self.customers.account(external_id=row.account_id, name=row.account)
        if account is not None:
            stored.account, stored.account_is_new = account.external_id, account.pk in self.customers.added
            contacts.upsert_account(
                external_id=account.external_id,
                name=row.account or None,
                segment=row.segment or None,
                country=row.country or None,
                annual_value=row.annual_value,
                currency=row.currency or None,
                now=self.now,
            )
        if row.owner:
            self._set_owner(row, account, stored)
        if row.names_a_person:
            contact, stored.contact_is_new = contacts.upsert_contact(
                external_id=row.contact_id or None,
                account=account,
                name=row.contact_name or None,
                email=row.email or None,
                phone=row.phone or None,
                title=row.title or None,
                is_decision_maker=row.is_decision_maker,
                language=row.language or None,
                time_zone=row.time_zone or None,
                now=self.now,
            )
            stored.contact = contact.external_id or f"{contact.email.casefold()} {stored.account}"
            if row.no_mailings or stored.account in self.stopped:
                stored.opted_out += self._opt_out(contact)
        elif row.no_mailings and account is not None:
            stored.stops_account = True
            stored.opted_out += sum(self._opt_out(contact) for contact in Contact.objects.filter(account=account))
        return stored

    def _set_owner(self, row: CustomerRow, account: Account | None, stored: _Stored) -> None:
        try:
            user = self.staff.find(row.owner)
        except NobodyFound as nobody:
            stored.remarks.append(self._problem(row, "owner", str(nobody)))
            return
        if account is None:
            stored.remarks.append(self._problem(row, "owner", _("This row names no company to look after.")))
            return
        earlier = self.owners.get(account.external_id)
        if earlier is not None and earlier != user.email:
            message = _("An earlier row gave this company to %s; this row stands.") % earlier
            stored.remarks.append(self._problem(row, "owner", message))
        stored.owner = user.email
        stored.owner_changed = assignment.set_account_owner(account, user, now=self.now)

    def _opt_out(self, contact: Contact) -> bool:
        """Stop all survey mail to a contact. Returns whether that is new."""
        is_new = contact.opted_out_at is None
        if is_new:
            contacts.opt_out(contact, now=self.now, reason="import")
        return is_new

    def _count(self, row: CustomerRow, stored: _Stored) -> None:
        self.result.accepted += 1
        self.result.owners_set += stored.owner_changed
        self.result.opted_out += stored.opted_out
        self.result.warnings += [*row.remarks, *stored.remarks]
        if stored.account:
            self.accounts.setdefault(stored.account, stored.account_is_new)
            if stored.owner:
                self.owners[stored.account] = stored.owner
            if stored.stops_account:
                self.stopped.add(stored.account)
        if stored.contact:
            self.contacts.setdefault(stored.contact, stored.contact_is_new)

    def _reject(self, problem: Problem) -> None:
        self.result.rejected += 1
        self.result.errors.append(problem)

    def _problem(self, row: CustomerRow, name: str, message: str) -> Problem:
        return self.rows.problem(row.line, name, str(getattr(row, name, "") or ""), message)


class NobodyFound(LookupError):
    """No colleague answers to what the file says."""


class _Staff:
    """Finds the colleague a file means, each only once."""

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
