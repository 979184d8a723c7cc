"""What does a caller say and ask where nobody has written a guide of their own? Words in five languages."""

from typing import Any

from feedback.models.response import Category

TEXTS: dict[str, dict[str, str]] = {
    Category.DETRACTOR: {
        "en": "Thank you for telling us. I have read what you wrote.\nWhat disappointed you?\n"
        "What would make it right?\nWhat would earn back your confidence?\n"
        "Say what happens next and by when; promise nothing you cannot keep.",
        "sv": "Tack för att du berättade. Jag har läst det du skrev.\nVad gjorde dig besviken?\n"
        "Vad skulle ställa det till rätta?\nVad skulle ge dig förtroendet tillbaka?\n"
        "Säg vad som händer nu och när; lova inget du inte kan hålla.",
        "nb": "Takk for at du sa fra. Jeg har lest det du skrev.\nHva skuffet deg?\nHva ville gjort det godt igjen?\n"
        "Hva skal til for at du får tillit til oss igjen?\nSi hva som skjer nå og når; lov ikke noe du ikke kan holde.",
        "da": "Tak, fordi du sagde det. Jeg har læst det, du skrev.\nHvad skuffede dig?\n"
        "Hvad ville gøre det godt igen?\nHvad skal der til, før du har tillid til os igen?\n"
        "Sig, hvad der sker nu og hvornår; lov ikke noget, du ikke kan holde.",
        "fi": "Kiitos, että kerroit. Olen lukenut, mitä kirjoitit.\nMikä sinua harmitti?\nMiten asia korjattaisiin?\n"
        "Mikä palauttaisi luottamuksesi?\n"
        "Kerro, mitä seuraavaksi tapahtuu ja milloin; lupaa vain se, minkä voit pitää.",
    },
    Category.PASSIVE: {
        "en": "Thank you for your answer.\nWhat one thing would have made it a better score?\n"
        "What works well and should stay as it is?",
        "sv": "Tack för ditt svar.\nVilken enda sak hade gett ett högre betyg?\n"
        "Vad fungerar bra och ska vara som det är?",
        "nb": "Takk for svaret.\nHvilken ene ting ville gitt en høyere karakter?\n"
        "Hva fungerer bra og bør være som det er?",
        "da": "Tak for dit svar.\nHvilken ene ting ville have givet en højere karakter?\n"
        "Hvad fungerer godt og skal blive, som det er?",
        "fi": "Kiitos vastauksestasi.\nMikä yksi asia olisi nostanut arvosanaa?\n"
        "Mikä toimii hyvin ja kannattaa säilyttää?",
    },
    Category.PROMOTER: {
        "en": "Thank you, that makes us glad.\nWhat do you value most?\nIs there anything we should still do better?\n"
        "You asked for a call: how can I help?",
        "sv": "Tack, det gör oss glada.\nVad uppskattar du mest?\nFinns det något vi ändå borde göra bättre?\n"
        "Du ville bli uppringd: hur kan jag hjälpa dig?",
        "nb": "Takk, det gjør oss glade.\nHva setter du mest pris på?\nEr det noe vi likevel bør gjøre bedre?\n"
        "Du ønsket å bli oppringt: hva kan jeg hjelpe med?",
        "da": "Tak, det gør os glade.\nHvad sætter du mest pris på?\nEr der noget, vi alligevel bør gøre bedre?\n"
        "Du ville gerne ringes op: hvad kan jeg hjælpe med?",
        "fi": "Kiitos, se ilahduttaa meitä.\nMitä arvostat eniten?\nVoisimmeko silti tehdä jotain paremmin?\n"
        "Toivoit soittoa: miten voin auttaa?",
    },
}

LEAVING: dict[str, Any] = {
    "key": "leaving",
    "kind": "yes_no",
    "required": False,
    "labels": {
        "en": "Is the customer thinking of leaving?",
        "sv": "Funderar kunden på att lämna oss?",
        "nb": "Vurderer kunden å forlate oss?",
        "da": "Overvejer kunden at forlade os?",
        "fi": "Harkitseeko asiakas lähtemistä?",
    },
    "options": {},
}
MAKE_RIGHT: dict[str, Any] = {
    "key": "make_right",
    "kind": "text",
    "required": False,
    "labels": {
        "en": "What would make it right for them?",
        "sv": "Vad skulle ställa det till rätta för kunden?",
        "nb": "Hva ville gjort det godt igjen for kunden?",
        "da": "Hvad ville gøre det godt igen for kunden?",
        "fi": "Mikä korjaisi asian asiakkaan kannalta?",
    },
    "options": {},
}

QUESTIONS: dict[str, list[dict[str, Any]]] = {Category.DETRACTOR: [LEAVING, MAKE_RIGHT]}
