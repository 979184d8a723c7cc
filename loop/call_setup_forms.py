"""What may an administrator fill in about calls and root causes? Plain forms; the doors decide."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from feedback.models import Survey
from feedback.models.response import Category
from loop.forms import words
from loop.models import ConversationGuide, RootCause
from loop.models.guide import QuestionKind


class NewGuideForm(forms.Form):
    """For which answers a guide of their own begins."""

    survey = forms.ModelChoiceField(
        label=_("Survey"), queryset=Survey.objects.none(), required=False, empty_label=_("any survey")
    )
    category = forms.ChoiceField(label=_("Score"), required=False)

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data)
        self.fields["survey"].queryset = Survey.objects.order_by("pk")  # type: ignore[attr-defined]
        self.fields["survey"].label_from_instance = lambda survey: survey.name  # type: ignore[attr-defined]
        self.fields["category"].choices = [("", _("any score")), *Category.choices]  # type: ignore[attr-defined]


class GuideForm(forms.Form):
    """What a caller reads: a field for each language."""

    def __init__(self, data: QueryDict | None = None, *, guide: ConversationGuide) -> None:
        super().__init__(data, initial=dict(guide.texts), auto_id="guide-%s")
        for language, name in settings.LANGUAGES:
            self.fields[language] = words(name, rows=6, required=False)
            self.fields[language].widget.attrs["lang"] = language


class QuestionForm(forms.Form):
    """One question of the call form, in each language."""

    kind = forms.ChoiceField(label=_("Answered with"), choices=QuestionKind.choices)
    required = forms.BooleanField(label=_("To be asked on every call that reaches the customer"), required=False)

    def __init__(self, data: QueryDict | None = None, *, question: dict[str, Any] | None = None) -> None:
        super().__init__(data, auto_id=f"question-{question['key'] if question else 'new'}-%s")
        asked = question or {"labels": {}, "options": {}}
        self.initial = {"kind": asked.get("kind", QuestionKind.TEXT), "required": asked.get("required", False)}
        for language, name in settings.LANGUAGES:
            label, options = f"label-{language}", f"options-{language}"
            self.fields[label] = forms.CharField(label=name, max_length=300, required=False)
            self.fields[label].widget.attrs["lang"] = language
            self.fields[options] = words(
                gettext("Answers in %(language)s, one in each line") % {"language": name}, rows=3, required=False
            )
            self.initial[label] = asked["labels"].get(language, "")
            self.initial[options] = "\n".join(asked["options"].get(language, []))

    def labels(self) -> list[forms.BoundField]:
        return [self[f"label-{language}"] for language, _name in settings.LANGUAGES]

    def options(self) -> list[forms.BoundField]:
        return [self[f"options-{language}"] for language, _name in settings.LANGUAGES]

    def question(self) -> dict[str, Any]:
        """What was filled in, as `guides.save_question` takes it. Only for a valid form."""
        data = self.cleaned_data
        return {
            "kind": data["kind"],
            "required": data["required"],
            "labels": {language: data[f"label-{language}"] for language, _name in settings.LANGUAGES},
            "options": {
                language: [line.strip() for line in data[f"options-{language}"].splitlines() if line.strip()]
                for language, _name in settings.LANGUAGES
            },
        }


class RootCauseForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=100, error_messages={"required": _("Name it.")})
    is_active = forms.BooleanField(label=_("In use"), required=False)

    def __init__(self, data: QueryDict | None = None, *, cause: RootCause | None = None) -> None:
        super().__init__(data, auto_id=f"cause{cause.pk if cause else ''}-%s")
        self.initial = {"name": cause.name, "is_active": cause.is_active} if cause else {"is_active": True}
        for language, name in settings.LANGUAGES:
            self.fields[f"name-{language}"] = forms.CharField(label=name, max_length=100, required=False)
            self.initial[f"name-{language}"] = cause.names.get(language, "") if cause else ""

    def translated(self) -> list[forms.BoundField]:
        return [self[f"name-{language}"] for language, _name in settings.LANGUAGES]

    def names(self) -> dict[str, str]:
        """The names by language. Only for a valid form."""
        return {language: self.cleaned_data[f"name-{language}"] for language, _name in settings.LANGUAGES}
