"""In which words does the timeline tell of mails: written, come in, come back?"""

from typing import Any

from django.utils.translation import gettext as _

from loop.models import CaseEvent, CaseMail, User

Words = tuple[str, str, str]


def written(data: dict[str, Any], event: CaseEvent, who: str) -> Words:
    """Somebody wrote to the customer."""
    mail = _mail(event)
    text = _("%(actor)s wrote to the customer") % {"actor": who}
    if mail is None:
        return text, data.get("note", ""), ""
    return text, mail.subject, mail.text


def received(data: dict[str, Any], event: CaseEvent, reader: User) -> Words:
    """The customer, somebody else, or a machine of theirs wrote to us."""
    mail = _mail(event)
    if mail is None:
        return _("A mail came in"), "", ""
    if mail.is_automatic:
        return _("An automatic reply came in"), mail.subject, mail.text
    if not mail.is_known:
        return _("An answer came from another address"), mail.subject, mail.text
    return _("The customer answered by mail"), mail.subject, mail.text


def returned(data: dict[str, Any], event: CaseEvent, reader: User) -> Words:
    """A mail to the customer did not arrive."""
    address = {"address": data.get("address", "")}
    text = (
        _("The mail to %(address)s came back") if data.get("left", True) else _("The mail to %(address)s was not sent")
    )
    return text % address, data.get("why", ""), ""


def _mail(event: CaseEvent) -> CaseMail | None:
    return getattr(event, "mail", None)
