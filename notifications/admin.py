"""The outbox in Django's own admin, for support: to look at, not to change."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from notifications.models import Message


@admin.register(Message)
class MessageAdmin(admin.ModelAdmin):
    list_display = ["key", "kind", "to", "state", "send_after", "sent_at"]
    list_filter = ["state", "kind"]
    search_fields = ["key", "to"]
    fields = [
        "key", "kind", "channel", "to", "language", "subject", "state", "attempts", "error",
        "created_at", "send_after", "lease_until", "sent_at", "message_id", "case", "event", "invitation",
    ]  # fmt: skip
    list_select_related = True
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
