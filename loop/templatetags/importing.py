"""How is what was read in a file written for whoever imports it?"""

from django import template

from feedback.importing.field_names import LABELS

register = template.Library()


@register.filter
def import_field(name: str) -> str:
    """A field of an import in words: "account manager"."""
    return str(LABELS.get(name, name))
