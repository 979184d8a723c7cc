"""Put a CRM's companies, people and account managers into Loop: `manage.py import_accounts FILE`."""

from __future__ import annotations

from pathlib import Path
from typing import Any, BinaryIO

from django.utils import timezone

from loop.accounts_import import AccountsImport, import_accounts
from loop.management.file_import import FileImportCommand, columns_line, problem_lines, written_in


class Command(FileImportCommand[AccountsImport]):
    help = "Import accounts, contacts and owners from a CRM's CSV or XLSX export. Running it again updates them."

    def take(self, file: BinaryIO, said: dict[str, str], options: dict[str, Any]) -> AccountsImport:
        filename = Path(options["file"]).name
        return import_accounts(
            file,
            filename=filename,
            said=said,
            written=written_in(options),
            dry_run=options["dry_run"],
            now=timezone.now(),
        )

    def tell(self, report: AccountsImport) -> list[str]:
        lines = ["Dry run: nothing was written."] if report.dry_run else []
        lines += [
            f"{report.read} rows read: {report.accepted} accepted, {report.rejected} rejected, {report.blank} blank.",
            f"Accounts: {report.accounts_created} new, {report.accounts_updated} known. "
            f"Contacts: {report.contacts_created} new, {report.contacts_updated} known, {report.opted_out} opted out. "
            f"Owners: {report.owners_set} set.",
            columns_line(report.mapping),
        ]
        if report.ignored:
            lines.append("Not read: " + ", ".join(f"“{column}”" for column in report.ignored) + ".")
        return [*lines, *problem_lines(report.errors), *problem_lines(report.warnings)]
