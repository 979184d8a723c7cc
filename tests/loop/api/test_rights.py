"""Who may make which call? Every call x every scope and every kind of person; a call missing here fails."""

import re

import pytest
from rest_framework.response import Response
from rest_framework.test import APIClient

from loop.api import urls
from loop.api.operation import LoopView
from loop.api.permissions import SCOPE_OPENS
from loop.models import ApiKey
from notifications.api import urls as telling_others
from tests import factories
from tests.loop.api.conftest import Caller, make_key, signed_in, with_key

pytestmark = pytest.mark.django_db

# What stands in lists and can be read one by one, as `loop.api.lists` and `notifications.api` describe it.
READ = (
    "accounts/", "accounts/<any:external_id>/", "contacts/", "contacts/<any:external_id>/", "responses/",
    "responses/<int:response_id>/", "promises/", "promises/<int:promise_id>/", "calls/", "calls/<int:call_id>/",
    "waves/", "waves/<int:wave_id>/", "waves/<int:wave_id>/members/", "complaints/", "complaints/<int:complaint_id>/",
    "root-causes/", "root-causes/<line:key>/", "me/views/", "me/views/<int:view_id>/", "me/notices/",
    "me/notices/<int:notice_id>/", "me/messages/", "me/report-subscriptions/",
    "me/report-subscriptions/<int:subscription_id>/",
)  # fmt: skip
READ_BY_LEADS = ("board/", "huddle/")
READ_BY_VERIFIERS = ("suspect-answers/", "suspect-answers/<int:suspect_answer_id>/")
READ_BY_THE_TOP = (
    "surveys/", "surveys/<line:key>/", "surveys/<line:key>/links/", "surveys/<line:key>/links/<int:link_id>/",
    "repeated-waves/", "repeated-waves/<int:repeated_wave_id>/", "triggers/", "triggers/<int:trigger_id>/",
    "programme/rules/", "programme/",
)  # fmt: skip
READ_BY_ADMINISTRATORS = (
    "languages/", "languages/<line:language>/", "people/", "people/<line:email>/", "teams/", "teams/<int:team_id>/",
    "sla-policies/", "sla-policies/<int:policy_id>/", "calendars/", "calendars/<int:calendar_id>/", "quiet-hours/",
    "assignment-rules/", "assignment-rules/<int:rule_id>/", "assignment/conflicts/", "guides/",
    "guides/<int:guide_id>/", "mail-templates/", "mail-templates/<int:template_id>/",
)  # fmt: skip
MANAGED = (
    "answer-sources/", "answer-sources/<int:source_id>/", "answer-sources/<int:source_id>/arrivals/",
    "answer-sources/<int:source_id>/arrivals/<int:arrival_id>/", "imports/", "imports/<int:import_id>/", "pulls/",
    "pulls/<int:pull_id>/", "pulls/<int:pull_id>/runs/", "data-requests/", "data-requests/<int:request_id>/",
    "messages/", "messages/<int:message_id>/", "stopped-addresses/",
)  # fmt: skip

