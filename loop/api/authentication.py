"""Who is calling? Reads `Authorization: Api-Key KEY`; people in the browser come in by Django's session instead."""

from typing import Any

from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from loop import api_keys
from loop.api.caller import Machine
from loop.models import ApiKey

SCHEME = "Api-Key"


class ApiKeyAuthentication(BaseAuthentication):
    """Keys are taken from the header only: an address ends up in logs."""

    def authenticate(self, request: Request) -> tuple[Machine, ApiKey] | None:
        scheme, _, text = request.META.get("HTTP_AUTHORIZATION", "").strip().partition(" ")
        if scheme.casefold() != SCHEME.casefold():
            return None
        try:
            key = api_keys.verify(text.strip(), now=timezone.now())
        except api_keys.KeyRefused as refusal:
            raise AuthenticationFailed(str(refusal)) from None
        return Machine(key), key

    def authenticate_header(self, request: Request) -> str:
        return f'{SCHEME} realm="Loop"'


class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the OpenAPI description tells of the header."""

    target_class = ApiKeyAuthentication
    name = "apiKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": f"`{SCHEME} KEY`, with a key made by `manage.py create_api_key`.",
        }
