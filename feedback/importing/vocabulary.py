"""What are the columns of an answer called, in the languages and tools our customers use?

All names are in the form `headers.normalise` gives: lower case, words parted by single spaces, no punctuation.
"""

from __future__ import annotations

import re
from collections.abc import Mapping


def names(text: str) -> tuple[str, ...]:
    """Split a list written with commas, over as many lines as it needs."""
    return tuple(" ".join(name.split()) for name in text.split(","))


# For each field the names that say it outright, best first: where a file has several, the earlier name wins.
NAMES: Mapping[str, tuple[str, ...]] = {
    "score": names(
        """nps score, nps, score, nps rating, hs value, recommendation score, likely to recommend,
        likelihood to recommend, poäng, betyg, poeng, pisteet"""
    ),
    "comment": names(
        """comment, comments, kommentar, kommentarer, kommentti, kommentit, feedback, verbatim, hs content, explication,
        reason, avoin palaute"""
    ),
    "email": names(
        """email, e mail, email address, e mail address, emailaddress, recipientemail, contact email, respondent email,
        e post, epost, e postadress, e postadresse, mail, mailadresse, sähköposti, sähköpostiosoite"""
    ),
    "name": names(
        """name, full name, fullname, contact name, respondent name, contact full name, namn, navn, nimi, kontaktperson,
        yhteyshenkilö"""
    ),
    "first_name": names("first name, firstname, recipientfirstname, contact first name, förnamn, fornavn, etunimi"),
    "last_name": names(
        "last name, lastname, recipientlastname, surname, contact last name, efternamn, efternavn, etternavn, sukunimi"
    ),
    "account": names(
        """account, account name, company, company name, companyname, customer, organisation, organization, kund,
        företag, bolag, kunde, firma, virksomhed, virksomhet, bedrift, selskap, selskab, asiakas, yritys"""
    ),
    "account_id": names(
        """account id, account external id, company id, companyid, customer number, customer no, kundnummer, kundnr,
        kundenummer, kundenr, asiakasnumero"""
    ),
    "responded_at": names(
        """responded at, submit date utc, submitted at, recordeddate, recorded date, enddate, end date, date submitted,
        completed at, completion time, date modified, timestamp, tidsstämpel, tidsstempel, tidsmerke, aikaleima,
        response date, created at, createddate, hs submission timestamp, svarsdatum, svardato, vastauspäivä, date,
        datum, dato, päivämäärä, pvm"""
    ),
    "external_id": names(
        """external id, responseid, response id, respondentid, respondent id, submission id, answer id, token, svarsid,
        svar id, vastaustunnus, #, id"""
    ),
    "contact": names(
        """contact, contact id, contact external id, externalreference, externaldatareference, external data reference,
        hs contact id, person id, user id, userid, kontakt, kontakt id"""
    ),
    "phone": names("phone, phone number, telephone, mobile, telefon, telefonnummer, mobil, mobilnummer, tlf, puhelin"),
    "language": names("language, userlanguage, user language, lang, locale, språk, sprog, kieli"),
    "source": names("source"),
    "wants_callback": names("wants callback, callback, ring mig, ring meg, soita minulle"),
    "status": names("status, response status"),
}
FIELDS = tuple(NAMES)

RECOMMENDS = re.compile(r"recommend|rekommend|anbefal|suosittel")
ZERO_TO_TEN = re.compile(r"\b[01] (to |till |til )?10\b")
LIKELY = re.compile(r"likely|likelihood|\bhur (troligt|sannolikt)|\bhvor sa(nd|nn)synlig|kuinka todennäköis")
RATES = re.compile(r"\bnps\b|\bscale\b|\brate\b|\brating\b|score|betyg|vurder|arvosana|skala")
# Columns that tools add beside the score: its group, its tags.
ABOUT_A_SCORE = re.compile(r"group$|categor|kategori|segment|\btags?$|topics?$|sentiment")
ASKS_WHY = re.compile(
    r"\bwhy\b|reason|comment|feedback|varför|anledning|orsak|kommentar|hvorfor|årsag|begrunn|miksi|\bsyy|perustel"
    r"|kommentti"
)
