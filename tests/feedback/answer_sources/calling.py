"""A survey tool that calls its address here, by HTTP as it does."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.test import Client

from feedback.models import AnswerSource, ArrivedAnswer, Response
from tests import factories
from tests.feedback.answer_sources import senders


@dataclass
class Caller:
    """One survey tool, and the address here that it calls."""

    source: AnswerSource
    secret: str

    @property
    def kind(self) -> str:
        return self.source.kind

    @property
    def path(self) -> str:
        return f"/in/{self.source.key}/"

    @property
    def url(self) -> str:
        return f"{settings.BASE_URL}{self.path}"

    def sent(self, told: Any, *, at=factories.NOW, secret: str = "") -> senders.Sent:
        return senders.send(self.kind, told, secret=secret or self.secret, at=at, url=self.url)

    def post(self, sent: senders.Sent) -> int:
        """Call the address. Returns the status."""
        path = f"{self.path}{sent.secret}/" if sent.secret else self.path
        kind = sent.headers.get("Content-Type", "application/json")
        headers = {name: value for name, value in sent.headers.items() if name != "Content-Type"}
        return Client().post(path, data=sent.body, content_type=kind, headers=headers).status_code

    def tell(self, number: int = 0, *, now=factories.NOW, **changes: Any) -> int:
        """Tell of an answer, signed now."""
        return self.post(self.sent(senders.payload(self.kind, number, **changes), at=now))

    def rows(self) -> list[ArrivedAnswer]:
        return list(ArrivedAnswer.objects.filter(source=self.source).order_by("pk"))

    def responses(self) -> list[Response]:
        return list(Response.objects.filter(source=self.source.source).order_by("pk"))

    def renew(self, **fields: Any) -> None:
        """Set something up otherwise."""
        for name, value in fields.items():
            setattr(self.source, name, value)
        self.source.save()
