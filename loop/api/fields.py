"""What may a value be? Fields that take one JSON type each and never guess: "7" is not 7, 1 is not true."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from feedback.contacts import clean_line

LARGEST_INTEGER = 2**31 - 1
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)


class StrictSerializer(serializers.Serializer[Any]):
    """A body or a query that may hold the declared fields and no others."""

    def to_internal_value(self, data: Any) -> Any:
        unknown = [name for name in data if name not in self.fields] if isinstance(data, Mapping) else []
        errors: dict[Any, Any] = {name: [_("There is no such field.")] for name in unknown}
        try:
            values = super().to_internal_value(data)
        except serializers.ValidationError as error:
            if isinstance(error.detail, dict):
                raise serializers.ValidationError({**error.detail, **errors}) from None
            raise
        if errors:
            raise serializers.ValidationError(errors)
        return values


class Text(serializers.CharField):
    """Text, as JSON text only. NUL characters and halves of surrogate pairs are refused by the base class."""

    default_error_messages = {"invalid": _("This must be text.")}

    def run_validation(self, data: Any = serializers.empty) -> Any:
        if data is not serializers.empty and data is not None and not isinstance(data, str):
            self.fail("invalid")
        return super().run_validation(data)


class ExternalId(Text):
    """What another system calls a thing: one line, stored as it is."""

    default_error_messages = {
        "not_a_line": _("This must be one line without control characters and without doubled or outer spaces.")
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 200, "trim_whitespace": False, **kwargs})

    def to_internal_value(self, data: Any) -> str:
        text = super().to_internal_value(data)
        if clean_line(text) != text:
            self.fail("not_a_line")
        return text


class Email(serializers.EmailField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 254, **kwargs})

    def run_validation(self, data: Any = serializers.empty) -> Any:
        if data is not serializers.empty and data is not None and not isinstance(data, str):
            self.fail("invalid")
        return super().run_validation(data)


class Flag(serializers.BooleanField):
    """true or false."""

    default_error_messages = {"invalid": _("This must be true or false.")}

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid")
        return bool(data)


class WholeNumber(serializers.IntegerField):
    """A whole number, written without a fraction."""

    default_error_messages = {"invalid": _("This must be a whole number.")}

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        return int(data)


class Score(WholeNumber):
    """A score: a whole number, also where a system writes it 7.0."""

    default_error_messages = {"invalid": _("{value} is not a whole number.")}

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, float) and data.is_integer():
            data = int(data)
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid", value=json.dumps(data)[:50])
        return super().to_internal_value(data)


class Code(Text):
    """A code of a public list, or nothing."""

    default_error_messages = {"unknown": _("“{code}” is not {what}.")}

    def __init__(self, what: StrOrPromise, known: Callable[[str], bool], **kwargs: Any) -> None:
        super().__init__(**{"max_length": 10, "required": False, "allow_blank": True, **kwargs})
        self.what, self.known = what, known

    def to_internal_value(self, data: Any) -> str:
        code = super().to_internal_value(data)
        if code and not self.known(code):
            self.fail("unknown", code=code, what=self.what)
        return code


class Pattern(Text, serializers.RegexField):
    """Text of a certain shape."""

    default_error_messages = {"shape": _("“{text}” is not of the form {shape}.")}

    def __init__(self, regex: str, *, shape: StrOrPromise, **kwargs: Any) -> None:
        super(Text, self).__init__(regex, **kwargs)
        self.regex, self.shape = regex, shape

    def run_validation(self, data: Any = serializers.empty) -> Any:
        if isinstance(data, str) and re.fullmatch(self.regex, data.strip()) is None and data.strip():
            self.fail("shape", text=data[:50], shape=self.shape)
        return super().run_validation(data)


class Choice(serializers.ChoiceField):
    """One of a few words."""

    default_error_messages = {"invalid_choice": _("“{input}” is not one of {known}.")}

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str) or data not in self.choices:
            self.fail("invalid_choice", input=str(data)[:50], known=", ".join(map(str, self.choices)))
        return data


class Instant(serializers.DateTimeField):
    """A moment: ISO 8601 with its offset from UTC. Given out in UTC."""

    default_error_messages = {
        "invalid": _("This must be a time such as 2026-11-21T08:30:00Z."),
        "naive": _("This time lacks its offset from UTC, such as Z or +01:00."),
        "early": _("This time lies before 1970."),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(default_timezone=UTC, **kwargs)

    def enforce_timezone(self, value: datetime | None) -> datetime:
        if value is None or value.tzinfo is None:
            self.fail("naive")
        moment = super().enforce_timezone(value)
        if moment is None or moment < EARLIEST:
            self.fail("early")
        return moment


class Zone(Text):
    """The name of a time zone."""

    default_error_messages = {"unknown": _("“{name}” is not a time zone such as Europe/Helsinki.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 64, **kwargs})

    def to_internal_value(self, data: Any) -> str:
        name = super().to_internal_value(data)
        try:
            return ZoneInfo(name).key
        except (LookupError, ValueError, OSError):  # OSError: the name of a folder
            self.fail("unknown", name=name)


@extend_schema_field({"oneOf": [{"type": "number"}, {"type": "string", "format": "decimal"}], "example": "125000.00"})
class Amount(serializers.DecimalField):
    """Money: a number, or text with a decimal point, with at most two decimals."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_digits": 14, "decimal_places": 2, **kwargs})

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, bool) or not isinstance(data, (int, float, str)):
            self.fail("invalid")
        return super().to_internal_value(data)


@extend_schema_field({"type": "object", "additionalProperties": True, "example": {"tier": "gold", "seats": 40}})
class Attributes(serializers.Field[Any, Any, Any, Any]):
    """Names and plain values; what they may be is checked where they are stored."""

    default_error_messages = {"invalid": _("This must be an object of names and plain values.")}

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, dict):
            self.fail("invalid")
        return data

    def to_representation(self, value: Any) -> Any:
        return value


class Version(WholeNumber):
    """The version of a case the caller last saw."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=LARGEST_INTEGER, required=False, **kwargs)
