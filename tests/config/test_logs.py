"""Is a log line readable, and free of what opens a customer's page?"""

import logging
import logging.config
import sys

import pytest
import structlog
from django.conf import settings

from loop.config.logs import drop_probes, mask_tokens

TOKEN = "kJ3n-4_XyZ0123456789abcd"


@pytest.mark.parametrize("page", ["s", "c", "u", "o", "k"])
def test_the_token_of_a_customers_page_is_masked(page):
    event = mask_tokens(None, "info", {"event": f"GET http://testserver/{page}/{TOKEN}/ refused", "code": 404})
    assert event == {"event": f"GET http://testserver/{page}/***/ refused", "code": 404}


@pytest.mark.parametrize(
    "path",
    [f"/l/relational/C-2001/{TOKEN}/?score=3", f"/w/{TOKEN}/eligible/?contact=C-2001&time=1&signature={TOKEN}"],
)
def test_who_is_behind_a_signed_address_is_masked_with_it(path):
    event = mask_tokens(None, "info", {"request": f"GET {path}", "code": 200})
    assert event == {"request": f"GET {path[:3]}***", "code": 200}


def test_where_a_survey_tool_calls_is_masked_with_its_secret():
    event = mask_tokens(None, "info", {"request": f"POST /in/{TOKEN}/secret-of-the-tool/", "code": 202})
    assert event == {"request": "POST /in/***", "code": 202}


def test_the_link_that_stops_a_mail_is_masked():
    event = mask_tokens(None, "info", {"request": f"GET /me/reports/stop/{TOKEN}/"})
    assert event == {"request": "GET /me/reports/stop/***/"}


@pytest.mark.parametrize("path", ["/w/loop.js", "/cases/12345678/", "/static/loop/loop.css", "/api/v1/responses/"])
def test_other_addresses_stay_readable(path):
    assert mask_tokens(None, "info", {"event": f"GET {path}"}) == {"event": f"GET {path}"}


def test_a_probe_that_finds_all_well_leaves_no_line():
    with pytest.raises(structlog.DropEvent):
        drop_probes(None, "info", {"request": "GET /healthz", "code": 200})
    assert drop_probes(None, "info", {"request": "GET /healthz", "code": 503})


def test_a_line_from_any_library_is_masked_too(capsys):
    """Through the real configuration: formatted, key=value, one line, the traceback included."""
    formatter = logging.config.DictConfigurator(settings.LOGGING).configure_formatter(
        settings.LOGGING["formatters"]["line"]
    )
    try:
        raise ValueError(f"no page at /s/{TOKEN}/")
    except ValueError:
        record = logging.getLogger("some.library").makeRecord(
            "some.library", logging.ERROR, __file__, 1, "failed for %s", (f"/u/{TOKEN}/",), None
        )
        record.exc_info = sys.exc_info()
    line = formatter.format(record)
    assert "level=error logger=some.library" in line
    assert 'event="failed for /u/***/"' in line
    assert "ValueError: no page at /s/***/" in line
    assert TOKEN not in line
    assert "\n" not in line
