"""What does a test that drives a browser get? A page whose script errors and policy breaches fail the test."""

from collections.abc import Iterator

import pytest
from django.db import connections
from playwright.sync_api import Page, sync_playwright


@pytest.fixture(autouse=True)
def at_any_hour(settings) -> None:
    """These tests run by the real clock, which may show a Sunday."""
    settings.SURVEY_HOURS = (0, 24)


@pytest.fixture
def page(chromium: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    """A page of a fresh browser; an error in a script or a breach of the security policy fails the test."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright keeps an event loop in this thread
    troubles: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="en-GB", reduced_motion="reduce")
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on(
            "console",
            lambda message: troubles.append(message.text) if "Content Security Policy" in message.text else None,
        )
        yield page
        browser.close()
        # While its loop runs, Django gives this thread connections of their own. Nobody would find them later, and
        # PostgreSQL drops no database that somebody is connected to.
        connections.close_all()
    assert not troubles
