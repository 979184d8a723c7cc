"""How do a CRM's companies, people and account managers get into Loop, and stay right when the export comes again?

Rows are matched by external id, else by name or e-mail, and committed chunk by chunk: an import that was interrupted is
simply run again. Somebody who opted out in the CRM is never mailed; an opt-out is never taken back here.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, BinaryIO

from django.db import transaction
from django.utils.translation import gettext as _

from feedback.contacts import ContactRefused, address_hash
from feedback.importing.columns import Said
from feedback.importing.customer_rows import CustomerFile, CustomerRow
from feedback.importing.customers import Customers
from feedback.importing.own_customers import OwnCustomerFile, read_any_customers
from feedback.importing.rows import Blank, Problem
from feedback.importing.written import AS_RECOGNISED, Written
from feedback.models import Account, Contact
from loop import ownership, rows_at_once
from loop.customer_changes import Changes, Meant
from loop.models import User
from loop.staff_in_files import NobodyFound, StaffInFiles

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
    file: BinaryIO,
    *,
    filename: str,
    said: Said | None = None,
    written: Written = AS_RECOGNISED,
    dry_run: bool = False,
    now: datetime,
) -> AccountsImport:
    """Import accounts, contacts and owners from a CRM's export.

    Args:
        file: binary and seekable, CSV or XLSX; the content decides which.
        filename: for the report only.
        said: what a person decided about the columns; see `feedback.importing.columns`.
        written: the file's encoding and delimiter, where a person decided about them.
        dry_run: count what would happen and write nothing.
        now: the present instant, aware.

    Raises:
        UnusableFile: the file as a whole cannot be imported.
    """
    run = CustomersRun(read_any_customers(file, said=said or {}, written=written), filename, dry_run, now)
    for rows in rows_at_once.chunks(run.rows.rows()):
        with transaction.atomic():
            run.take(rows)
            if dry_run:
                transaction.set_rollback(True)
    return run.finish()


@dataclass(slots=True)
class Stored:
    """What storing one row did."""

    row: CustomerRow
    account: str = ""
    account_is_new: bool = False
    company: Account | None = None
    contact: str = ""
    person: Contact | None = None
    contact_is_new: bool = False
    given_to: tuple[Account, User] | None = None
    owner_changed: bool = False
    opted_out: int = 0
    stops_account: bool = False
    remarks: list[Problem] = field(default_factory=list)


Row = CustomerRow | Blank | Problem
Outcome = Stored | Blank | Problem


@dataclass(slots=True)
class _Said:
    """What rows have said that counts for those below them."""

    owners: dict[str, str]  # who looks after an account, by its external id
    stopped: set[str]  # accounts none of whose people may be mailed


class CustomersRun:
    """One import under way: some rows at a time, each time in a transaction of the caller."""

    def __init__(self, rows: CustomerFile, filename: str, dry_run: bool, now: datetime) -> None:
        self.rows, self.now = rows, now
        self.is_ours = isinstance(rows, OwnCustomerFile)
        self.customers = Customers(now, is_exact=self.is_ours)
        self.staff = StaffInFiles()
        # By external id or address, since a dry run gives a row of this chunk another key than it had in the last one.
        self.accounts: dict[str, bool] = {}  # whether it was new
        self.contacts: dict[str, bool] = {}
        self.said = _Said({}, set())
        table = rows.table
        self.result = AccountsImport(
            filename, table.encoding.name, table.delimiter, rows.mapping, dry_run, rows.ignored
        )
        self.changes = Changes()  # of a dry run
        self.result.warnings += [Problem(1, "", "", warning) for warning in table.warnings]

    def take(self, rows: list[Row]) -> list[Outcome]:
        """Store these rows, count what became of each, and return it in their order."""
        told: list[Outcome] = []
        for outcomes in rows_at_once.by_halves(rows, self._store, self._fault):
            for outcome in outcomes:
                self.result.read += 1
                match outcome:
                    case Blank():
                        self.result.blank += 1
                    case Problem():
                        self.result.rejected += 1
                        self.result.errors.append(outcome)
                    case Stored():
                        self._count(outcome)
            told += outcomes
        return told

    def finish(self) -> AccountsImport:
        """Return the report, its totals drawn up."""
        result = self.result
        result.accounts_created = sum(self.accounts.values())
        result.accounts_updated = len(self.accounts) - result.accounts_created
        result.contacts_created = sum(self.contacts.values())
        result.contacts_updated = len(self.contacts) - result.contacts_created
        return result

    def _store(self, rows: list[Row]) -> list[Outcome]:
        """Store rows together, or raise what keeps them from it."""
        said = _Said({**self.said.owners}, {*self.said.stopped})
        told = [row for row in rows if isinstance(row, CustomerRow)]
        self.customers.begin()
        self.customers.look_up_accounts((row.account_id, row.account) for row in told)
        addresses = {address_hash(row.email) for row in told if row.email}
        self.customers.gathered.look_up(people={row.contact_id for row in told}, addresses=addresses)
        outcomes = [self._gather(row, said) if isinstance(row, CustomerRow) else row for row in rows]
        if self.result.dry_run:
            self.changes.note(
                map(_meant, (one for one in outcomes if isinstance(one, Stored))), self.customers.gathered
            )
        self.customers.store()
        given = [one for one in outcomes if isinstance(one, Stored) and one.given_to is not None]
        changes = ownership.set_account_owners([one.given_to for one in given if one.given_to], now=self.now)
        for one, changed in zip(given, changes, strict=True):
            one.owner_changed = changed
        if not self.result.dry_run:
            self.customers.keep()
        self.said = said
        return outcomes

    def _gather(self, row: CustomerRow, said: _Said) -> Stored | Problem:
        """Tell what a row says, all of it or nothing."""
        stored = Stored(row)
        try:
            with self.customers.gathered.whole():
                account = self._account(row, stored)
                if row.names_a_person:
                    self._contact(row, account, stored, said)
                elif row.no_mailings and account is not None and not self.is_ours:
                    stored.stops_account = True
                    people = self.customers.gathered.people_of(account)
                    stored.opted_out += sum(map(self.customers.gathered.opt_out, people))
        except ContactRefused as refused:
            return self._problem(row, _FIELDS.get(refused.field, refused.field), refused.message)
        if row.owner:
            self._owner(row, account, stored, said)
        if stored.stops_account:
            said.stopped.add(stored.account)
        return stored

    def _account(self, row: CustomerRow, stored: Stored) -> Account | None:
        account = self.customers.account(external_id=row.account_id, name=row.account)
        if account is not None:
            stored.company = account
            stored.account, stored.account_is_new = account.external_id, account.pk is None
            self.customers.gathered.upsert_account(
                external_id=account.external_id,
                name=row.account or None,
                segment=row.segment or None,
                country=row.country or None,
                annual_value=row.annual_value,
                currency=row.currency or None,
                **row.of_account,
            )
        return account

    def _contact(self, row: CustomerRow, account: Account | None, stored: Stored, said: _Said) -> None:
        contact, stored.contact_is_new = self.customers.gathered.upsert_contact(
            external_id=row.contact_id or None,
            account=account,
            name=row.contact_name or None,
            email=row.email or None,
            phone=row.phone or None,
            title=row.title or None,
            is_decision_maker=row.is_decision_maker,
            language=row.language or None,
            time_zone=row.time_zone or None,
            is_exact=self.is_ours,
            **row.of_contact,
        )
        stored.person = contact
        stored.contact = contact.external_id or f"{contact.email.casefold()} {stored.account}"
        if row.no_mailings or stored.account in said.stopped:
            stored.opted_out += self.customers.gathered.opt_out(contact)

    def _owner(self, row: CustomerRow, account: Account | None, stored: Stored, said: _Said) -> None:
        try:
            user = self.staff.find(row.owner)
        except NobodyFound as nobody:
            stored.remarks.append(self._problem(row, "owner", str(nobody)))
            return
        if account is None:
            stored.remarks.append(self._problem(row, "owner", _("This row names no company to look after.")))
            return
        earlier = said.owners.get(account.external_id)
        if earlier is not None and earlier != user.email:
            message = _("An earlier row gave this company to %s; this row stands.") % earlier
            stored.remarks.append(self._problem(row, "owner", message))
        said.owners[account.external_id] = user.email
        stored.given_to = account, user

    def _count(self, stored: Stored) -> None:
        self.result.accepted += 1
        self.result.owners_set += stored.owner_changed
        self.result.opted_out += stored.opted_out
        self.result.warnings += [*stored.row.remarks, *stored.remarks]
        if stored.account:
            self.accounts.setdefault(stored.account, stored.account_is_new)
        if stored.contact:
            self.contacts.setdefault(stored.contact, stored.contact_is_new)

    def _fault(self, row: Row) -> Problem:
        return Problem(row.line, "", "", rows_at_once.our_fault())

    def _problem(self, row: CustomerRow, name: str, message: str) -> Problem:
        return self.rows.problem(row.line, name, str(getattr(row, name, "") or ""), message)


def _meant(stored: Stored) -> Meant:
    return Meant(
        line=stored.row.line,
        account=stored.company,
        account_is_new=stored.account_is_new,
        contact=stored.person,
        contact_is_new=stored.contact_is_new,
        owner=stored.given_to[1] if stored.given_to else None,
        opts_out=stored.opted_out > 0,
    )
