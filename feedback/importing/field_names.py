"""What is a field of an import called in the reader's language? The fields' own names are for `--map` and for JSON."""

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

LABELS: dict[str, StrOrPromise] = {
    "score": _("score"),
    "comment": _("comment"),
    "responded_at": _("time of the answer"),
    "external_id": _("number of the answer"),
    "contact": _("number of the person"),
    "source": _("source"),
    "wants_callback": _("wants to be called"),
    "status": _("status"),
    "account_id": _("number of the company"),
    "account": _("company"),
    "owner": _("account manager"),
    "segment": _("segment"),
    "country": _("country"),
    "annual_value": _("annual value"),
    "currency": _("currency"),
    "contact_id": _("number of the person"),
    "contact_name": _("name"),
    "name": _("name"),
    "first_name": _("first name"),
    "last_name": _("last name"),
    "email": _("e-mail"),
    "phone": _("telephone"),
    "title": _("title"),
    "is_decision_maker": _("decision maker"),
    "language": _("language"),
    "time_zone": _("time zone"),
    "no_mailings": _("wants no mailings"),
    "stop": _("wants no mailings"),
}


def label(name: str) -> str:
    """The field in words, with the name `--map` takes where that differs."""
    words = str(LABELS.get(name, name))
    return words if words == name else f"{words} ({name})"
