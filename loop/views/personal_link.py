"""How does somebody of ours ask one contact in person? By a link of the contact's own, to copy, show or print."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from django_stubs_ext import StrOrPromise

from feedback import invitations, sampling
from feedback.invitations import NotToBeAsked
from feedback.models import Contact, Invitation
from loop import access
from loop.link_forms import PersonalLinkForm
from loop.views.session import reader, signed_in


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@never_cache
def personal_link(request: HttpRequest, contact_id: int) -> HttpResponse:
    """The personal link of a contact: made here, and shown as long as it waits for an answer."""
    user, now = reader(request), timezone.now()
    contact = get_object_or_404(access.visible_contacts(user).select_related("account"), pk=contact_id)
    if not access.may_hand_over(user):
        raise PermissionDenied
    form = PersonalLinkForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            invitations.hand_over(survey=form.cleaned_data["survey"], contact=contact, made_by=user.email, now=now)
        except NotToBeAsked as bar:
            return _page(request, contact, form, reason=bar.reason, status=409)
        messages.success(request, _("The link is made. From now on the contact counts as asked."))
        return redirect("personal-link", contact_id=contact.pk)
    first = form.fields["survey"].queryset.first()  # type: ignore[attr-defined]
    reason = invitations.why_not_hand_over(first, contact, now=now) if first else invitations.NO_SURVEY
    return _page(request, contact, form, reason=reason, status=400 if form.is_bound else 200)


def _page(
    request: HttpRequest, contact: Contact, form: PersonalLinkForm, *, reason: str, status: int = 200
) -> HttpResponse:
    waiting = invitations.handed_over(contact, now=timezone.now())
    context = {
        "contact": contact,
        "form": form,
        "waiting": waiting,
        "address": _address(waiting) if waiting else "",
        "reason": _words(reason),
    }
    return render(request, "loop/accounts/personal_link.html", context, status=status)


def _address(waiting: Invitation) -> str:
    """Where the link leads; nothing where the key it was made with is gone."""
    try:
        return settings.BASE_URL + reverse("respond", args=[invitations.link_token(waiting)])
    except LookupError:
        return ""


def _words(reason: str) -> StrOrPromise:
    if reason == invitations.NO_SURVEY:
        return _("no survey is in use")
    return sampling.words().get(reason, reason)
