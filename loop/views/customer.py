"""What does a customer see of their own case, and what can they do there? No log-in: the link is theirs.

Opening any of these pages never writes; only sending a form of ours does, and every form carries the seal of its page.
"""

from collections.abc import Callable
from datetime import datetime

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from feedback import responses, suspects
from feedback.contact_zones import zone_of
from feedback.forms import AnswerForm
from feedback.models import Response
from feedback.onward import Onward
from feedback.responses import ResponseRefused
from feedback.suspects import Evidence, Sending
from feedback.views.customer_page import customer_page, is_sealed, read_seal, seal, show, speak_to
from loop import calendar_file, callbacks, customer, customer_pages, data_requests, solved
from loop.customer_pages import NotTaken
from loop.models import CustomerPage, Said
from loop.views import customer_data_words, customer_words
from loop.views.data_requests import as_file

Do = Callable[[HttpRequest, CustomerPage, datetime], str]
View = Callable[[HttpRequest, CustomerPage, str], HttpResponse]

#: Marks in the seal of the form that asks once more, by what was said first.
ASKED_AGAIN = {"d": Said.SOLVED.value, "e": Said.NOT_SOLVED.value}


def onward(response: Response) -> Onward | None:
    """Where the page of thanks leads whoever gave this response: to the page of the case it is followed up in."""
    pages = CustomerPage.objects.select_related("case")
    page = pages.filter(case__response=response).first() or pages.filter(case__outcome__response=response).first()
    if page is None:
        return None
    token = customer_pages.token_of(page)
    is_asked = page.case.is_open and page.case.response_id == response.pk

    def finish(now: datetime) -> None:
        if is_asked:
            customer.say_done(page, now=now)

    return Onward(reverse("customer", args=[token]), finish)


def _own_page(view: View) -> Callable[..., HttpResponse]:
    """Find the page behind a link, speak its customer's language on their clock, or say that there is none."""

    @customer_page
    def found(request: HttpRequest, token: str) -> HttpResponse:
        page = customer_pages.find(token)
        if page is None or customer_pages.is_over(page.case, timezone.now()):
            with speak_to(page.case.contact if page else None):
                context = {"why": "unknown" if page is None else "over"}
                return show(request, "loop/customer/unavailable.html", context, status=404 if page is None else 410)
        with speak_to(page.case.contact), timezone.override(zone_of(page.case.contact)):
            return view(request, page, token)

    return found


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@_own_page
def own_case(request: HttpRequest, page: CustomerPage, token: str) -> HttpResponse:
    """The page of one case, and all that is sent from it."""
    if request.method != "POST":
        told = customer_words.NOTICES.get(request.GET.get("did", ""), "")
        return _page(request, page, token, notice=str(told))
    do = DOINGS.get(request.POST.get("do", ""))
    if do is None or not is_sealed(request, token):
        stale = _("This page had been open for a long time. Nothing is lost: please press the button once more.")
        return _page(request, page, token, error=stale, status=403)
    try:
        did = do(request, page, timezone.now())
    except (NotTaken, callbacks.CallRefused, ResponseRefused) as refused:
        page = customer_pages.find(token) or page
        return _page(request, page, token, error=refused.message, status=400)
    return HttpResponseRedirect(f"{request.path}?did={did}", status=303)


def _page(
    request: HttpRequest, page: CustomerPage, token: str, *, notice: str = "", error: str = "", status: int = 200
) -> HttpResponse:
    typed = request.POST if request.method == "POST" else {}
    context = customer_words.of_page(page, now=timezone.now())
    context |= {"seal": seal(token), "token": token, "notice": notice, "error": error, "typed": typed}
    return show(request, "loop/customer/case.html", context, status=status)


def _done(request: HttpRequest, page: CustomerPage, now: datetime) -> str:
    customer.say_done(page, now=now)
    return "done"


def _book(request: HttpRequest, page: CustomerPage, now: datetime) -> str:
    try:
        starts_at = datetime.fromtimestamp(int(request.POST.get("at", "")), tz=now.tzinfo)
    except (ValueError, OverflowError, OSError):
        raise NotTaken(_("Please choose one of the times.")) from None
    callbacks.book(case_id=page.case_id, starts_at=starts_at, actor=None, now=now)
    contact = page.case.contact
    is_told = contact is not None and contact.email != ""  # else there is no mail to speak of
    return "booked" if is_told else "agreed"


def _cancel(request: HttpRequest, page: CustomerPage, now: datetime) -> str:
    callbacks.cancel(case_id=page.case_id, actor=None, now=now)
    return "cancelled"


def _wish(request: HttpRequest, page: CustomerPage, now: datetime) -> str:
    customer.wish(page, request.POST.get("wish", ""), now=now)
    return "wished"


def _other(request: HttpRequest, page: CustomerPage, now: datetime) -> str:
    customer.ask_for_somebody_else(page, now=now)
    return "other"


