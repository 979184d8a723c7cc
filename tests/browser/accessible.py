"""Does the page serve everybody? axe finds nothing in the light and the dark theme, once everything stands still."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

STAND_STILL = "() => Promise.allSettled(document.getAnimations().map(each => each.finished))"


def check_accessible(page: Page) -> None:
    """Fail with axe's report, naming page and theme. Colours that are still changing are waited for."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        page.evaluate(STAND_STILL)
        found = Axe().run(page)
        assert found.violations_count == 0, f"{page.url} in {scheme}: {found.generate_report()}"
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
