"""Which companies and people does a file hold that Loop gave out itself? With all that is known of them."""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from feedback.importing import own_files
from feedback.importing.columns import Said
from feedback.importing.customer_rows import CustomerFile, CustomerRow, understand
from feedback.importing.dates import UnreadableDate
from feedback.importing.headers import Tool
from feedback.importing.records import Record
from feedback.importing.rows import Blank, Problem
from feedback.importing.table import open_table
from feedback.importing.written import AS_RECOGNISED, Written


def read_any_customers(file: BinaryIO, *, said: Said, written: Written = AS_RECOGNISED) -> CustomerFile:
    """Understand a file of customers, of ours or of a CRM; see `customer_rows.read_customers`."""
    table = open_table(file, written)
    if table.tool is Tool.LOOP and not said and tuple(one.name for one in table.columns) == own_files.CUSTOMERS:
        return OwnCustomerFile(table, {column.name: column for column in table.columns})
    return understand(table, said=said)


class OwnCustomerFile(CustomerFile):
    """A file of customers that Loop gave out: an empty cell is empty, and every other is meant as it stands."""

    def _row(self, record: Record) -> CustomerRow | Blank | Problem:
        if record.fault:
            return Problem(record.line, "", record.excerpt, record.fault)
        if len(record.cells) != len(own_files.CUSTOMERS):
            message = _("This row has %d columns, the header has %d.") % (len(record.cells), len(own_files.CUSTOMERS))
            return self.problem(record.line, "", "".join(record.cells[:1]), message)
        cells = own_files.values(record.cells, own_files.CUSTOMERS)
        if not any(cells.values()):
            return Blank(record.line)
        name = ""
        try:
            name = "annual_value"
            value = Decimal(cells[name]) if cells[name] else None
            name = "last_activity_at"
            seen_at = own_files.instant(cells[name])
            name = "account_attributes"
            of_account = _attributes(cells[name])
            name = "contact_attributes"
            of_contact = _attributes(cells[name])
        except (InvalidOperation, UnreadableDate, ValueError):
            message = _("Not what Loop writes here; somebody has changed the file.")
            return self.problem(record.line, name, cells[name], message)
        return CustomerRow(
            line=record.line,
            **{name: cells[name] for name in _AS_THEY_STAND},
            annual_value=value,
            is_decision_maker=cells["is_decision_maker"] == "1" if cells["is_decision_maker"] else None,
            no_mailings=cells["no_mailings"] == "1",
            remarks=(),
            of_account={"size": cells["size"], "attributes": of_account},
            of_contact={"last_activity_at": seen_at, "attributes": of_contact},
        )


_AS_THEY_STAND = (
    "account_id", "account", "owner", "segment", "country", "currency", "contact_id", "contact_name", "email", "phone",
    "title", "language", "time_zone",
)  # fmt: skip


def _attributes(cell: str) -> dict[str, Any]:
    told = json.loads(cell) if cell else {}
    if not isinstance(told, dict):
        raise ValueError
    return told
