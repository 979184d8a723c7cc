"""Does the OpenAPI description hold every call, and can it be read? Whether it is true is asked by `test_fuzz`."""

import re

import pytest
from django.core.management import call_command
from django.test import Client
from drf_spectacular.generators import SchemaGenerator

from tests.loop.api.test_rights import CALLS


@pytest.fixture(scope="module")
def description():
    return SchemaGenerator().get_schema(request=None, public=True)


def test_the_description_is_valid_and_was_made_without_a_warning(tmp_path):
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "schema.yml"))


def test_it_holds_every_call_and_no_other(description):
    described = {
        (method.upper(), path.removeprefix("/api/v1/"))
        for path, methods in description["paths"].items()
        for method in methods
    }
    plain = {
        (method, route.replace("<any:", "{").replace("<int:", "{").replace("<line:", "{").replace(">", "}"))
        for method, route in CALLS
    }
    assert described == plain


def test_what_it_refers_to_is_in_it(description):
    referred = set(re.findall(r"'#/components/schemas/(\w+)'", str(description)))

    assert "CaseLine" in referred
    assert referred - set(description["components"]["schemas"]) == set()


def test_every_call_says_how_to_sign_in_and_what_a_refusal_looks_like(description):
    for methods in description["paths"].values():
        for call in methods.values():
            assert {"apiKey": []} in call["security"]
            assert {"401", "403"} <= set(call["responses"])
            for status, response in call["responses"].items():
                if status >= "400":
                    assert list(response["content"]) == ["application/problem+json"]


def test_every_post_takes_an_idempotency_key(description):
    for methods in description["paths"].values():
        if "post" in methods:
            names = [parameter["name"] for parameter in methods["post"].get("parameters", [])]
            assert "Idempotency-Key" in names
            assert {"409", "422"} <= set(methods["post"]["responses"])


def test_every_body_has_an_example(description):
    for methods in description["paths"].values():
        for call in methods.values():
            if "requestBody" in call:
                assert all(content["examples"] for content in call["requestBody"]["content"].values())


def test_it_can_be_read_by_anybody():
    assert Client().get("/api/schema/").status_code == 200


class TestTheReadablePage:
    def test_loads_nothing_from_elsewhere_and_keeps_to_the_content_security_policy(self):
        page = Client().get("/api/docs/")
        text = page.content.decode()

        assert page.status_code == 200
        assert "http://" not in text
        assert "https://" not in text
        assert "<style" not in text
        assert "unsafe" not in page["Content-Security-Policy"]

    def test_starts_by_a_script_of_its_own_address(self):
        script = Client().get("/api/docs/?script=")

        assert script["Content-Type"].startswith("application/javascript")
        assert b"/api/schema/" in script.content
