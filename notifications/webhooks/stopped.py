"""What are administrators told of webhooks that have stopped by themselves?"""

from typing import Any

from django.conf import settings
from django.urls import reverse

from notifications.models import Message, WebhookEndpoint, WhyOff


def of_stopped(_message: Message) -> dict[str, Any]:
    """All that have stopped when the mail leaves, each with the reason and its page."""
    stopped = WebhookEndpoint.objects.filter(why_off__in=(WhyOff.GONE, WhyOff.FAILING)).order_by("-off_since")
    return {
        "stopped": [
            {
                "name": each.name,
                "why": each.get_why_off_display(),
                "url": settings.BASE_URL + reverse("webhook", args=[each.pk]),
            }
            for each in stopped
        ]
    }
