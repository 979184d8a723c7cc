"""Which figures should somebody look at before they are believed? Counts of what may be quite all right.

Every line leads to its rows, and says nothing about anybody's intentions: an address changes because people move, two
notes are alike because two calls were. The rows are what to read, not the number.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, DurationField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet
from django.db.models.functions import Length
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from feedback.models import Contact, WaveMember
from loop.access import visible_contacts
from loop.models import Case, ContactAttempt, Resolution, User
from loop.models.case_query import CaseQuerySet
from loop.reporting.case_figures import case_columns_of
from loop.reporting.filters import ReportFilters
from loop.reporting.scope import cases_of

#: So soon before a wave is drawn a change of who can be asked is worth a look.
JUST_BEFORE = timedelta(days=14)
#: So soon nobody has called, listened and resolved.
AT_ONCE = timedelta(minutes=1)
#: Notes shorter than this are alike by chance: "No answer."
LONG_ENOUGH = 25
ROWS_SHOWN = 50
MOST_NOTES = 200


@dataclass(frozen=True)
class Line:
    """One thing to look at: how many rows there are, of how many, and which."""

    key: str
    name: Promise | str
    hint: Promise | str
    count: int
    of: int
    rows: tuple[Any, ...]
    about: str  # "case" or "contact"

    def as_dict(self) -> dict[str, object]:
        return {
            "key": self.key,
            "name": str(self.name),
            "count": self.count,
            "of": self.of,
            "about": self.about,
            "ids": [row.pk for row in self.rows],
        }


@dataclass(frozen=True)
class IntegrityReport:
    filters: ReportFilters
    lines: tuple[Line, ...]

    def as_dict(self) -> dict[str, object]:
        return {"filters": self.filters.as_dict(), "lines": [line.as_dict() for line in self.lines]}


def integrity_report(reader: User | None, filters: ReportFilters, now: datetime) -> IntegrityReport:
    """What is worth a look among the cases and contacts `reader` may see."""
    total = len(case_columns_of(reader, filters))
    people = _contacts_of(reader).filter(Exists(_sampled(filters))).count()
    return IntegrityReport(filters, tuple(_line(key, rows_of(key, reader, filters), total, people) for key in NAMES))


def rows_of(key: str, reader: User | None, filters: ReportFilters) -> CaseQuerySet | QuerySet[Contact]:
    """The cases or contacts one of `NAMES` counts, as far as `reader` may see them."""
    if key in ABOUT_CONTACTS:
        return _contacts_of(reader).filter(ABOUT_CONTACTS[key](filters))
    cases = cases_of(reader, filters)
    return cases.filter(ABOUT_CASES[key](cases))


def _contacts_of(reader: User | None) -> QuerySet[Contact]:
    return Contact.objects.all() if reader is None else visible_contacts(reader)


NAMES: dict[str, tuple[Promise | str, Promise | str]] = {
    "contacted_without_attempt": (
        _("Contacted, with no attempt logged"),
        _("An agreed call that was held, or a case taken over from elsewhere, looks like this too."),
    ),
    "resolved_at_once": (
        _("From new to resolved within a minute"),
        _("Work that was done first and noted afterwards looks like this too."),
    ),
    "same_notes": (
        _("Notes that are word for word the same"),
        _("One call about several cases looks like this too."),
    ),
    "opted_out_before": (
        _("Opted out in the two weeks before a wave was drawn"),
        _("People leave, and ask not to be asked, at any time."),
    ),
    "address_changed_before": (
        _("Address changed in the two weeks before a wave was drawn"),
        _("People change their employer and their name, at any time."),
    ),
}


def _line(key: str, found: CaseQuerySet | QuerySet[Contact], cases: int, people: int) -> Line:
    count = found.count()
    if not count:  # to look for the latest of none takes longest
        return Line(key, *NAMES[key], 0, people if key in ABOUT_CONTACTS else cases, (), _about(key))
    if isinstance(found, CaseQuerySet):
        # Their numbers first: whole cases of years are not sorted to show fifty.
        shown = list(found.order_by("-opened_at", "-pk").values_list("pk", flat=True)[:ROWS_SHOWN])
        cased = Case.objects.filter(pk__in=shown).select_related("contact", "account", "owner", "response")
        rows = tuple(cased.order_by("-opened_at", "-pk"))
        return Line(key, *NAMES[key], count, cases, rows, _about(key))
    contacts = found.select_related("account").order_by("pk")
    return Line(key, *NAMES[key], count, people, tuple(contacts[:ROWS_SHOWN]), _about(key))


def _about(key: str) -> str:
    return "contact" if key in ABOUT_CONTACTS else "case"


def without_attempt() -> Q:
    """Cases that count as contacted though nobody logged that the customer was reached."""
    reached = ContactAttempt.objects.filter(case=OuterRef("pk"), reached=True)
    return Q(contacted_at__isnull=False) & ~Q(Exists(reached))


def resolved_at_once() -> Q:
    """Cases contacted for the first time and solved within a minute."""
    return Q(resolution=Resolution.SOLVED, reopened_count=0, closed_at__lte=F("contacted_at") + AT_ONCE)


def same_notes(cases: CaseQuerySet) -> Q:
    """Cases with a note of some length that somebody also wrote about another customer."""
    notes = ContactAttempt.objects.filter(case__in=cases.values("pk"))
    notes = notes.annotate(length=Length("note")).filter(length__gte=LONG_ENOUGH).order_by()
    alike = notes.values("actor", "note").annotate(n=Count("case__account", distinct=True)).filter(n__gt=1)
    same = Q(pk__in=[])
    for actor, note in alike.values_list("actor", "note")[:MOST_NOTES]:
        same |= Q(actor=actor, note=note)
    return Q(pk__in=notes.filter(same).values("case"))


def _sampled(filters: ReportFilters) -> QuerySet[WaveMember]:
    return WaveMember.objects.filter(
        contact=OuterRef("pk"), wave__created_at__gte=filters.begins_at, wave__created_at__lt=filters.ends_at
    )


def opted_out_before(filters: ReportFilters) -> Q:
    """Contacts who opted out shortly before a wave they would have been drawn for."""
    return Q(opted_out_at__isnull=False, erased_at=None) & Q(Exists(_sampled_after(filters, "opted_out_at")))


def address_changed_before(filters: ReportFilters) -> Q:
    """Contacts whose address became another one, or none, shortly before a wave they would have been drawn for."""
    return Q(address_changed_at__isnull=False, erased_at=None) & Q(
        Exists(_sampled_after(filters, "address_changed_at"))
    )


def _sampled_after(filters: ReportFilters, moment: str) -> QuerySet[WaveMember]:
    """Waves decided about within two weeks after a time of the contact's row."""
    after = ExpressionWrapper(F("wave__created_at") - OuterRef(moment), output_field=DurationField())
    return _sampled(filters).annotate(after=after).filter(after__gte=timedelta(0), after__lte=JUST_BEFORE)


#: What each line counts: of cases by those it is looked for among, of contacts by the filters.
ABOUT_CASES: dict[str, Callable[[CaseQuerySet], Q]] = {
    "contacted_without_attempt": lambda cases: without_attempt(),
    "resolved_at_once": lambda cases: resolved_at_once(),
    "same_notes": same_notes,
}
ABOUT_CONTACTS: dict[str, Callable[[ReportFilters], Q]] = {
    "opted_out_before": opted_out_before,
    "address_changed_before": address_changed_before,
}