# The call, and the scope of the keys it is open to besides admin; None: all.
CALLS = {
    **{
        ("GET", route): "read"
        for route in (*READ, *READ_BY_LEADS, *READ_BY_VERIFIERS, *READ_BY_THE_TOP, *READ_BY_ADMINISTRATORS)
    },
    **{("GET", route): "manage" for route in MANAGED},
    ("POST", "imports/"): "manage",
    ("PATCH", "imports/<int:import_id>/"): "manage",
    ("GET", "imports/<int:import_id>/result/"): "manage",
    **{("POST", f"imports/<int:import_id>/{step}/"): "manage" for step in ("start", "stop", "resume", "discard")},
    ("POST", "pulls/<int:pull_id>/fetch/"): "manage",
    ("POST", "me/report-subscriptions/"): "write",
    ("PUT", "me/report-subscriptions/<int:subscription_id>/"): "write",
    ("DELETE", "me/report-subscriptions/<int:subscription_id>/"): "write",
    ("PUT", "accounts/<any:external_id>/"): "ingest",
    ("PUT", "contacts/<any:external_id>/"): "ingest",
    ("GET", "contacts/<any:external_id>/survey-link/"): "ingest",
    ("POST", "responses/"): "ingest",
    ("POST", "responses/bulk/"): "ingest",
    ("POST", "events/"): "ingest",
    ("GET", "cases/"): "read",
    ("GET", "cases/<int:case_id>/"): "read",
    ("POST", "cases/<int:case_id>/assign/"): "write",
    ("POST", "cases/<int:case_id>/take/"): "write",
    ("POST", "cases/<int:case_id>/call/"): "write",
    ("POST", "cases/<int:case_id>/call/cancel/"): "write",
    ("POST", "cases/<int:case_id>/attempt/"): "write",
    ("POST", "cases/<int:case_id>/plan_next/"): "write",
    ("POST", "cases/<int:case_id>/hold/"): "write",
    ("POST", "cases/<int:case_id>/resume/"): "write",
    ("POST", "cases/<int:case_id>/promise/"): "write",
    ("POST", "promises/<int:promise_id>/keep/"): "write",
    ("POST", "promises/<int:promise_id>/move/"): "write",
    ("POST", "promises/<int:promise_id>/withdraw/"): "write",
    ("POST", "cases/<int:case_id>/snooze/"): "write",
    ("POST", "cases/<int:case_id>/wake/"): "write",
    ("POST", "cases/<int:case_id>/resolve/"): "write",
    ("POST", "cases/<int:case_id>/close_unreached/"): "write",
    ("POST", "cases/<int:case_id>/withdraw/"): "write",
    ("POST", "cases/<int:case_id>/reopen/"): "write",
    ("POST", "cases/<int:case_id>/escalate/"): "write",
    ("POST", "cases/<int:case_id>/note/"): "write",
    ("POST", "cases/<int:case_id>/mail/"): "write",
    ("POST", "cases/<int:case_id>/someone_else/"): "write",
    ("GET", "events/"): "read",
    ("GET", "favours/"): "read",
    ("GET", "absences/"): "read",
    ("POST", "absences/"): "write",
    ("POST", "absences/<int:absence_id>/end/"): "write",
    ("POST", "assignment/try/"): "read",
    ("GET", "people/<line:email>/working-hours/"): "read",
    ("PUT", "people/<line:email>/working-hours/"): "write",
    ("GET", "surveys/<line:key>/thanks/"): "read",
    ("PUT", "surveys/<line:key>/thanks/"): "manage",
    ("GET", "surveys/<line:key>/words/"): "read",
    ("PUT", "surveys/<line:key>/words/"): "manage",
    ("POST", "surveys/<line:key>/words/try/"): "read",
    ("GET", "reports/overview/"): "read",
    ("GET", "reports/planner/"): "read",
    ("GET", "reports/nps/"): "read",
    ("GET", "reports/loop/"): "read",
    ("GET", "reports/recovery/"): "read",
    ("GET", "reports/responses/"): "read",
    ("GET", "reports/revenue/"): "read",
    ("GET", "goals/"): "read",
    ("POST", "goals/"): "manage",
    ("PUT", "goals/<int:goal_id>/"): "manage",
    ("GET", "benchmarks/"): "read",
    ("POST", "benchmarks/"): "manage",
    ("PUT", "benchmarks/<int:benchmark_id>/"): "manage",
    ("GET", "reports/change/"): "read",
    ("GET", "reports/people/"): "read",
    ("GET", "reports/integrity/"): "read",
    ("GET", "reports/behind/<line:figure>/"): "read",
    ("GET", "exchange-rates/"): "read",
    ("POST", "exchange-rates/"): "manage",
    ("GET", "studies/"): "read",
    ("POST", "studies/"): "manage",
    ("POST", "studies/<int:study_id>/stop/"): "manage",
    ("GET", "webhooks/"): "manage",
    ("POST", "webhooks/"): "manage",
    ("GET", "webhooks/<int:endpoint_id>/"): "manage",
    ("PUT", "webhooks/<int:endpoint_id>/"): "manage",
    ("POST", "webhooks/<int:endpoint_id>/secret/"): "manage",
    ("POST", "webhooks/<int:endpoint_id>/test/"): "manage",
    ("POST", "webhooks/<int:endpoint_id>/switch/"): "manage",
    ("GET", "webhooks/<int:endpoint_id>/deliveries/"): "manage",
    ("POST", "webhooks/<int:endpoint_id>/replay/"): "manage",
    ("GET", "me/"): None,
}

# What only administrators see and change in the browser.
SETUP = {
    "surveys/<line:key>/thanks/", "surveys/<line:key>/words/", "surveys/<line:key>/words/try/",
    "exchange-rates/", "studies/", "studies/<int:study_id>/stop/",
    *READ_BY_ADMINISTRATORS,
}  # fmt: skip
NOT_FOR_AGENTS = {
    "events/",
    *READ_BY_LEADS,
    *READ_BY_THE_TOP,
    *READ_BY_VERIFIERS,
}  # others than administrators read it as well

# What a key with each scope may do, said once more by hand: the table in the code must not decide alone.
OPENS = {
    "ingest": {"ingest"},
    "read": {"read"},
    "write": {"write", "ingest"},
    "admin": {"ingest", "read", "write", "manage"},
}

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def make(caller: Caller, method: str, route: str, case_id: int = 1):
    parts = {
        "<any:external_id>": "X-1",
        "<int:case_id>": str(case_id),
        "<line:email>": "anna@loop.example",
        "<line:key>": "relational",
        "<line:figure>": "resolved",
    }
    path = route
    for part, value in parts.items():
        path = path.replace(part, value)
    path = re.sub("<int:[a-z_]+>", "1", path).replace("<line:language>", "is")
    return caller.client.generic(method, f"/api/v1/{path}", "{}", content_type="application/json")


def test_every_call_is_in_the_table():
    patterns = [*urls.urlpatterns, *telling_others.urlpatterns]
    routes = {str(pattern.pattern) for pattern in patterns if pattern.name != "api-not-found"}

    assert routes == {route for _method, route in CALLS}
    assert set(OPENS) == set(SCOPE_OPENS) == set(ApiKey.SCOPES)


