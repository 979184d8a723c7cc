"""GET me/: whom does Loop take the caller for?"""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from loop.api.caller import Caller
from loop.api.fields import Instant
from loop.api.operation import LoopView, operation
from loop.models import ApiKey, Role


class Me(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(["key", "person"])
    name = serializers.CharField()
    email = serializers.CharField(allow_null=True, help_text="Of a person.")
    role = serializers.ChoiceField(Role.choices, allow_null=True, help_text="Of a person.")
    teams = serializers.ListField(child=serializers.CharField(), help_text="Of a person.")
    scopes = serializers.ListField(child=serializers.ChoiceField(ApiKey.SCOPES), help_text="Of a key.")
    expires_at = Instant(allow_null=True, help_text="Of a key; null: never.")


class MeView(LoopView):
    @operation(scope=None, name="get_me", summary="Who the key or the session is", answers={200: Me})
    def get(self, request: Request) -> Response:
        caller = Caller.of(request)
        me: dict[str, Any] = {"email": None, "role": None, "teams": [], "scopes": [], "expires_at": None}
        if caller.key is not None:
            me |= {"kind": "key", "name": caller.key.name}
            me |= {"scopes": caller.key.scopes, "expires_at": caller.key.expires_at}
        elif caller.person is not None:
            teams = caller.person.teams.order_by("name").values_list("name", flat=True)
            me |= {"kind": "person", "name": caller.person.display_name, "email": caller.person.email}
            me |= {"role": caller.person.role, "teams": list(teams)}
        return Response(Me(me).data)
