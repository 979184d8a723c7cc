"""Does the page serve everybody? axe finds nothing in the light and the dark theme, once everything stands still."""

from collections.abc import Iterable

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# Axe is in the page alone and would wait for frames that do not answer. What they show are pages of their own.
OPTIONS = {"resultTypes": ["violations"], "iframes": False}
STAND_STILL = "() => Promise.allSettled(document.getAnimations().map(each => each.finished))"


# What a page needs and a mail does not: its reader's mail program has them, and so has the page that shows it.
LANDMARKS = ("region", "landmark-one-main", "page-has-heading-one")


def check_accessible(page: Page, *, without: Iterable[str] = ()) -> None:
    """Fail with axe's report, naming page and theme. Colours that are still changing are waited for."""
    options = {**OPTIONS, "rules": {rule: {"enabled": False} for rule in without}}
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        page.evaluate(STAND_STILL)
        found = Axe().run(page, options=options)
        assert found.violations_count == 0, f"{page.url} in {scheme}: {found.generate_report()}"
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
