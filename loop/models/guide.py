"""What does a caller say and ask? A guide for the conversation and a form for its answers, by survey and category."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from feedback.models.response import Category


class QuestionKind(models.TextChoices):
    TEXT = "text", _("words")
    CHOICE = "choice", _("one of a few answers")
    YES_NO = "yes_no", _("yes or no")
    NUMBER = "number", _("a number")


class ConversationGuide(models.Model):
    """For answers to one survey or to any, of one category or of any; the most specific one holds, as a whole.

    `texts` maps languages to lines. `questions` is a list of {"key", "kind", "required", "labels", "options"}, the last
    two by language.
    """

    survey = models.ForeignKey(
        "feedback.Survey", on_delete=models.PROTECT, null=True, blank=True, related_name="guides"
    )  # empty: any
    category = models.CharField(max_length=20, choices=Category.choices, blank=True)
    texts = models.JSONField(default=dict)
    questions = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(category__in=["", *Category.values]), name="guide_category_is_known"),
            models.UniqueConstraint(fields=["survey", "category"], name="guide_one_for_each"),
            models.UniqueConstraint(
                fields=["category"], condition=Q(survey=None), name="guide_one_for_each_of_any_survey"
            ),
        ]

    def __str__(self) -> str:
        return f"guide {self.pk}"

    def question(self, key: str) -> dict[str, Any] | None:
        return next((question for question in self.questions if question["key"] == key), None)
