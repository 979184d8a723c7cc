"""How does a customer stop our questions? Opening the page shows a form; only sending it, or a mail program's one-click
request (RFC 8058), unsubscribes. Whatever is sent is answered with 200: mail providers try again what is not."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from feedback import contacts, phones
from feedback.models import Contact
from feedback.views.customer_page import customer_page, is_sealed, seal, show, speak_to


@require_http_methods(["GET", "HEAD", "POST"])
@customer_page
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """The unsubscribe link of one contact. Safe to repeat."""
    contact = contacts.find_by_unsubscribe_token(token)
    if request.method == "POST" and request.POST.get("List-Unsubscribe") == "One-Click":
        # From the mail provider, for somebody who pressed its button: no cookie, no page, no redirect. A link we do not
        # know gets the same answer: the provider can do nothing about it, and learns nothing.
        if contact is not None:
            contacts.opt_out(contact, now=timezone.now())
        return HttpResponse("Unsubscribed.\n", content_type="text/plain")
    with speak_to(contact):
        if contact is None:
            return show(
                request, "feedback/unsubscribe/unknown.html", {}, status=200 if request.method == "POST" else 404
            )
        if request.method == "POST":
            return _stop(request, contact, token)
        if contacts.wants_no_more(contact):
            return show(request, "feedback/unsubscribe/done.html", {"contact": contact})
        return _confirm(request, contact, token)


def _stop(request: HttpRequest, contact: Contact, token: str) -> HttpResponse:
    if not is_sealed(request, token):
        return _confirm(request, contact, token)
    contacts.opt_out(contact, now=timezone.now())
    return show(request, "feedback/unsubscribe/done.html", {"contact": contact})


def _confirm(request: HttpRequest, contact: Contact, token: str) -> HttpResponse:
    number = phones.veiled(contact.phone) if contact.mobile_hash else ""
    context = {"seal": seal(token), "address": veiled(contact.email) or number}
    return show(request, "feedback/unsubscribe/form.html", context)


def veiled(address: str) -> str:
    """The address as far as its owner needs it to recognise it: the link may have been forwarded."""
    name, _at, domain = address.rpartition("@")
    return f"{name[:1]}…@{domain}" if name else address