def _phone(request: HttpRequest, page: CustomerPage, now: datetime) -> str:
    customer.change_phone(page, request.POST.get("phone", ""), now=now)
    return "phone"


def _answer(request: HttpRequest, page: CustomerPage, now: datetime) -> str:
    response = page.case.response
    form = AnswerForm(request.POST, survey=response.survey)
    if not form.is_valid():
        raise NotTaken(str(next(iter(form.errors.values()))[0]))
    sending = Sending(
        score=form.cleaned_data["score"],
        comment=form.cleaned_data["comment"],
        wants_callback=response.wants_callback,
        phone=response.phone,
        language=response.language,
        is_hidden=bool(form.cleaned_data["subject"]),
        evidence=Evidence.read(form.cleaned_data["page"]),
    )
    if customer.correct(page, sending, now=now):
        return "answered"
    if not responses.is_closed(response.survey, now):
        return "waits"
    return "wrote" if sending.comment.strip() not in ("", response.comment) else "ended"


def _write(request: HttpRequest, page: CustomerPage, now: datetime) -> str:
    customer.write(page, request.POST.get("words", ""), now=now)
    return "wrote"


DOINGS: dict[str, Do] = {
    "done": _done,
    "book": _book,
    "cancel": _cancel,
    "wish": _wish,
    "other": _other,
    "phone": _phone,
    "answer": _answer,
    "write": _write,
}


@require_http_methods(["GET", "HEAD", "POST"])
@_own_page
def is_solved(request: HttpRequest, page: CustomerPage, token: str) -> HttpResponse:
    """Solved or not: a page with one button, for each of the two answers; which one, the address says.

    Who presses it unseen is asked once more, with both.
    """
    given = request.POST if request.method == "POST" else request.GET
    said = next((one for one in Said.values if one in given), Said.SOLVED.value)
    is_hidden = suspects.is_unseen(request.GET) or bool(request.POST.get("subject"))
    context = {
        **customer_words.of_solved(page, said),
        "seal": seal(token),
        "token": token,
        "hidden": "=".join(suspects.UNSEEN) if is_hidden else "",
    }
    if request.method == "POST" and (sealed := read_seal(request, token)) is not None and sealed.is_fresh:
        evidence, first = Evidence.read(request.POST.get("page", "")), ASKED_AGAIN.get(sealed.mark, "")
        heard = solved.say(page, said, first=first, is_hidden=is_hidden, evidence=evidence, now=timezone.now())
        if heard == solved.Heard.ASK_AGAIN:
            mark = next(mark for mark, answer in ASKED_AGAIN.items() if answer == said)
            context |= {"seal": seal(token, mark), "again": True}
            return show(request, "loop/customer/solved.html", context)
        did = "unclear" if heard == solved.Heard.UNCLEAR else said
        return HttpResponseRedirect(f"{reverse('customer', args=[token])}?did={did}", status=303)
    status = 403 if request.method == "POST" else 200
    return show(request, "loop/customer/solved.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@_own_page
def own_data(request: HttpRequest, page: CustomerPage, token: str) -> HttpResponse:
    """What is stored about this customer, in a plain list, and how to ask for a copy or for its erasure."""
    context = {**customer_data_words.of_data(page, now=timezone.now()), "seal": seal(token), "token": token}
    if request.method == "POST" and is_sealed(request, token):
        try:
            customer.ask_about_data(page, request.POST.get("what", ""), now=timezone.now())
        except NotTaken as refused:
            context["error"] = refused.message
            return show(request, "loop/customer/data.html", context, status=400)
        return HttpResponseRedirect(f"{reverse('customer', args=[token])}?did=data", status=303)
    return show(request, "loop/customer/data.html", context, status=403 if request.method == "POST" else 200)


@require_safe
@_own_page
def own_copy(request: HttpRequest, page: CustomerPage, token: str) -> HttpResponse:
    """The copy of all that is stored, once an administrator has given it."""
    copy = data_requests.copy_for(page, now=timezone.now())
    if copy is None:
        return show(request, "loop/customer/unavailable.html", {"why": "no_copy"}, status=404)
    return as_file(copy)


@require_safe
@_own_page
def own_call(request: HttpRequest, page: CustomerPage, token: str) -> HttpResponse:
    """The agreed call as a calendar file, to be opened from the page."""
    call = callbacks.of_case(page.case)
    if call is None:
        return show(request, "loop/customer/unavailable.html", {"why": "no_call"}, status=404)
    contact = page.case.contact
    found = calendar_file.of_call(
        call,
        method=calendar_file.PUBLISH,
        summary=customer_words.call_from_us(),
        description=customer_pages.link(page),
        attendees=[(contact.name, contact.email)] if contact is not None and contact.email else [],
        at=timezone.now(),
    )
    response = HttpResponse(found.text, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="call.ics"'
    return response
