"""Which field does the writer of a refused form look at first? The first one that is refused has the focus.

The browser brings it into view, with scripts or without. This renders all forms, so no form has to think of it.
"""

from typing import Any

from django.forms import BoundField
from django.forms.renderers import DjangoTemplates


class Field(BoundField):
    """A field on a page; the first refused one of its form takes the focus when the page opens."""

    def build_widget_attrs(self, attrs: dict[str, Any], widget: Any = None) -> dict[str, Any]:
        attrs = super().build_widget_attrs(attrs, widget)
        if self.errors and not self.is_hidden and self.name == first_refused(self.form):
            attrs["autofocus"] = True
        return attrs


class Renderer(DjangoTemplates):
    bound_field_class = Field


def first_refused(form: Any) -> str:
    """The name of the first field that can be seen and is refused; empty where there is none."""
    return next((name for name in form.fields if name in form.errors and not form[name].is_hidden), "")
