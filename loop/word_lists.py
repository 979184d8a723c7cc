"""With which words do customers complain? The list each rule begins with, by language; administrators change their own.

Beginnings of words, or several words in a row. Better too few than too many: a promoter who is called about a word of
praise has been bothered for nothing.
"""

COMPLAINTS: dict[str, list[str]] = {
    "en": [
        "complain", "disappoint", "frustrat", "annoy", "unacceptable", "terrible", "broken", "crash", "does not work",
        "doesn't work", "not working", "still waiting", "never heard back", "no reply", "no answer", "wrong invoice",
        "too slow", "too expensive", "want to cancel", "not happy", "unhappy",
    ],
    "sv": [
        "klag", "reklam", "besvik", "missnöj", "irriter", "frustrer", "oacceptab", "trasig", "krasch", "fungerar inte",
        "funkar inte", "väntar fortfarande", "inget svar", "aldrig svar", "inte hört av", "felaktig", "fel faktura",
        "för långsam", "för dyr", "säga upp", "inte nöjd",
    ],
    "nb": [
        "klag", "reklam", "skuffe", "misfornøyd", "irriter", "frustrer", "uakseptab", "ødelagt", "krasj",
        "fungerer ikke", "virker ikke", "venter fortsatt", "ikke fått svar", "aldri svar", "hører ikke", "feil faktura",
        "for treg", "for dyr", "si opp", "ikke fornøyd",
    ],
    "da": [
        "klag", "reklam", "skuffe", "utilfreds", "irriter", "frustrer", "uacceptab", "ødelagt", "bryder ned",
        "fungerer ikke", "virker ikke", "venter stadig", "ikke fået svar", "aldrig svar", "hører ikke",
        "forkert faktura", "for langsom", "for dyr", "opsige", "ikke tilfreds",
    ],
    "fi": [
        "valit", "reklam", "petty", "pettymy", "tyytymät", "ärsyt", "turhaut", "rikki", "kaatu", "ei toimi",
        "eivät toimi", "odotan edelleen", "odotan vielä", "ei vastausta", "ei ole vastattu", "väärä lasku",
        "liian hidas", "liian hita", "liian kalli", "irtisano", "en ole tyytyväi",
    ],
}  # fmt: skip
