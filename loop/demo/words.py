"""Which names and which words does the demo company's world use? All of them invented."""

from typing import NamedTuple


class Land(NamedTuple):
    """One country of the demo: how its companies and people are called, and where they are."""

    language: str
    time_zone: str
    currency: str
    dial: str
    suffix: str
    surnames: tuple[str, ...]
    given: tuple[str, ...]
    trades: tuple[str, ...]


LANDS = {
    "SE": Land(
        "sv", "Europe/Stockholm", "SEK", "+46 70 174 06", "AB",
        ("Bergström", "Holmgren", "Sandberg", "Åkerlund", "Nyqvist", "Lindroth", "Ekman", "Sjöstrand"),
        ("Karin", "Johan", "Elin", "Mats", "Sofia", "Oskar", "Ingrid", "Nils"),
        ("Bygg", "Åkeri", "Redovisning", "Fastigheter", "Livs", "Elteknik", "Snickeri", "Konsult"),
    ),
    "NO": Land(
        "nb", "Europe/Oslo", "NOK", "+47 922 10 1", "AS",
        ("Haugland", "Solberg", "Nygård", "Bakken", "Myhre", "Fjeldstad", "Aasen", "Rødland"),
        ("Ingvild", "Håkon", "Marte", "Sindre", "Kari", "Eirik", "Solveig", "Torbjørn"),
        ("Bygg", "Transport", "Regnskap", "Eiendom", "Sjømat", "Elektro", "Maskin", "Rådgivning"),
    ),
    "DK": Land(
        "da", "Europe/Copenhagen", "DKK", "+45 20 12 3", "A/S",
        ("Kjærgaard", "Østergaard", "Lauridsen", "Bøgh", "Thorup", "Dalsgaard", "Winther", "Skov"),
        ("Mette", "Søren", "Line", "Jesper", "Kirsten", "Rasmus", "Anne", "Henrik"),
        ("Byg", "Logistik", "Revision", "Ejendomme", "Fødevarer", "El", "Maskinfabrik", "Rådgivning"),
    ),
    "FI": Land(
        "fi", "Europe/Helsinki", "EUR", "+358 40 512 0", "Oy",
        ("Korhonen", "Laaksonen", "Niskanen", "Rautio", "Salmela", "Väisänen", "Heikkinen", "Pelkonen"),
        ("Aino", "Mikko", "Päivi", "Juhani", "Sanna", "Antti", "Tiina", "Ville"),
        ("Rakennus", "Kuljetus", "Tilitoimisto", "Kiinteistöt", "Leipomo", "Sähkö", "Konepaja", "Konsultointi"),
    ),
}  # fmt: skip

SEGMENTS = ("Small", "Medium", "Enterprise")

TITLES = {
    "sv": ("Ekonomichef", "VD", "IT-chef", "Inköpschef"),
    "nb": ("Økonomisjef", "Daglig leder", "IT-sjef", "Innkjøpssjef"),
    "da": ("Økonomichef", "Direktør", "It-chef", "Indkøbschef"),
    "fi": ("Talouspäällikkö", "Toimitusjohtaja", "IT-päällikkö", "Ostopäällikkö"),
}

# language: what unhappy customers write, by root cause
COMPLAINTS = {
    "sv": {
        "billing": ("Tredje månaden i rad med fel på fakturan.", "Fakturan går inte att förstå, och ingen ringer."),
        "product": ("Exporten tappade våra uppgifter.", "Rapporterna är för långsamma i slutet av månaden."),
        "service": ("Supporten stängde ärendet två gånger utan att lösa det.", "Vi får vänta för länge på svar."),
        "price": ("Priset gick upp men inte värdet.",),
        "communication": ("Vi visste inget om ändringen förrän den var gjord.", "Vi vet inte längre vem vi ska ringa."),
    },
    "nb": {
        "billing": ("Feil på fakturaen igjen, og ingen ringer tilbake.",),
        "product": ("Eksporten mistet dataene våre.", "Appen faller ut flere ganger om dagen."),
        "service": ("Vi venter i dagevis på svar fra support.",),
        "price": ("Dyrt i forhold til det vi får.",),
        "communication": ("Ingen fortalte oss at vår kontaktperson hadde sluttet.",),
    },
    "da": {
        "billing": ("Fakturaen passer ikke med aftalen.",),
        "product": ("Vi mangler stadig den integration, vi blev lovet.", "Systemet er langsomt om morgenen."),
        "service": ("Godt produkt, langsomme svar.",),
        "price": ("Prisen er steget to gange i år.",),
        "communication": ("Vi savner et menneske at tale med.",),
    },
    "fi": {
        "billing": ("Laskussa on ollut virhe joka kuukausi.",),
        "product": ("Raportti ei vastaa kirjanpitoa.", "Tuonti epäonnistuu joka toinen kerta."),
        "service": ("Tuki ei ymmärtänyt ongelmaamme.",),
        "price": ("Hinta nousi, mutta palvelu ei parantunut.",),
        "communication": ("Kukaan ei ole ollut meihin yhteydessä koko vuonna.",),
    },
}  # fmt: skip

PRAISE = {
    "sv": ("Alltid snabba svar.", "Allt fungerar som det ska."),
    "nb": ("Hyggelige folk som kan faget sitt.", "Det bare virker."),
    "da": ("Nemt at bruge hver dag.", "Altid hjælpsomme."),
    "fi": ("Nopea ja ystävällinen palvelu.", "Toimii niin kuin pitää."),
}

WISHES = {
    "sv": ("Bra, men vi saknar en app.", ""),
    "nb": ("Greit, men litt tregt.", ""),
    "da": ("Fint, men dokumentationen kunne være bedre.", ""),
    "fi": ("Hyvä, mutta suomenkielisiä ohjeita saisi olla enemmän.", ""),
}

CALL_NOTES = {
    "billing": ("Went through the last three invoices together; the wrong price list was attached.",),
    "product": ("They showed me the problem on screen. Passed to product with their file.",),
    "service": ("Apologised for the wait. They want one named person in support.",),
    "price": ("They had not seen what the new plan includes. Walked through it.",),
    "communication": ("They did not know I look after them since spring. Agreed on a call every quarter.",),
}

DONE = {
    "billing": ("Invoices corrected and credited; the price list is fixed.",),
    "product": ("The fault is mended and confirmed with their own file.",),
    "service": ("One named person in support, with a direct number.",),
    "price": ("Moved to the plan that fits; next year's price is fixed.",),
    "communication": ("Quarterly call booked; they have my number.",),
}

PROMISES = {
    "billing": "A corrected invoice",
    "product": "An answer from the product team",
    "service": "A named person in support",
    "price": "An offer for the plan that fits",
    "communication": "A date for the quarterly call",
}
