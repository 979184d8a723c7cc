"""What do all pages for customers have in common: who may keep or index them, and did a form come from our page?

A customer's form carries a seal, signed for the link it stands behind, instead of Django's CSRF cookie: mail programs
open links where cookies are blocked, and pages that send no Referer make browsers send `Origin: null`, which Django's
check refuses. The link itself is the secret, so a forged request from elsewhere would have to know it. What the seal
adds is that a score is only taken from a form we rendered, never from a bare request.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from functools import wraps
from pathlib import Path
from typing import Any, NamedTuple

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt

from feedback import fixed_texts, wording
from feedback.fixed_texts import Place
from feedback.models import Contact, Survey

SEAL_FIELD = "csrfmiddlewaretoken"  # the name every tool that fills in forms of Django knows
SEAL_LIFE = timedelta(days=7)  # a page left open that long is served afresh, with what was written kept

HEADERS = {
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store, private",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}

#: Where Loop's own words on these pages stand, for those who put them into another language.
PLACES = (
    Place(
        gettext_lazy("The survey page"),
        templates=tuple(
            f"feedback/{name}.html"
            for name in (
                "respond/form", "respond/thanks", "respond/unavailable", "open/form", "open/thanks",
                "kiosk/form", "kiosk/thanks", "widget/form", "widget/thanks", "widget/refused",
            )
        ),
        modules=(Path(__file__).parents[1] / "forms.py",),
    ),
    Place(
        gettext_lazy("Unsubscribing"),
        templates=tuple(f"feedback/unsubscribe/{name}.html" for name in ("form", "done", "unknown")),
    ),
)  # fmt: skip

View = Callable[..., HttpResponse]


def customer_page(view: View) -> View:
    """Mark a view as a page for customers: kept by nobody, its link told to nobody, forms checked by their seal."""

    @csrf_exempt
    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        for name, value in HEADERS.items():
            response.headers[name] = value
        return response

    return page


class Seal(NamedTuple):
    """What a form says about the page it came from."""

    mark: str
    is_fresh: bool


ORDINARY = "a"  # marks say nothing to who reads them


def seal(secret: str, mark: str = ORDINARY) -> str:
    """The proof to put into a form behind the link with this secret. `mark` tells pages of one link apart."""
    return _signer(secret).sign(mark)


def read_seal(request: HttpRequest, secret: str) -> Seal | None:
    """What the form of this POST was sealed with for the link with this secret; None when we did not render it."""
    sealed = request.POST.get(SEAL_FIELD, "")
    try:
        return Seal(_signer(secret).unsign(sealed, max_age=SEAL_LIFE), is_fresh=True)
    except signing.SignatureExpired:
        return Seal(_signer(secret).unsign(sealed), is_fresh=False)
    except signing.BadSignature:
        return None


def is_sealed(request: HttpRequest, secret: str) -> bool:
    """Whether this POST comes from a form we rendered, within the last week, for the link with this secret."""
    found = read_seal(request, secret)
    return found is not None and found.is_fresh


def _signer(secret: str) -> signing.TimestampSigner:
    return signing.TimestampSigner(salt=f"feedback.customer_page:{secret}")


def speak_to(contact: Contact | None, survey: Survey | None = None) -> AbstractContextManager[None]:
    """Use the contact's language, also one that was added, else the one the browser asks for."""
    language = wording.language_of(contact, survey) or ("" if survey else wording.added_language_of(contact))
    return fixed_texts.speaking(language or wording.active_language())


def show(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """Render a customer's page with our name on it."""
    language = wording.around(wording.active_language())
    ours = {"company": wording.company(), "seal_field": SEAL_FIELD, "language": language}
    context = {**ours, "words_lang": wording.marked(context.get("words"), language), **context}
    response = render(request, template, context, status=status)
    response.headers["Content-Language"] = language
    return response
