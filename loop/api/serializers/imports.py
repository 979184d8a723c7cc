"""What is said to the API of a file that is brought in, and what it answers of how the file is read."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from feedback.importing.dates import Order
from feedback.importing.written import DELIMITERS, ENCODINGS
from loop.api.fields import Choice, Email, Flag, StrictSerializer, Text, Version, WholeNumber, Zone
from loop.import_forms import FOLLOW_UP
from loop.models import ImportKind

DEFAULT_SURVEY = "relational"


class ImportUploadBody(StrictSerializer):
    kind = Choice(ImportKind.choices)
    survey = Text(
        max_length=50,
        required=False,
        default=DEFAULT_SURVEY,
        help_text="The key of the survey that was answered; of customers it says nothing.",
    )
    file = serializers.FileField(
        allow_empty_file=True,  # the form of the page refuses it, in its words
        max_length=None,
        error_messages={"required": _("Choose a file."), "invalid": _("Choose a file.")},
        help_text="CSV or XLSX, at most 25 MB.",
    )
    uploaded_by = Email(
        required=False,
        help_text="The administrator in whose name a key does it, and in whose language the result is written. In the "
        "browser it is who uploads.",
    )


class ImportChoicesBody(StrictSerializer):
    """What is left out stays as it is; null is as it was recognised."""

    version = Version(help_text="Of the import, as it was last seen; left out: whatever it is.")
    survey = Text(max_length=50, required=False, help_text="The key of the survey that was answered.")
    encoding = Choice(list(ENCODINGS), required=False, allow_null=True)
    delimiter = Choice(list(DELIMITERS), required=False, allow_null=True)
    dates = Choice(
        [order.value for order in Order], required=False, allow_null=True, help_text="The order of day and month."
    )
    zone = Zone(required=False, help_text="Of times that name none.")
    follow_up = Choice(
        [one.value for one, _words in FOLLOW_UP],
        required=False,
        help_text="What follows from low scores: cases, and owners are told; cases, and nobody is told; no cases.",
    )
    all_or_nothing = Flag(required=False, help_text="Import no row where one is not usable.")
    columns = serializers.DictField(
        child=WholeNumber(min_value=1, allow_null=True),
        required=False,
        help_text="By field the number of its column, counted from 1; null: not in the file. Other fields stay.",
    )


class ImportReading(serializers.Serializer[Any]):
    """How a file is read as long as it waits for a word."""

    column_names = serializers.ListField(child=serializers.CharField(allow_blank=True))
    columns = serializers.DictField(child=serializers.IntegerField(), help_text="By field the number of its column.")
    encoding = serializers.CharField(allow_null=True)
    delimiter = serializers.CharField(allow_null=True)
    dates = serializers.CharField(allow_null=True)
    zone = serializers.CharField(allow_null=True)
    follow_up = serializers.CharField(allow_null=True)
    all_or_nothing = serializers.BooleanField(allow_null=True)
    cannot_start = serializers.CharField(help_text="Why it cannot be imported so; empty where it can.")
