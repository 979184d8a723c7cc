"""How is what was read in a file written for whoever imports it?"""

from django import template
from django.utils.translation import gettext as _

from feedback.importing.dates import Order
from feedback.importing.field_names import LABELS
from feedback.importing.written import encoding_label
from loop.imports.kinds import outcome_words

register = template.Library()


@register.filter
def import_field(name: str) -> str:
    """A field of an import in words: "account manager"."""
    return str(LABELS.get(name, name))


@register.filter
def outcome(name: str) -> str:
    """What became of a row, in words."""
    return outcome_words(name)


@register.filter
def delimiter(character: str | None) -> str:
    """What parts the columns, by its name where it cannot be seen."""
    return {"\t": str(_("tab")), None: ""}.get(character, character or "")


@register.filter
def encoding(name: str) -> str:
    """An encoding as people call it."""
    return encoding_label(name)


@register.filter
def order(name: str) -> str:
    """The order of day and month in words."""
    return str(_("month first") if name == Order.MONTH_FIRST else _("day first"))