def test_a_call_that_says_nobody_is_open_to_nobody(rf):
    class Forgotten(LoopView):
        def get(self, request):
            return Response("secret")

    request = rf.get("/", headers={"Authorization": f"Api-Key {make_key('admin')[1]}"})

    assert Forgotten.as_view()(request).status_code == 403


@pytest.mark.parametrize("scope", OPENS)
@pytest.mark.parametrize(("call", "needs"), CALLS.items(), ids=str)
def test_a_key_opens_what_its_scope_says(scope, call, needs):
    case = factories.case()
    said = make(with_key(make_key(scope)[1]), *call, case.pk)

    if needs is None or needs in OPENS[scope]:
        assert said.status_code not in (401, 403)
    else:
        assert said.status_code == 403
        assert said["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("call", CALLS, ids=str)
@pytest.mark.parametrize("who", ["anybody", "revoked", "expired"])
def test_nobody_else_gets_in(request, who, call):
    said = make(request.getfixturevalue(who), *call)

    assert said.status_code == 401
    assert said["WWW-Authenticate"] == 'Api-Key realm="Loop"'
    assert said["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("call", [call for call, needs in CALLS.items() if needs == "ingest"], ids=str)
def test_of_people_only_administrators_hand_things_in(people, call):
    for person in people:
        said = make(signed_in(person), *call)
        assert (said.status_code == 403) == (person != people.admin), person


@pytest.mark.parametrize(
    "call", [call for call, needs in CALLS.items() if needs in ("read", None) and call[0] == "GET"], ids=str
)
def test_people_may_read(people, call):
    """One by one: where the row is, `tests.architecture.test_urls` asks for each as everybody."""
    case = factories.case(owner=people.agent)
    one_that_is_not_there = call[1] in {*READ, *READ_BY_VERIFIERS, *READ_BY_THE_TOP, *READ_BY_ADMINISTRATORS}
    all_is_well = {200, 404} if one_that_is_not_there and "<" in call[1] else {200}
    is_setup = call[1] in SETUP | NOT_FOR_AGENTS

    assert make(signed_in(people.agent), *call, case.pk).status_code in ({403} if is_setup else all_is_well)
    assert make(signed_in(people.admin), *call, case.pk).status_code in all_is_well


@pytest.mark.parametrize("call", [call for call in CALLS if call[1] in SETUP], ids=str)
def test_of_people_only_administrators_set_things_up(people, call):
    factories.survey()
    for person in people:
        assert (make(signed_in(person), *call).status_code == 403) == (person != people.admin), person


def test_somebody_who_was_deactivated_is_out_at_once(people):
    anna = signed_in(people.agent)
    people.agent.is_active = False
    people.agent.save(update_fields=["is_active"])

    assert anna.get("me/").status_code == 401


@pytest.mark.parametrize("route", sorted({route for _method, route in CALLS}))
def test_other_methods_are_refused(admin_key, route):
    offered = {method for method, listed in CALLS if listed == route}
    for method in set(METHODS) - offered:
        said = make(admin_key, method, route)
        assert said.status_code == 405, method
        assert said["Content-Type"] == "application/problem+json"
        assert set(re.split(", ", said["Allow"])) >= offered


class TestTheBrowser:
    """A session acts only with the token that pages of this site carry."""

    def strict_client(self, person):
        client = APIClient(enforce_csrf_checks=True)
        client.force_login(person)
        return client

    def test_cannot_be_made_to_act_by_another_site(self, people):
        case = factories.case(owner=people.agent)
        said = self.strict_client(people.agent).post(f"/api/v1/cases/{case.pk}/note/", {"note": "Forged."})

        assert said.status_code == 403
        assert "CSRF" in said.json()["detail"]

    def test_acts_with_its_token(self, people):
        case = factories.case(owner=people.agent)
        client = self.strict_client(people.agent)
        client.cookies["csrftoken"] = token = "a" * 32
        path = f"/api/v1/cases/{case.pk}/note/"
        said = client.post(path, {"note": "Mine."}, headers={"X-CSRFToken": token})

        assert said.status_code == 200

    def test_a_key_needs_none(self, people):
        client = APIClient(enforce_csrf_checks=True)
        client.credentials(HTTP_AUTHORIZATION=f"Api-Key {make_key('write')[1]}")

        assert client.post(f"/api/v1/cases/{factories.case().pk}/note/", {"note": "Hi."}).status_code == 200


class TestTheHeader:
    @pytest.mark.parametrize(
        "header", ["Api-Key", "Api-Key ", "Bearer {key}", "{key}", "Api-Key {key} x", "Basic e30="]
    )
    def test_must_be_the_one(self, header):
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=header.format(key=make_key("admin")[1]))

        assert client.get("/api/v1/me/").status_code == 401

    def test_may_be_written_in_any_case(self):
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"API-KEY  {make_key('admin')[1]}")

        assert client.get("/api/v1/me/").status_code == 200

    def test_is_the_only_place_for_a_key(self):
        text = make_key("admin")[1]

        assert APIClient().get("/api/v1/me/", {"api_key": text, "key": text}).status_code == 401
