"""Give out companies, people and owners as `import_accounts` reads them back: `manage.py export_accounts [FILE]`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from feedback.models import Account, Contact
from loop.exports import customers
from loop.management.table_export import TableExportCommand


class Command(TableExportCommand):
    help = "Write all accounts, contacts and owners as CSV. import_accounts reads every one of them back as it was."

    def table(self, options: dict[str, Any]) -> tuple[Sequence[str], Iterable[Sequence[Any]]]:
        return customers.HEAD, customers.rows(Account.objects.all(), Contact.objects.all())
