"""What leaves when somebody exports the list of customers? One line a company, with what the list shows of it."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from feedback.models import Account
from loop.exports.as_text import Utc

HEAD = (
    "account", "account_external_id", "segment", "country", "annual_value", "currency", "owner", "open_cases",
    "latest_score", "latest_category", "latest_at",
)  # fmt: skip
AT_ONCE = 1_000


def rows(accounts: QuerySet[Account]) -> Iterator[tuple[Any, ...]]:
    """A row for each account, which has the figures of the list (`loop.views.accounts`); times in UTC."""
    wanted = (
        "name", "external_id", "segment", "country", "annual_value", "currency", "ownership__user__email",
        "open_cases", "latest_score", "latest_category", Utc("latest_at"),
    )  # fmt: skip
    yield from accounts.values_list(*wanted).iterator(chunk_size=AT_ONCE)
