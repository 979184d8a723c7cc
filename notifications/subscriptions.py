"""Who gets which report by mail, and when does that end? Once a week or month, in the morning where the reader is.

What somebody may see is looked at when the mail is made, never when they subscribed: who has lost sight of what the
filters name, or sees with another role, gets nothing, and the subscription stops and says why.
"""

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from django.conf import settings
from django.core import signing
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from loop import access, deadlines
from loop.models import User
from loop.report_pages import catalogue, filter_words, mail_pictures
from loop.report_pages.catalogue import Report
from loop.report_pages.table import Cell, Table, in_words
from loop.reporting import filters as report_filters
from loop.reporting.filters import FiltersRefused, ReportFilters
from loop.reporting.scope import sees_all
from notifications import digests, kinds, outbox, pictures
from notifications.models import Every, Message, ReportSubscription

logger = logging.getLogger(__name__)

SALT = "notifications.subscriptions"
MOST_ROWS = 40  # of a table in a mail; the page has the rest
#: Reports that are no calculator and have figures of their own.
OFFERED = tuple(report for report in catalogue.ALL if report.name != "planner")
#: Why a subscription stopped by itself, as data; `reason_words` has them in its reader's language.
INACTIVE = "they cannot sign in any more"
OTHER_ROLE = "they see another part of the customers than when they subscribed"
OUT_OF_TEAM = "they are not in that team any more"
OUT_OF_SIGHT = "what the filters name is gone, or out of their sight"


class NotOffered(ValueError):
    """That report, with these filters, cannot be had by mail by this person."""


class HasEnded(ValueError):
    """It comes no more, so it cannot be changed: a new wish is a new one."""


class ComesAlready(ValueError):
    """Another subscription of the same person brings just that."""


def subscribe(user: User, report: str, filters: ReportFilters, every: str, *, now: datetime) -> ReportSubscription:
    """Have a report sent to a person; a wish that stands already is found again.

    Args:
        filters: as on the page; days become so many days up to the mail, the usual twelve months stay those.

    Raises:
        NotOffered: there is no such report by mail, or they are out of that team.
    """
    wish = {"user": user, **_wish(user, report, filters, every, now=now)}
    try:
        with transaction.atomic():
            return ReportSubscription.objects.create(**wish, role=user.role, created_at=now)
    except IntegrityError:
        found = ReportSubscription.objects.get(**wish, stopped_at=None)
        if found.role == user.role:
            return found
        stop(found, reason=OTHER_ROLE, now=now)
        return ReportSubscription.objects.create(**wish, role=user.role, created_at=now)


@transaction.atomic
def change(
    subscription: ReportSubscription, report: str, filters: ReportFilters, every: str, *, now: datetime
) -> ReportSubscription:
    """Have it bring something else, or in another rhythm; what has been sent this week or month is not sent again.

    Raises:
        NotOffered: as for a new one.
        HasEnded: it has stopped.
        ComesAlready: one of the same person's others brings just that.
    """
    one = ReportSubscription.objects.select_for_update(of=("self",)).select_related("user").get(pk=subscription.pk)
    if one.stopped_at is not None:
        raise HasEnded
    wish = {**_wish(one.user, report, filters, every, now=now), "role": one.user.role}
    for name, value in wish.items():
        setattr(one, name, value)
    try:
        with transaction.atomic():
            one.save(update_fields=list(wish))
    except IntegrityError:
        raise ComesAlready from None
    return one


def _wish(user: User, report: str, filters: ReportFilters, every: str, *, now: datetime) -> dict[str, Any]:
    """What is wanted, as it is stored. Raises NotOffered."""
    if report not in {one.name for one in OFFERED} or every not in Every.values or lost_by(user, filters):
        raise NotOffered(report)
    told = {**filters.as_dict(), "by": filters.by.value, "from": "", "to": ""}
    query = QueryDict(mutable=True)
    query.update({name: str(value) for name, value in told.items() if value})
    usual = report_filters.parse(QueryDict(), now=now)
    is_usual = (filters.first, filters.last) == (usual.first, usual.last)
    days = 0 if is_usual else (filters.last - filters.first).days + 1
    return {"report": report, "query": query.urlencode(), "days": days, "every": every}


def stop(subscription: ReportSubscription, *, reason: str = "", now: datetime) -> bool:
    """End it. Returns whether it had not ended before."""
    running = ReportSubscription.objects.filter(pk=subscription.pk, stopped_at=None)
    return bool(running.update(stopped_at=now, stop_reason=reason))


def of(user: User) -> QuerySet[ReportSubscription]:
    """A person's subscriptions, those that run first."""
    return ReportSubscription.objects.filter(user=user).order_by("stopped_at", "-pk")


def lost_by(user: User, filters: ReportFilters) -> str:
    """Why figures within these filters are not for a person; "" where they are."""
    if filters.team is None or sees_all(user):
        return ""
    theirs = access.teams_of(user), access.led_teams(user)
    return "" if any(teams.filter(pk=filters.team.pk).exists() for teams in theirs) else OUT_OF_TEAM


def why_stopped(subscription: ReportSubscription, now: datetime) -> str:
    """Why nothing may be sent any more; "" while it may."""
    user = subscription.user
    if not user.is_active:
        return INACTIVE
    if user.role != subscription.role:
        return OTHER_ROLE
    try:
        return lost_by(user, filters_of(subscription, now))
    except FiltersRefused:
        return OUT_OF_SIGHT


