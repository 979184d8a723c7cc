"""Put the answers of a survey tool's export into Loop: `manage.py import_responses FILE --survey KEY`."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any, BinaryIO

from django.core.management.base import CommandError
from django.utils import timezone

from feedback.importing.dates import Order
from feedback.models import Survey
from loop.management.file_import import FileImportCommand, columns_line, problem_lines, written_in
from loop.responses_import import FollowUp, ResponsesImport, import_responses


class Command(FileImportCommand[ResponsesImport]):
    help = "Import answers from a CSV or XLSX export. Running the same file again adds nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--survey", metavar="KEY", default="relational", help="default: relational")
        parser.add_argument("--dates", choices=list(Order), help="which number of 11/1/2026 comes first")
        parser.add_argument(
            "--follow-up",
            choices=list(FollowUp),
            default=FollowUp.AS_NEW,
            help="new: as if they came in now; quiet: cases nobody is told of; none: they count, and that is all",
        )
        parser.add_argument("--all-or-nothing", action="store_true", help="write nothing when any row is rejected")

    def take(self, file: BinaryIO, said: dict[str, str], options: dict[str, Any]) -> ResponsesImport:
        return import_responses(
            file,
            survey=_survey(options["survey"]),
            said=said,
            order=Order(options["dates"]) if options["dates"] else None,
            written=written_in(options),
            follow_up=FollowUp(options["follow_up"]),
            dry_run=options["dry_run"],
            all_or_nothing=options["all_or_nothing"],
            now=timezone.now(),
        )

    def tell(self, report: ResponsesImport) -> list[str]:
        nps = report.nps
        lines = ["Dry run: nothing was written."] if report.dry_run else []
        lines += [
            f"{report.read} rows read: {report.accepted} accepted, {report.duplicate} duplicate, "
            f"{report.rejected} rejected, {report.blank} blank. "
            f"{report.cases_opened} cases {'would open' if report.dry_run else 'opened'}.",
            columns_line(report.mapping),
        ]
        if nps.nps is not None:
            lines.append(
                f"NPS {nps.nps:+.2f}: {nps.promoter} promoters, {nps.passive} passives, {nps.detractor} detractors."
            )
        return [*lines, *(f"Please check: {warning}" for warning in report.warnings), *problem_lines(report.errors)]

    def raise_if_failed(self, report: ResponsesImport) -> None:
        if report.refused:
            raise CommandError(f"Nothing was imported: all or nothing, and {len(report.errors)} rows have faults.")


def _survey(key: str) -> Survey:
    survey = Survey.objects.filter(key=key).first()
    if survey is None:
        known = ", ".join(Survey.objects.order_by("key").values_list("key", flat=True))
        raise CommandError(f"There is no survey “{key}”. Surveys are: {known}.")
    return survey
