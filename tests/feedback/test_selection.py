"""Which part of the base a wave wants: filters on accounts and contacts, and the groups a sample is drawn in."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.http import QueryDict

from feedback import invitations, selection
from feedback.models import Account, Contact
from feedback.selection import SelectionRefused
from loop.wave_forms import WaveForm
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def contact(name, *, account_fields=None, **fields):
    account = factories.account(f"{name}'s company")
    Account.objects.filter(pk=account.pk).update(**(account_fields or {}))
    made = factories.contact(name, account=account)
    Contact.objects.filter(pk=made.pk).update(**fields)
    return made


def selected(**filters):
    return selected_by(filters)


def selected_by(filters):
    return set(Contact.objects.filter(selection.wanted(filters, now=NOW)).values_list("name", flat=True))


@pytest.fixture
def base():
    """Eva decides at a large Swedish company, Bo does not at a small Danish one, Ida belongs to no company."""
    contact(
        "Eva",
        account_fields={
            "segment": "Retail", "size": "Large", "country": "SE", "annual_value": Decimal(900_000),
            "attributes": {"tier": "gold", "pilot": True},
        },
        is_decision_maker=True, language="sv", title="CFO", attributes={"role": "buyer"},
    )  # fmt: skip
    contact(
        "Bo",
        account_fields={"segment": "Energy", "size": "Small", "country": "DK", "attributes": {"tier": "basic"}},
        language="da",
    )
    factories.contact("Ida")


class TestFilters:
    @pytest.mark.parametrize(
        ("filters", "names"),
        [
            ({}, {"Eva", "Bo", "Ida"}),
            ({"segment": ["Retail"]}, {"Eva"}),
            ({"segment": "Retail"}, {"Eva"}),
            ({"segment": ["Retail", "Energy"]}, {"Eva", "Bo"}),
            ({"size": ["Small"], "country": ["DK"]}, {"Bo"}),
            ({"size": ["Small"], "country": ["SE"]}, set()),
            ({"language": ["sv"], "title": ["CFO"]}, {"Eva"}),
            ({"decision_makers": True}, {"Eva"}),
            ({"decision_makers": False}, {"Bo", "Ida"}),
            ({"annual_value_from": 500_000}, {"Eva"}),
            ({"annual_value_from": "900000.00"}, {"Eva"}),
            ({"account:tier": ["gold", "silver"]}, {"Eva"}),
            ({"account:pilot": True}, {"Eva"}),
            ({"contact:role": "buyer"}, {"Eva"}),
            ({"contact:nothing": "x"}, set()),
        ],
    )
    def test_select(self, base, filters, names):
        assert selected_by(filters) == names

    @pytest.mark.parametrize("asked", ["50", 50, ["7", "50"]])
    @pytest.mark.parametrize("stored", [50, "50"])
    def test_find_a_number_however_it_is_written_and_asked_for(self, base, stored, asked):
        contact("Ada", account_fields={"attributes": {"seats": stored}})
        contact("Per", account_fields={"attributes": {"seats": 500}})
        assert selected_by({"account:seats": asked}) == {"Ada"}

    @pytest.mark.parametrize("asked", [True, "true", "True", ["false", "TRUE"]])
    @pytest.mark.parametrize("stored", [True, "true", "True"])
    def test_find_yes_however_it_is_written_and_asked_for(self, stored, asked):
        contact("Ada", attributes={"vip": stored})
        contact("Per", attributes={"vip": 1})
        contact("Kim", attributes={"vip": "yes"})
        contact("Lea")
        assert selected_by({"contact:vip": asked}) == {"Ada"}

    @pytest.mark.parametrize("asked", [False, "false"])
    def test_find_no_and_not_what_was_never_said(self, asked):
        contact("Ada", attributes={"vip": False})
        contact("Per", attributes={"vip": 0})
        contact("Lea")
        assert selected_by({"contact:vip": asked}) == {"Ada"}

    def test_find_a_number_typed_into_the_form_of_a_wave(self, base):
        contact("Ada", account_fields={"attributes": {"seats": 50, "vip": True}})
        form = WaveForm(QueryDict("attributes=account:seats = 50, 60%0Aaccount:vip = true"))
        form.is_valid()
        assert selected_by(form.cleaned_data["attributes"]) == {"Ada"}

    def test_select_who_was_active_lately(self, base):
        Contact.objects.filter(name="Eva").update(last_activity_at=NOW - timedelta(days=364))
        Contact.objects.filter(name="Bo").update(last_activity_at=NOW - timedelta(days=365))
        assert selected(active_within_days=365) == {"Eva"}

    def test_select_who_was_not_asked_lately(self, base):
        for name, days, key in (("Eva", 100, "relational"), ("Bo", 400, "relational"), ("Ida", 10, "recovery")):
            one = Contact.objects.get(name=name)
            at = NOW - timedelta(days=days)
            invitation = invitations.invite(survey=factories.survey(key), contact=one, due_at=at, now=at)
            invitations.mark_sent(invitation.pk, now=at)
        assert selected(not_asked_within_days=365) == {"Bo", "Ida"}

    def test_count_an_old_mail_and_a_recent_recovery_survey_of_one_contact_as_not_asked(self, base):
        """One mail must be both recent and ordinary: two that are each one of it are nothing."""
        eva = Contact.objects.get(name="Eva")
        for days, key in ((400, "relational"), (10, "recovery")):
            at = NOW - timedelta(days=days)
            invitation = invitations.invite(survey=factories.survey(key), contact=eva, due_at=at, now=at)
            invitations.mark_sent(invitation.pk, now=at)
        assert "Eva" in selected(not_asked_within_days=365)

    @pytest.mark.parametrize(
        ("filters", "field"),
        [
            ({"shoe_size": [44]}, "shoe_size"),
            ({"segment": []}, "segment"),
            ({"segment": [None]}, "segment"),
            ({"segment": {"not": "Retail"}}, "segment"),
            ({"decision_makers": "yes"}, "decision_makers"),
            ({"active_within_days": 0}, "active_within_days"),
            ({"active_within_days": True}, "active_within_days"),
            ({"not_asked_within_days": "365"}, "not_asked_within_days"),
            ({"annual_value_from": "a lot"}, "annual_value_from"),
            ({"annual_value_from": "NaN"}, "annual_value_from"),
            ({"account:": ["x"]}, "account:"),
            ({"account:tier__contains": ["x"]}, "account:tier__contains"),
            ({"contact:a b": ["x"]}, "contact:a b"),
        ],
    )
    def test_that_make_no_sense_are_refused_by_name(self, filters, field):
        with pytest.raises(SelectionRefused) as refusal:
            selection.wanted(filters, now=NOW)
        assert refusal.value.field == field


class TestGroups:
    def groups(self, strata):
        rows = Contact.objects.annotate(group=selection.stratum(strata)).values_list("name", "group")
        return dict(rows)

    def test_are_one_when_nothing_is_said(self, base):
        assert set(self.groups([]).values()) == {""}

    def test_are_named_by_what_they_share(self, base):
        assert self.groups(["segment"]) == {"Eva": "Retail", "Bo": "Energy", "Ida": ""}
        assert self.groups(["size", "country"]) == {"Eva": "Large / SE", "Bo": "Small / DK", "Ida": " / "}

    def test_are_refused_when_unknown(self):
        with pytest.raises(SelectionRefused) as refusal:
            selection.stratum(["segment", "shoe_size"])
        assert refusal.value.field == "strata"
