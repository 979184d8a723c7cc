"""What does a row of a CRM's export say about a company, the people at it and who of us looks after it?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.translation import gettext as _

from feedback import codes
from feedback.importing import UnusableFile
from feedback.importing.amounts import NotAnAmount, parse_amount
from feedback.importing.cells import LOST_LETTER
from feedback.importing.columns import Said, Unclear, named_outright, take_as_said
from feedback.importing.crm_vocabulary import (
    COMPANY_FIELDS,
    COUNTRIES,
    CUSTOMER_NAMES,
    DECIDES,
    JUST_A_NAME,
    JUST_AN_ID,
    NO,
    PERSON_FIELDS,
    YES,
)
from feedback.importing.headers import Column
from feedback.importing.records import EXCERPT, Record
from feedback.importing.rows import Blank, Problem
from feedback.importing.scores import is_blank
from feedback.importing.table import Table, open_table

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,6})?")


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """A row that can be stored; empty where it says nothing. `remarks` are values that were left out, and why."""

    line: int
    account_id: str
    account: str
    owner: str
    segment: str
    country: str
    annual_value: Decimal | None
    currency: str
    contact_id: str
    contact_name: str
    email: str
    phone: str
    title: str
    is_decision_maker: bool | None
    language: str
    time_zone: str
    no_mailings: bool
    remarks: tuple[Problem, ...]
    of_account: Mapping[str, Any] = field(default_factory=dict)  # what only a file of ours says: see `own_customers`
    of_contact: Mapping[str, Any] = field(default_factory=dict)

    @property
    def names_a_person(self) -> bool:
        """Whether the row says who at the company is meant, by what can be found again."""
        return bool(self.contact_id or self.email)


@dataclass(slots=True)
class CustomerFile:
    """A CRM's export, understood and ready to be read row by row."""

    table: Table
    columns: Mapping[str, Column]
    _remarks: list[Problem] = field(default_factory=list)

    @property
    def mapping(self) -> dict[str, str]:
        """Which column is read as which field, in the order of the file."""
        return {column.name: name for name, column in sorted(self.columns.items(), key=lambda item: item[1].index)}

    @property
    def ignored(self) -> list[str]:
        """The columns nothing is taken from, in the order of the file."""
        taken = {column.index for column in self.columns.values()}
        return [column.name for column in self.table.columns if column.index not in taken and column.name]

    def rows(self) -> Iterator[CustomerRow | Blank | Problem]:
        """Yield what each record below the header is, in the order of the file."""
        for _record, row in self.read():
            yield row

    def read(self) -> Iterator[tuple[Record, CustomerRow | Blank | Problem]]:
        """`rows`, each beside the record it was read from."""
        for record in self.table.records(self._has_address):
            yield record, self._row(record)

    def _has_address(self, cells: list[str]) -> bool:
        """What a person's row looks like; other rows have no cell that could be told from any text."""
        column = self.columns.get("email")
        return column is not None and "@" in cells[column.index]

    def problem(self, line: int, name: str, value: str, message: str) -> Problem:
        """Say what is wrong with a field of a row, by the name its column has in the file."""
        column = self.columns.get(name)
        return Problem(line, column.name if column else "", value[:EXCERPT], message)

    def _row(self, record: Record) -> CustomerRow | Blank | Problem:
        width, cells = len(self.table.columns), record.cells
        if record.fault:
            return Problem(record.line, "", record.excerpt, record.fault)
        if len(cells) != width and (len(cells) < width or any(cell.strip() for cell in cells[width:])):
            message = _("This row has %d columns, the header has %d.") % (len(cells), width)
            return Problem(record.line, "", "".join(cells[:1])[:EXCERPT], message)
        said = {name: self._cell(cells, name) for name in CUSTOMER_NAMES}
        if not any(said.values()):
            return Blank(record.line)
        for name in ("account_id", "account", "contact_id", "email", "owner"):
            if LOST_LETTER in said[name]:
                return self.problem(record.line, name, said[name], _("A letter of this value is lost."))
        self._remarks = []
        person = said["contact_name"] or " ".join(filter(None, (said["first_name"], said["last_name"])))
        value, currency = self._amount(record.line, said)
        if person and not (said["contact_id"] or said["email"]):
            missing = _("Without e-mail or id this person cannot be kept; the company was.")
            self._leave_out(record.line, "contact_name", person, missing)
        return CustomerRow(
            line=record.line,
            account_id=said["account_id"],
            account=said["account"],
            owner=said["owner"],
            segment=said["segment"],
            country=self._country(record.line, said["country"]),
            annual_value=value,
            currency=currency,
            contact_id=said["contact_id"],
            contact_name=person,
            email=said["email"],
            phone=said["phone"],
            title=said["title"],
            is_decision_maker=self._decides(record.line, said["is_decision_maker"]),
            language=self._language(record.line, said["language"]),
            time_zone=self._time_zone(record.line, said["time_zone"]),
            no_mailings=any(said[name] and said[name].casefold() not in NO for name in ("no_mailings", "stop")),
            remarks=tuple(self._remarks),
        )

    def _cell(self, cells: list[str], name: str) -> str:
        column = self.columns.get(name)
        if column is None or is_blank(cells[column.index]):
            return ""
        return " ".join(cells[column.index].split())

    def _leave_out(self, line: int, name: str, value: str, message: str) -> None:
        self._remarks.append(self.problem(line, name, value, message))

    def _amount(self, line: int, said: Mapping[str, str]) -> tuple[Decimal | None, str]:
        value, beside = None, ""
        if said["annual_value"]:
            try:
                value, beside = parse_amount(said["annual_value"])
            except NotAnAmount as error:
                self._leave_out(line, "annual_value", said["annual_value"], str(error))
        currency = said["currency"].upper()
        if value is not None and value < 0:
            self._leave_out(line, "annual_value", said["annual_value"], _("A value must not be negative."))
            value = None
        if currency and not codes.is_currency(currency):
            self._leave_out(line, "currency", said["currency"], _("Not a three-letter currency code such as SEK."))
            currency = ""
        return value, currency or beside

    def _country(self, line: int, text: str) -> str:
        if codes.is_country(text):
            return text.upper()
        code = COUNTRIES.get(text.casefold(), "")
        if text and not code:
            self._leave_out(line, "country", text, _("Not a country we know; write its two-letter code, such as SE."))
        return code

    def _language(self, line: int, text: str) -> str:
        if text and not (_LANGUAGE.fullmatch(text) and codes.is_language(text)):
            self._leave_out(line, "language", text, _("Not a language code such as sv."))
            return ""
        return text.replace("_", "-").lower()

    def _decides(self, line: int, text: str) -> bool | None:
        """Whether somebody decides; None where the cell says nothing, so that what is known stays."""
        if text.casefold() in YES | DECIDES:
            return True
        if text.casefold() in NO:
            return False
        if text:
            self._leave_out(line, "is_decision_maker", text, _("Write yes or no."))
        return None

    def _time_zone(self, line: int, text: str) -> str:
        if not text:
            return ""
        try:
            return ZoneInfo(text).key
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self._leave_out(line, "time_zone", text, _("Not a time zone such as Europe/Helsinki."))
            return ""


