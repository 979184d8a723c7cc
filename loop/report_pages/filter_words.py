"""Which filters does a report have, in words? For paper, files and mails, where no fields are above it."""

from django.utils.translation import gettext as _

from loop.models import Role, User
from loop.reporting.filters import ROWS_BY, ReportFilters
from loop.reporting.scope import sees_all
from loop.templatetags.display import full_day


def in_words(filters: ReportFilters, reader: User) -> list[tuple[str, str]]:
    """Each filter that narrows the report, by the name of its field, and whose figures these are."""
    told = [
        (_("Days"), f"{full_day(filters.first)} – {full_day(filters.last)}"),
        (_("Kind of survey"), filters.kind_name),
        (_("Survey"), filters.survey.name if filters.survey else ""),
        (_("Touchpoint"), filters.touchpoint),
        (_("Segment"), filters.segment),
        (_("Country"), filters.country),
        (_("Customer"), filters.account.name if filters.account else ""),
        (_("Team"), filters.team.name if filters.team else ""),
        (_("Rows by"), str(ROWS_BY[filters.by])),
    ]
    if not sees_all(reader):
        whose = _("your team's customers") if reader.role == Role.LEAD else _("your customers")
        told.append((_("Figures of"), whose))
    return [(name, value) for name, value in told if value]
