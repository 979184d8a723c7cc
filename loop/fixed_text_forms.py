"""What may be written for Loop's own words to customers in an added language? One field a text, the English beside."""

from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

from django import forms
from django.utils.functional import Promise

from feedback import fixed_texts
from feedback.models import AddedLanguage

LONG = 60  # characters of English; longer ones get more lines


def _name(shown: str) -> str:
    """The name of a field, the same however the list changes while somebody types."""
    return f"text_{sha256(shown.encode()).hexdigest()[:12]}"


def _widget(shown: str, language: str) -> forms.Widget:
    if len(shown) <= LONG:
        return forms.TextInput(attrs={"lang": language})
    return forms.Textarea(attrs={"rows": 1 + len(shown) // LONG, "lang": language})


class FixedTextsForm(forms.Form):
    """All of Loop's texts to customers in one language. `feedback.fixed_texts` decides what may stand."""

    def __init__(self, data: Any = None, *, language: AddedLanguage) -> None:
        super().__init__(data)
        for shown in fixed_texts.all_texts():
            self.fields[_name(shown)] = forms.CharField(
                label=shown,
                required=False,
                initial=language.texts.get(shown, ""),
                widget=_widget(shown, language.language),
            )

    def groups(self) -> Iterator[tuple[str | Promise, list[forms.BoundField], int]]:
        """The fields by where customers read them, and how many are filled in."""
        for label, texts in fixed_texts.by_place():
            fields = [self[_name(text.shown)] for text in texts]
            yield label, fields, sum(1 for field in fields if field.value())

    def texts(self) -> dict[str, str]:
        """What was typed, by the English text; only for a form that was sent."""
        return {shown: str(self[_name(shown)].value() or "") for shown in fixed_texts.all_texts()}

    def refuse(self, why: Mapping[str, str]) -> None:
        """Show why texts cannot be stored, each at its field."""
        self.full_clean()
        for shown, told in why.items():
            self.add_error(_name(shown), told)

    @property
    def filled(self) -> int:
        return sum(filled for _label, _fields, filled in self.groups())
