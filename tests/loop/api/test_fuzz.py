"""Whatever is sent, is the answer one that the OpenAPI description tells of, and never a fault of ours?

Schemathesis makes up requests from the description, good ones and bad ones. `LOOP_FUZZ_CASES` says how many for each
call; of 156 calls, 140 make the 20,000 that are asked for before a release.
"""

import os

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi import checks

from loop.config.wsgi import application
from tests import factories
from tests.loop.api.conftest import make_key

pytestmark = pytest.mark.django_db

CASES = int(os.environ.get("LOOP_FUZZ_CASES", "0"))
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
]

DESCRIPTION = schemathesis.openapi.from_dict(SchemaGenerator().get_schema(request=None, public=True))
DESCRIPTION.app = application
OPERATIONS = [found.ok() for found in DESCRIPTION.get_all_operations() if isinstance(found, Ok)]


@pytest.fixture(autouse=True)
def one_connection():
    """Keep requests from closing the connection that holds the transaction of the test."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def headers(db):
    return {"Authorization": f"Api-Key {make_key('admin')[1]}", "Accept-Encoding": "identity"}


@pytest.fixture
def opened(people):
    """A case in each state, so that steps meet something."""
    return [
        factories.case(owner=people.agent),
        factories.contacted_case(owner=people.agent),
        factories.resolved_case(owner=people.agent),
    ]


@pytest.mark.parametrize("call", OPERATIONS, ids=lambda call: call.label)
def test_no_request_is_answered_by_surprise(call, headers, opened):
    good, bad = (call.as_strategy(generation_mode=mode) for mode in GenerationMode)

    @given(case=st.one_of(good, bad), number=st.integers(0, 3))
    @settings(
        max_examples=CASES or 20,
        derandomize=not CASES,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    def answered_as_described(case, number):
        if number < len(opened) and "case_id" in (case.path_parameters or {}):
            case.path_parameters["case_id"] = opened[number].pk
        case.call_and_validate(headers=headers, checks=CHECKS)

    answered_as_described()
