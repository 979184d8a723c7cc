"""What was or will be sent? `manage.py messages [--case ID] [--to ADDRESS] [--since ISO-8601] [--json]`."""

import json
import logging
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db.models import QuerySet
from django.utils import timezone

from loop.management.instants import instant
from notifications import rendering
from notifications.models import Message

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "List the outbox, oldest first. A message that waits is shown as it would read now."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--case", type=int, metavar="ID", help="of one case")
        parser.add_argument("--to", metavar="ADDRESS", help="to one address, whatever its case")
        parser.add_argument("--since", metavar="ISO-8601", help="put into the outbox at this time or later")
        parser.add_argument("--json", action="store_true", help='print {"messages": [...]}')

    def handle(self, *args: Any, **options: Any) -> None:
        told = [tell(message) for message in chosen(options)]
        if options["json"]:
            self.stdout.write(json.dumps({"messages": told}))
            return
        for one in told:
            when = one["sent_at"] or f"after {one['send_after']}"
            self.stdout.write(f"{one['state']:<10} {when}  {one['kind']} to {one['to']} by {one['channel']}")
            self.stdout.write(f"           {one['subject']}")


def chosen(options: dict[str, Any]) -> QuerySet[Message]:
    """The messages asked for."""
    messages = Message.objects.select_related(
        "user", "contact", "case", "event", "invitation__survey", "invitation__contact"
    ).order_by("created_at", "pk")
    if options["case"] is not None:
        messages = messages.filter(case=options["case"])
    if options["to"]:
        messages = messages.filter(to__iexact=options["to"].strip())
    if options["since"]:
        messages = messages.filter(created_at__gte=instant(options["since"]))
    return messages


def tell(message: Message) -> dict[str, Any]:
    """One message as JSON values."""
    try:
        shown = rendering.shown(message, now=timezone.now())
        subject, body = shown.subject, shown.text
    except Exception:  # one message that cannot be put into words must not hide the others
        logger.exception("message %s cannot be shown", message.key)
        subject, body = message.subject, message.body
    return {
        "kind": message.kind,
        "channel": message.channel,
        "to": message.to,
        "subject": subject,
        "body": body,
        "state": message.state,
        "send_after": message.send_after.isoformat(),
        "sent_at": message.sent_at.isoformat() if message.sent_at else None,
        "key": message.key,
        "case": message.case_id,
        "error": message.error_in_words,
    }
