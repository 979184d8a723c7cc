"""What did customers ask about their data? An administrator reads what there is, gives it, erases it or says no."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from feedback.models import Contact
from loop import data_requests, search
from loop.data_request_forms import NoteForm
from loop.data_requests import RequestRefused
from loop.models import DataRequest, Wanted
from loop.views.session import reader
from loop.views.setup import for_managers

MATCHES_SHOWN = 20
SHOWN = 100


@require_http_methods(["GET", "HEAD", "POST"])
@for_managers
def request_list(request: HttpRequest) -> HttpResponse:
    """All requests, those nobody has answered on top; and a form for what was asked otherwise."""
    form = NoteForm(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        matches = _people(form.cleaned_data["who"])
        if len(matches) == 1:
            wanted, actor = Wanted(form.cleaned_data["wanted"]), reader(request)
            noted = data_requests.note(matches[0], wanted, actor=actor, now=timezone.now())
            return redirect("data-request", request_id=noted.pk)
        if matches:
            context["matches"] = matches
        else:
            form.add_error("who", _("Nobody like that is known."))
    asked = DataRequest.objects.select_related("contact__account", "case__response", "answered_by", "noted_by")
    context |= {
        "waiting": asked.filter(answer="").order_by("asked_at", "pk"),
        "answered": asked.exclude(answer="").order_by("-answered_at", "-pk")[:SHOWN],
    }
    return render(request, "loop/setup/data_requests.html", context, status=400 if form.is_bound else 200)


def _people(words: str) -> list[Contact]:
    """Who may be meant, of those about whom anything is stored."""
    words = words.replace("\x00", "").strip()
    known = Contact.objects.filter(erased_at=None).select_related("account")
    exact = known.filter(external_id=words) | known.with_email(words)
    found = exact if exact.exists() else known.filter(search.containing(words, "email", "name"))
    return list(found.order_by("name", "pk")[:MATCHES_SHOWN])


@require_http_methods(["GET", "HEAD", "POST"])
@for_managers
def data_request(request: HttpRequest, request_id: int) -> HttpResponse:
    """One request: what there is of this customer, and the one step that answers it."""
    found = get_object_or_404(DataRequest.objects.select_related("contact__account", "case"), pk=request_id)
    error, status = "", 200
    if request.method == "POST":
        try:
            messages.success(request, _answer(request, found))
        except RequestRefused as refused:
            error, status = refused.message, 400
        else:
            return redirect("data-request", request_id=found.pk)
    copy = data_requests.copy_of(found, now=timezone.now())
    context = {
        "asked": found,
        "error": error,
        "amounts": [one for one in data_requests.amounts(copy) if one.count],
        "cases": data_requests.cases_of(found),
        "typed": request.POST,
        "within": data_requests.COPY_KEPT.days,
    }
    return render(request, "loop/setup/data_request.html", context, status=status)


def _answer(request: HttpRequest, found: DataRequest) -> str:
    """Do what was pressed. Returns what to say about it; raises RequestRefused."""
    do, actor, now = request.POST.get("do", ""), reader(request), timezone.now()
    if do == "give":
        data_requests.give_copy(found.pk, actor=actor, now=now)
        if found.case_id:
            return _("The customer is told, and can fetch the copy from their page.")
        return _("Noted as given.")
    if do == "decline":
        data_requests.decline(found.pk, reason=request.POST.get("reason", ""), actor=actor, now=now)
        return _("The customer is told.") if found.case_id else _("Noted as declined.")
    if do == "erase":
        if not request.POST.get("sure"):
            raise RequestRefused(_("Tick that you are sure: what is erased cannot be brought back."))
        data_requests.erase(found.pk, actor=actor, now=now)
        return _("Everything personal is erased.")
    raise RequestRefused(_("Please choose one of the ways shown."))


@require_safe
@for_managers
def copy(request: HttpRequest, request_id: int) -> HttpResponse:
    """The copy as a file, to be looked at before it is given, or handed over."""
    found = get_object_or_404(DataRequest.objects.select_related("contact__account", "case"), pk=request_id)
    return as_file(data_requests.copy_of(found, now=timezone.now()))


def as_file(copy: dict[str, Any]) -> HttpResponse:
    """A copy as a file to keep: never shown in the browser, where a customer's words could pass for a page."""
    response = JsonResponse(copy, json_dumps_params={"ensure_ascii": False, "indent": 1})
    response.headers["Content-Disposition"] = 'attachment; filename="data.json"'
    response.headers["Cache-Control"] = "no-store, private"
    return response
