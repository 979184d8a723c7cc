"""Who are our customers, and how does each of them stand? The customers list and the page of one account."""

from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from feedback.models import Account, Contact, Response, Wave, WaveMember
from loop import access, account_figures, favours, list_file, search
from loop.exports import accounts as accounts_table
from loop.exports import customers as customers_table
from loop.models import Promise, User
from loop.views.session import reader, signed_in

PAGE_SIZE = 50
LAST_PAGE = 1000
CONTACTS_SHOWN = 50
CASES_SHOWN = 50
WAVES_SHOWN = 3
SCORES_SHOWN = 8
ANSWERS_SHOWN = 30
FAVOURS_SHOWN = 20

# What the list may be sorted by; the number makes the order the same every time.
ORDERS = {
    "name": (_("Name"), ("name", "pk")),
    "value": (_("Value"), ("-value_or_nothing", "pk")),
    "cases": (_("Open cases"), ("-open_cases", "name", "pk")),
}


@require_safe
@signed_in
def accounts(request: HttpRequest) -> HttpResponse:
    """The accounts the reader may see, by name, value or open cases; searched by name, number or owner."""
    user = reader(request)
    q, order = _asked(request)
    page = _page_number(request.GET.get("page", ""))
    start = (page - 1) * PAGE_SIZE
    rows = list(_found(user, q, order)[start : start + PAGE_SIZE + 1])
    return render(
        request,
        "loop/accounts/accounts.html",
        {
            "accounts": rows[:PAGE_SIZE],
            "q": q,
            "order": order,
            "orders": [(key, name) for key, (name, _fields) in ORDERS.items()],
            "page": page,
            "has_next": len(rows) > PAGE_SIZE and page < LAST_PAGE,
            "may_manage": access.may_manage(user),
        },
    )


@require_safe
@signed_in
def export(request: HttpRequest, what: str, kind: str = "csv") -> HttpResponseBase:
    """All that the list shows with its search, on whichever page: the companies, or with their people as well.

    The latter is, as CSV, what `manage.py import_accounts` reads back.
    """
    user = reader(request)
    found = _found(user, *_asked(request))
    name = f"{what}-{timezone.localdate().isoformat()}"
    if what == "accounts":
        return list_file.answer(name, accounts_table.HEAD, accounts_table.rows(found), kind=kind)
    people, those = access.visible_contacts(user), found.order_by().values("pk")
    at_no_company = Q(account=None) if not _asked(request)[0] else Q(pk__in=[])
    wanted = customers_table.rows(
        Account.objects.filter(pk__in=those), people.filter(Q(account__in=those) | at_no_company)
    )
    return list_file.answer(name, customers_table.HEAD, wanted, kind=kind)


def _asked(request: HttpRequest) -> tuple[str, str]:
    """What the list is searched for, and its order."""
    order = request.GET.get("order", "")
    return request.GET.get("q", "").replace("\x00", "").strip()[:200], order if order in ORDERS else "name"


def _found(user: User, q: str, order: str) -> QuerySet[Account]:
    found = account_figures.with_figures(access.visible_accounts(user), access.visible_cases(user))
    if q:
        found = found.filter(
            search.containing(q, "name", "external_id", "ownership__user__name", "ownership__user__email")
        )
    return found.order_by(*ORDERS[order][1])


def _page_number(text: str) -> int:
    return min(max(int(text), 1), LAST_PAGE) if text.isascii() and text.isdigit() and len(text) < 6 else 1


@require_safe
@signed_in
def account(request: HttpRequest, account_id: int) -> HttpResponse:
    """One account: its people and their scores, its cases, its value and who looks after it."""
    user = reader(request)
    visible = access.visible_accounts(user).select_related("ownership__user")
    found = get_object_or_404(visible, pk=account_id)
    newest = access.visible_cases(user).filter(account=found).for_display().order_by("-opened_at", "-pk")
    cases = list(newest[:CASES_SHOWN])
    promised = Promise.objects.unkept().filter(case__in=access.visible_cases(user).filter(account=found).values("pk"))
    return render(
        request,
        "loop/accounts/account.html",
        {
            "account": found,
            "now": timezone.now(),
            "contacts": _contacts(found),
            "answers": _answers(found, user),
            "favours": [(one, favours.words(one)) for one in favours.of_account(found)[:FAVOURS_SHOWN]],
            "promises": promised.select_related("case__contact", "promised_by").order_by("due_at", "pk")[:CASES_SHOWN],
            "next_try": min((case.next_try_at for case in cases if case.next_try_at), default=None),
            "may_hand_over": access.may_hand_over(user),
            "open_cases": [case for case in cases if case.is_open],
            "closed_cases": [case for case in cases if not case.is_open],
            "waves": _waves(user, found),
        },
    )


def _contacts(account: Account) -> list[dict[str, Any]]:
    """The people at the account with their latest scores, oldest of those first; the unhappiest person on top."""
    answers = Prefetch("responses", Response.objects.counted().order_by("-responded_at", "-pk"), to_attr="answers")
    people = Contact.objects.filter(account=account).order_by("name", "pk").prefetch_related(answers)[:CONTACTS_SHOWN]
    shown: list[dict[str, Any]] = [
        {"contact": person, "scores": person.answers[:SCORES_SHOWN][::-1], "name": f"scores-{person.pk}"}
        for person in people
    ]
    return sorted(shown, key=lambda row: row["scores"][-1].score if row["scores"] else 11)


def _waves(user: User, account: Account) -> QuerySet[Wave]:
    """The waves that ask somebody at the account, as far as the reader may know of them; the latest first."""
    asks = WaveMember.objects.filter(wave=OuterRef("pk"), asked=True, contact__account=account)
    known = access.visible_waves(user).filter(Exists(asks), approved_at__isnull=False)
    return known.select_related("survey").order_by("-pk")[:WAVES_SHOWN]


def _answers(account: Account, user: User) -> list[dict[str, Any]]:
    """The latest answers from here, newest first; the words of one that has a case are for those who see the case."""
    latest = Response.objects.counted().filter(contact__account=account).select_related("contact", "survey", "case")
    shown = list(latest.order_by("-responded_at", "-pk")[:ANSWERS_SHOWN])
    seen = dict(access.visible_cases(user).filter(response__in=shown).values_list("response", "pk"))
    return [
        {"answer": answer, "case": seen.get(answer.pk), "may_read": answer.pk in seen or not hasattr(answer, "case")}
        for answer in shown
    ]
