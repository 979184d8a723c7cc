"""What does an administrator set up? The index of setup, and the import of accounts: upload, see, confirm."""

from functools import wraps
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from feedback.importing import UnusableFile
from loop import access, data_requests
from loop.accounts_import import AccountsImport, import_accounts
from loop.forms import AccountsUploadForm
from loop.views import uploads
from loop.views.session import View, reader, signed_in

PROBLEMS_SHOWN = 100


def for_managers(view: View) -> View:
    """Let only administrators see a page of setup; others learn that it exists and is not theirs."""

    @signed_in
    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not access.may_manage(reader(request)):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return wrapper


@require_safe
@for_managers
def index(request: HttpRequest) -> HttpResponse:
    """What can be set up."""
    return render(request, "loop/setup/index.html", {"data_requests": data_requests.waiting()})


@require_http_methods(["GET", "HEAD", "POST"])
@for_managers
def accounts_import(request: HttpRequest) -> HttpResponse:
    """Upload a CRM's export; see what it would change; confirm. The file waits in between."""
    if request.method != "POST":
        return _page(request, form=AccountsUploadForm())
    ticket = request.POST.get("ticket", "")
    return _confirm(request, ticket) if ticket else _preview(request)


def _preview(request: HttpRequest) -> HttpResponse:
    form = AccountsUploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form=form, status=400)
    file, now = form.cleaned_data["file"], timezone.now()
    ticket = uploads.keep(file, reader(request), now=now.timestamp())
    path = uploads.find(ticket, reader(request))
    assert path is not None, "the file was stored on the line above"  # noqa: S101
    try:
        found = _import(path, file.name, dry_run=True)
    except UnusableFile as unusable:
        uploads.discard(path)
        form.add_error("file", str(unusable))
        return _page(request, form=form, status=400)
    return _page(request, found=found, ticket=ticket)


def _confirm(request: HttpRequest, ticket: str) -> HttpResponse:
    path = uploads.find(ticket, reader(request))
    if path is None:
        messages.error(request, _("The file waited too long and is gone, or was imported already. Upload it again."))
        return redirect("accounts-import")
    done = _import(path, request.POST.get("name", "")[:200], dry_run=False)
    uploads.discard(path)
    messages.success(
        request,
        _("Imported: %(new)d new accounts, %(known)d known ones, %(people)d new people, %(owners)d owners set.")
        % {
            "new": done.accounts_created,
            "known": done.accounts_updated,
            "people": done.contacts_created,
            "owners": done.owners_set,
        },
    )
    return redirect("accounts") if not done.rejected else _page(request, found=done)


def _import(path: Path, name: str, *, dry_run: bool) -> AccountsImport:
    with path.open("rb") as file:
        return import_accounts(file, filename=name, dry_run=dry_run, now=timezone.now())


def _page(
    request: HttpRequest,
    *,
    form: AccountsUploadForm | None = None,
    found: AccountsImport | None = None,
    ticket: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": form or AccountsUploadForm(),
        "found": found,
        "ticket": ticket,
        "errors": found.errors[:PROBLEMS_SHOWN] if found else [],
        "warnings": found.warnings[:PROBLEMS_SHOWN] if found else [],
    }
    return render(request, "loop/setup/accounts_import.html", context, status=status)