def read_customers(file: BinaryIO, *, said: Said) -> CustomerFile:
    """Understand a CRM's export, CSV or XLSX.

    Args:
        file: binary and seekable.
        said: what a person decided about columns; see `columns.take_as_said`.

    Raises:
        UnusableFile: the file cannot be read, or no column names a company or a person.
        Unclear: it is not clear whether a column is about the company or the person.
    """
    return understand(open_table(file), said=said)


def understand(table: Table, *, said: Said) -> CustomerFile:
    """`read_customers` for a table that is open already."""
    columns = _recognise(table, said)
    if not columns.keys() & {"account", "account_id", "contact_id", "email"}:
        raise UnusableFile(
            _("No column names a company or a person. The columns are: %s.")
            % ", ".join(f"“{column.name}”" for column in table.columns[:12])
        )
    return CustomerFile(table, columns)


def _recognise(table: Table, said: Said) -> dict[str, Column]:
    found, free = take_as_said(table.columns, said, tuple(CUSTOMER_NAMES))
    try:
        return _by_their_names(table, found, free)
    except Unclear as unclear:
        unclear.found = found
        raise


def _by_their_names(table: Table, found: dict[str, Column], free: list[Column]) -> dict[str, Column]:
    for name, names in CUSTOMER_NAMES.items():
        column = None if name in found else named_outright(names, name, free)
        if column is not None:
            found[name] = column
    free = [column for column in free if column not in found.values()]
    has_person, unclear = bool(found.keys() & PERSON_FIELDS), None
    just_a_name = named_outright(JUST_A_NAME, "account", free)
    if just_a_name is not None and "account" in found:
        found.setdefault("contact_name", just_a_name)
    elif just_a_name is not None:
        if has_person and "contact_name" not in found and not {"first_name", "last_name"} <= found.keys():
            message = _("“%s” may be the name of the company or of the person.") % just_a_name.name
            unclear = Unclear("account", [just_a_name], message)
        else:
            found["account"] = just_a_name
    number = named_outright(JUST_AN_ID, "account_id", free)
    if number is not None:
        about = "contact_id" if has_person and _numbers_people(table, number, found) else "account_id"
        found.setdefault(about, number)
    if unclear is not None:
        raise unclear
    return found


def _numbers_people(table: Table, number: Column, found: Mapping[str, Column]) -> bool:
    """Whether an id beside a person is the person's: one company has several, or no column is about the company."""
    if "account_id" in found:
        return True
    if "account" not in found or not found.keys() & COMPANY_FIELDS:
        return True
    first: dict[str, str] = {}
    for record in table.records():
        if len(record.cells) == len(table.columns):
            company, value = record.cells[found["account"].index].strip(), record.cells[number.index].strip()
            if company and value and first.setdefault(company, value) != value:
                return True
    return False
