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


def test_what_is_refused_is_said_in_the_language_somebody_chose(people, client):
    case = factories.case(owner=people.agent)
    people.other_agent.language = "sv"
    people.other_agent.save()
    client.force_login(people.other_agent)
    refused = {
        f"/cases/{case.pk}/": (404, "Det finns inget här för dig"),
        "/no/such/address/": (404, "Det finns inget här för dig"),
        "/setup/": (403, "Du får titta, men inte göra det här"),
    }
    for path, (status, words) in refused.items():
        page = client.get(path, headers={"accept-language": "en"})
        assert (page.status_code, words in page.text) == (status, True), path


def test_the_choices_of_a_filter_are_in_the_language_somebody_chose(people, client):
    people.lead.language = "sv"
    people.lead.save()
    client.force_login(people.lead)
    page = client.get("/cases/filter/", headers={"accept-language": "en"})
    for words in ("alla enkäter", "alla team", "vem som helst"):
        assert f">{words}</option>" in page.text
