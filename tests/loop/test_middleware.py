"""What somebody sees whose case has gone to somebody else, on a trial machine too."""

from tests import factories


def test_a_case_that_is_not_theirs_is_kindly_not_found_also_with_debug_on(people, client, settings):
    settings.DEBUG = True
    case = factories.case(owner=people.agent)
    client.force_login(people.other_agent)
    page = client.get(f"/cases/{case.pk}/")
    assert page.status_code == 404
    assert "404.html" in [template.name for template in page.templates]
    assert "urlpatterns" not in page.text.lower()
    assert "URLconf" not in page.text
