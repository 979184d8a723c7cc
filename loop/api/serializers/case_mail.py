"""How is a mail of a case written in JSON, and what does writing one take?"""

from typing import Any

from rest_framework import serializers

from loop.api.fields import Instant, StrictSerializer, Text, Version
from loop.mailing import SUBJECT_LIMIT
from loop.models import CaseMail, Direction, MailState
from loop.workflow import TEXT_LIMIT


class MailBody(StrictSerializer):
    template = Text(max_length=50, required=False, help_text="The key of a template, in the customer's language.")
    subject = Text(max_length=SUBJECT_LIMIT, required=False, help_text="Left out: that of the template.")
    body = Text(max_length=TEXT_LIMIT, required=False, help_text="Left out: that of the template. Plain text.")
    version = Version()


class Attachment(serializers.Serializer[Any]):
    name = serializers.CharField()
    type = serializers.CharField()
    size = serializers.IntegerField(help_text="Bytes. The file itself stays in the mailbox it came to.")


class MailLine(serializers.Serializer[CaseMail]):
    """A mail of a case, in either direction."""

    id = serializers.IntegerField()
    direction = serializers.ChoiceField(Direction.choices)
    state = serializers.ChoiceField(MailState.choices)
    address = serializers.CharField(help_text="Whom it went to, or who it says it is from.")
    name = serializers.CharField()
    from_known_address = serializers.BooleanField(source="is_known")
    automatic = serializers.BooleanField(source="is_automatic")
    away_until = serializers.DateField(allow_null=True)
    subject = serializers.CharField()
    body = serializers.CharField(source="text", help_text="Without what it quotes.")
    attachments = Attachment(many=True)
    problem = serializers.CharField()
    at = Instant()
    sent_at = Instant(allow_null=True)
