"""What are the columns of companies, people and account managers called in a CRM's export?

SuperOffice ("Company: Name", "Contact: Full name", "Our contact"), HubSpot, Salesforce, our own API, and what people
write by hand in five languages. The form is that of `headers.normalise`.
"""

from __future__ import annotations

from collections.abc import Mapping

from feedback.importing.vocabulary import NAMES, names

# For each field the names that say it outright, best first.
CUSTOMER_NAMES: Mapping[str, tuple[str, ...]] = {
    "account_id": names(
        """account external id, account id, company id, companyid, company number, company code, customer number,
        customer no, customer id, kundnummer, kundnr, kundenummer, kundenr, asiakasnumero"""
    ),
    "account": names(
        """account name, company name, account, company, associated company, customer, customer name, organisation,
        organization, kund, kundnamn, företag, företagsnamn, bolag, kunde, kundenavn, firma, firmanavn, virksomhed,
        virksomhet, bedrift, selskap, selskab, asiakas, yritys, yrityksen nimi"""
    ),
    "owner": names(
        """owner email, account owner email, owner, account owner, company owner, our contact, company our contact,
        account manager, responsible, salesperson, säljare, kundansvarig, ansvarig säljare, ägare, kundägare,
        eier, ejer, omistaja, selger, sælger,
        kundeansvarlig, vår kontakt, vores kontakt, myyjä, vastuuhenkilö, yhteyshenkilömme"""
    ),
    "segment": names(
        """segment, company category, category, company business, business, industry, bransch, bransje, branche,
        toimiala, kategori, segmentti"""
    ),
    "country": names("country, company country, billing country, country region, land, maa"),
    "annual_value": names(
        """annual value, annual contract value, acv, arr, contract value, årsvärde, årsverdi, årsværdi, vuosiarvo,
        kontraktsvärde, kontraktsverdi"""
    ),
    "currency": names("currency, valuta, valuutta"),
    "contact_id": names("contact external id, contact id, contactid, person id, kontakt id"),
    "contact_name": names(
        """contact full name, contact name, full name, contact, contact person, kontaktperson, kontakt, yhteyshenkilö,
        person"""
    ),
    "first_name": NAMES["first_name"],
    "last_name": NAMES["last_name"],
    "email": ("contact e mail", *NAMES["email"]),
    "phone": ("contact phone", "contact mobile", "direct phone", *NAMES["phone"]),
    "title": names("title, job title, contact title, titel, tittel, stilling, befattning, titteli"),
    "is_decision_maker": names(
        """decision maker, is decision maker, decisionmaker, beslutsfattare, beslutstagare, beslutningstaker,
        beslutningstager, päättäjä, päätöksentekijä, buying role"""
    ),
    "language": NAMES["language"],
    "time_zone": names("time zone, timezone, tidszon, tidssone, tidszone, aikavyöhyke"),
    "no_mailings": names(
        """no mailings, contact no mailings, company no mailings, no mailing, opted out, opt out, email opt out,
        opted out of email, has opted out of email, unsubscribed, unsubscribed from all email, do not email,
        inga utskick, ingen utsendelser, ei postituksia, ei markkinointia"""
    ),
    "stop": names("stop, company stop, contact stop, do not contact"),
}
JUST_A_NAME = names("name, namn, navn, nimi")
JUST_AN_ID = names("external id, record id, id, number, no, nummer, numero")

PERSON_FIELDS = frozenset({"contact_id", "contact_name", "first_name", "last_name", "email", "title"})
COMPANY_FIELDS = frozenset({"owner", "segment", "country", "annual_value"})

# In a column that says whether somebody decides; what is none of these and no "no" is left out and told.
YES = frozenset({"1", "yes", "y", "true", "on", "x", "ja", "j", "kyllä", "k", "sant", "sann", "sand", "tosi"})
DECIDES = frozenset({"decision maker", "beslutsfattare", "beslutningstaker", "beslutningstager", "päättäjä"})

# In an opt-out column everything but these means "do not write to them": a mark, a date, a reason.
NO = frozenset({"0", "no", "n", "false", "off", "nej", "nei", "ei", "falskt", "usann", "falsk", "epätosi"})

COUNTRIES: Mapping[str, str] = {
    name: code
    for code, spelled in {
        "SE": "sweden, sverige, ruotsi",
        "NO": "norway, norge, noreg, norja",
        "DK": "denmark, danmark, tanska",
        "FI": "finland, suomi",
        "IS": "iceland, island, ísland, islanti",
        "EE": "estonia, estland, eesti, viro",
        "LV": "latvia, lettland, latvija",
        "LT": "lithuania, litauen, lietuva, liettua",
        "DE": "germany, tyskland, deutschland, saksa",
        "NL": "netherlands, the netherlands, nederländerna, nederland, holland, alankomaat",
        "BE": "belgium, belgien, belgia",
        "FR": "france, frankrike, frankrig, ranska",
        "GB": "united kingdom, great britain, uk, england, storbritannien, storbritannia, iso britannia",
        "IE": "ireland, irland, irlanti",
        "PL": "poland, polen, polska, puola",
        "ES": "spain, spanien, spania, espanja",
        "IT": "italy, italien, italia",
        "CH": "switzerland, schweiz, sveits, sveitsi",
        "AT": "austria, österrike, østerrike, østrig, österreich, itävalta",
        "US": "united states, united states of america, usa, yhdysvallat",
        "CA": "canada, kanada",
    }.items()
    for name in names(spelled)
}