def filters_of(subscription: ReportSubscription, now: datetime) -> ReportFilters:
    """The filters as of now, up to yesterday where the installation is.

    Raises:
        FiltersRefused: what they name is gone, or out of the reader's sight.
    """
    query = QueryDict(subscription.query, mutable=True)
    last = report_filters.parse(QueryDict(), now=now).last - timedelta(days=1)
    query["to"] = last.isoformat()
    if subscription.days:
        query["from"] = (last - timedelta(days=subscription.days - 1)).isoformat()
    return report_filters.parse(query, now=now, reader=subscription.user)


def days_in_words(subscription: ReportSubscription) -> str:
    """Which days a mail is about."""
    if not subscription.days:
        return _("twelve months")
    return ngettext("the last %(n)d day", "the last %(n)d days", subscription.days) % {"n": subscription.days}


def enqueue(*, now: datetime) -> int:
    """Stop what must stop, and put the mails that are due into the outbox. Returns how many are new."""
    office = deadlines.policy().calendar
    made = 0
    for one in ReportSubscription.objects.filter(stopped_at=None).select_related("user").order_by("pk"):
        try:
            if not one.user.is_active or digests.is_first_morning(
                one.user, now, office, monthly=one.every == Every.MONTH
            ):
                made += _settle(one, now)
        except Exception:  # what is wrong with one must not hold up the others
            logger.exception("subscription %s could not be looked at", one.pk)
    return made


@transaction.atomic
def _settle(one: ReportSubscription, now: datetime) -> bool:
    if reason := why_stopped(one, now):
        stop(one, reason=reason, now=now)
        return False
    return _enqueue(one, now)


def _enqueue(one: ReportSubscription, now: datetime) -> bool:
    today = now.astimezone(digests.zone_of(one.user)).date()
    year, week, _day = today.isocalendar()
    turn = f"{today:%Y-%m}" if one.every == Every.MONTH else f"{year}-W{week:02}"
    key = f"report:{one.pk}:{turn}"
    if outbox.is_known(key) or one.user.away_until is not None:
        return False
    return outbox.enqueue(
        key=key, kind=kinds.REPORT.name, to=one.user.email, user=one.user, subscription=one, send_after=now, now=now
    )


def why_not(message: Message, now: datetime) -> str:
    """Why a report is not sent after all; "" when it is."""
    one = message.subscription
    if one is None or one.stopped_at is not None:
        return "the subscription has ended"
    return why_stopped(one, now)


def facts_of(message: Message, now: datetime) -> dict[str, Any]:
    """What the mail tells, as of now.

    Raises:
        LookupError: the message is of no subscription.
    """
    one = message.subscription
    if one is None or message.user is None:
        raise LookupError(f"{message.key} is of no subscription")
    report, user, filters = catalogue.BY_NAME[one.report], one.user, filters_of(one, now)
    figures = report.figures(user, filters, now, {})
    drawn = mail_pictures.drawn(report.name, figures, filters)
    return {
        "report": str(report.title),
        "every": one.every,
        "words": filter_words.in_words(filters, user) if report.has_filters else [],
        "tables": [_told(table) for table in report.tables(figures, filters)],
        "pictures": [pictures.picture(svg, name=name, alt=alt) for name, svg, alt in drawn],
        "report_url": settings.BASE_URL + address_of(report, filters),
        "stop_url": stop_url(one),
        "mine_url": settings.BASE_URL + reverse("my-reports"),
    }


def _told(table: Table) -> dict[str, Any]:
    """A table as lines that any screen is wide enough for: of each row its name, and what is known of it."""
    rows = [
        {"name": in_words(name), "cells": list(_known(table.head[1:], cells))}
        for name, *cells in table.rows[:MOST_ROWS]
    ]
    return {"title": table.title, "rows": rows, "more": len(table.rows) - len(rows), "note": table.note}


def _known(head: Sequence[str], cells: Sequence[Cell]) -> Iterator[str]:
    """The cells that say something, with their heads; both ends of an interval, and a count and its whole, in one."""
    low, high, whole = _("from (95 %)"), _("to (95 %)"), _("Of")
    named = [*zip(head, cells, strict=True), ("", None)]
    passed = False
    for (name, cell), (after, further) in pairwise(named):
        if passed or cell in (None, ""):
            passed = False
        elif (name, after) == (low, high) and further is not None:
            passed = True
            yield _("95 %%: %(low)s to %(high)s") % {"low": in_words(cell), "high": in_words(further)}
        elif after == whole and further is not None:
            passed = True
            told = _("%(count)s of %(n)s") % {"count": in_words(cell), "n": in_words(further)}
            yield told if name in (_("Count"), "") else f"{name} {told}"
        else:
            yield in_words(cell) if name in (_("Value"), _("What it is")) else f"{name} {in_words(cell)}"


def address_of(report: Report, filters: ReportFilters) -> str:
    """The page of a report with these filters."""
    told = {**filters.as_dict(), "by": filters.by.value}
    query = QueryDict(mutable=True)
    query.update({name: str(value) for name, value in told.items() if value})
    return f"{reverse(report.address)}?{query.urlencode()}" if report.has_filters else reverse(report.address)


def stop_url(one: ReportSubscription) -> str:
    """A link to a page with one button, for this subscription alone. It opens nothing, so it needs no signing in."""
    return settings.BASE_URL + reverse("report-stop-link", args=[signing.dumps(one.pk, salt=SALT)])


def by_token(token: str) -> ReportSubscription | None:
    """Which subscription a link is about; None when it is forged or altered."""
    try:
        number = int(signing.loads(token, salt=SALT))
    except (signing.BadSignature, TypeError, ValueError):
        return None
    return ReportSubscription.objects.filter(pk=number).select_related("user").first()
