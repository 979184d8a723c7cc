"""What does the list behind a figure look like from outside, and what does it take?"""

from datetime import datetime
from typing import Any

from rest_framework import serializers

from loop.api.fields import Instant, StrictSerializer
from loop.api.filters import QueryNumber
from loop.api.pagination import DEFAULT_SIZE, LARGEST_SIZE, Order
from loop.reporting.behind.asked import About
from loop.reporting.behind.listed import MOMENTS


class BehindQuery(StrictSerializer):
    """What `GET reports/behind/<figure>/` takes in its address, beside the filters all reports share."""

    row = serializers.CharField(
        required=False, allow_blank=True, help_text="The key of a row of the report, such as 2026-11."
    )
    kind_of = serializers.CharField(required=False, help_text="0 or 1: the scale; 0r or 1r: of recovery surveys.")
    part = serializers.CharField(required=False, help_text="A part of the customers, or of what is worth a look.")
    score = serializers.CharField(required=False, help_text="A first score, of those compared.")
    setting = serializers.CharField(required=False, allow_blank=True, help_text="What those compared have in common.")
    person = serializers.CharField(required=False, help_text="The number of somebody whose cases are counted.")
    page_size = QueryNumber(min_value=1, max_value=LARGEST_SIZE, required=False, default=DEFAULT_SIZE)
    cursor = serializers.CharField(required=False, max_length=500, help_text="From `next` or `previous`.")


PAGING = ("page_size", "cursor")
ORDERINGS = {**{about: {"at": Order(moment, datetime)} for about, moment in MOMENTS.items()},
             About.CONTACT: {"at": Order("pk", int)}}  # fmt: skip
LATEST_FIRST = "-at"


class BehindLine(serializers.Serializer[Any]):
    """One case, answer, question, promise or contact; whose words it has is read by its own call."""

    id = serializers.IntegerField()
    at = Instant(allow_null=True, help_text="When it was opened, answered, asked or is due; null for a contact.")
    case = serializers.IntegerField(allow_null=True, help_text="Its case, where there is one the caller may see.")
    score = serializers.IntegerField(allow_null=True)
    contact = serializers.CharField(allow_blank=True, help_text="External id; empty where nobody is known.")
    account = serializers.CharField(allow_blank=True, help_text="External id; empty where there is none.")


class BehindAnswer(serializers.Serializer[Any]):
    """`count` rows the caller may see; `unseen` are further ones the figure counts that they may not."""

    figure = serializers.CharField()
    about = serializers.ChoiceField([about.value for about in About])
    conditions = serializers.ListField(child=serializers.CharField(), help_text="What is true of each, in words.")
    count = serializers.IntegerField()
    unseen = serializers.IntegerField()
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = BehindLine(many=True)
