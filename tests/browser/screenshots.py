"""What does Loop look like? Takes the pictures of the README from a freshly filled company: `make screenshots`.

The company lives on a Thursday morning, so that something is overdue, something due today and something later.
"""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

import time_machine  # noqa: E402  everything below needs Django to be set up
from django.contrib.staticfiles.handlers import StaticFilesHandler  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test.testcases import LiveServerThread  # noqa: E402
from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402

from feedback import invitations  # noqa: E402
from feedback.models import Invitation  # noqa: E402
from loop import demo  # noqa: E402
from loop.demo.company import TOUR_CONTACT  # noqa: E402

IMAGES = Path(__file__).resolve().parents[2] / "docs" / "images"
THURSDAY = 3
READER = demo.DEMO_LOGINS[0][0]


def last_thursday_morning(now: datetime) -> datetime:
    """The latest Thursday, 08:12 UTC, that is over: a date in the future would make the browser refuse cookies."""
    morning = now.replace(hour=8, minute=12, second=0, microsecond=0)
    return morning - timedelta(days=(morning.weekday() - THURSDAY) % 7 or 7)


@contextmanager
def server() -> Iterator[str]:
    """The product on a free port of this machine; yields its address."""
    thread = LiveServerThread("localhost", StaticFilesHandler)
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    if thread.error:
        raise thread.error
    try:
        yield f"http://localhost:{thread.port}"
    finally:
        thread.terminate()


def open_page(browser: Browser, *, width: int, height: int) -> Page:
    page = browser.new_page(
        viewport={"width": width, "height": height}, color_scheme="light", reduced_motion="reduce", locale="en-GB"
    )
    page.on("pageerror", lambda error: sys.exit(f"The page has an error: {error}"))
    return page


def take_inbox(browser: Browser, address: str) -> None:
    page = open_page(browser, width=1120, height=720)
    page.goto(f"{address}/login/")
    page.fill("[name=username]", READER)
    page.fill("[name=password]", demo.DEMO_PASSWORD)
    page.click("button")
    page.wait_for_selector("a.row")
    page.screenshot(path=IMAGES / "inbox.png")


def take_survey(browser: Browser, address: str) -> None:
    asked = Invitation.objects.filter(contact__email=TOUR_CONTACT, response=None).order_by("-pk").first()
    if asked is None:
        sys.exit(f"The demo company has no survey waiting for {TOUR_CONTACT}.")
    page = open_page(browser, width=720, height=700)
    page.goto(f"{address}/s/{invitations.link_token(asked)}/?score=3")
    page.screenshot(path=IMAGES / "survey.png")


def main() -> None:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("There is no Chromium on this machine (Debian: apt-get install chromium).")
    call_command("migrate", verbosity=0)
    IMAGES.mkdir(parents=True, exist_ok=True)
    with time_machine.travel(last_thursday_morning(datetime.now(UTC)), tick=True):
        demo.seed(accounts=48, answers=420, seed=1, now=datetime.now(UTC))
        with server() as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
            # Playwright runs an event loop in this thread, and Django would refuse to touch the database beside it.
            os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
            take_inbox(browser, address)
            take_survey(browser, address)
            browser.close()


if __name__ == "__main__":
    main()
