"""Where else than by e-mail are our own people told, and of what? A chat, a mobile telephone; a team's chat."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class StaffChannel(models.TextChoices):
    CHAT = "chat", _("chat")
    SMS = "sms", _("text message")


class StaffAddress(models.Model):
    """One further address of a person or of a team. What opens a chat is a secret: it lies here sealed."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="further_addresses"
    )
    team = models.ForeignKey(
        "loop.Team", on_delete=models.CASCADE, null=True, blank=True, related_name="further_addresses"
    )
    channel = models.CharField(max_length=10, choices=StaffChannel.choices)
    sealed = models.TextField()
    shown = models.CharField(max_length=100)  # what people may see of it: Slack …fQ
    host = models.CharField(max_length=255, blank=True)  # who must answer; of one that does not, all its rest
    kinds = models.JSONField(default=list)  # of which messages
    trouble = models.CharField(max_length=500, blank=True)  # why the last one did not arrive
    trouble_at = models.DateTimeField(null=True, blank=True)
    arrived_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(channel__in=StaffChannel.values), name="staff_channel_is_known"),
            models.CheckConstraint(
                condition=Q(user__isnull=False, team=None) | Q(user=None, team__isnull=False, channel="chat"),
                name="staff_address_is_somebodys",
            ),
            models.UniqueConstraint(fields=["user", "channel"], name="staff_address_once_a_person"),
            models.UniqueConstraint(fields=["team", "channel"], name="staff_address_once_a_team"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} of {self.user or self.team}"
