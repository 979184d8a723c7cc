"""Which templates for mails to customers come with Loop? Five, in its five languages, to be changed as one likes."""

from loop.models import MailTemplate

Words = tuple[str, str, str]  # name, subject, text

WORDS: dict[str, dict[str, Words]] = {
    "ask_to_call": {
        "en": (
            "May I call you?",
            "Your answer to {company}: may I call you?",
            "Hello {first_name},\n\n"
            "Thank you for telling us what you think. You gave us {score}, and I would like to understand why.\n\n"
            "When would a call of ten minutes suit you? Just answer this mail with a time, and I will call.\n\n"
            "Kind regards\n{sender}\n{company}",
        ),
        "sv": (
            "Får jag ringa dig?",
            "Ditt svar till {company}: får jag ringa dig?",
            "Hej {first_name}!\n\n"
            "Tack för att du berättade vad du tycker. Du gav oss {score}, och jag vill gärna förstå varför.\n\n"
            "När passar ett samtal på tio minuter? Svara bara på det här mejlet med en tid, så ringer jag.\n\n"
            "Vänliga hälsningar\n{sender}\n{company}",
        ),
        "nb": (
            "Kan jeg ringe deg?",
            "Svaret ditt til {company}: kan jeg ringe deg?",
            "Hei {first_name}!\n\n"
            "Takk for at du fortalte oss hva du synes. Du ga oss {score}, og jeg vil gjerne forstå hvorfor.\n\n"
            "Når passer det med en samtale på ti minutter? Svar på denne e-posten med et tidspunkt, så ringer jeg.\n\n"
            "Vennlig hilsen\n{sender}\n{company}",
        ),
        "da": (
            "Må jeg ringe til dig?",
            "Dit svar til {company}: må jeg ringe til dig?",
            "Hej {first_name}\n\n"
            "Tak, fordi du fortalte os, hvad du synes. Du gav os {score}, og jeg vil gerne forstå hvorfor.\n\n"
            "Hvornår passer en samtale på ti minutter? Svar på denne mail med et tidspunkt, så ringer jeg.\n\n"
            "Venlig hilsen\n{sender}\n{company}",
        ),
        "fi": (
            "Saanko soittaa?",
            "Vastauksesi: saanko soittaa?",
            "Hei {first_name},\n\n"
            "kiitos, että kerroit mielipiteesi. Annoit meille arvosanan {score}, ja haluaisin ymmärtää, miksi.\n\n"
            "Milloin kymmenen minuutin puhelu sopisi sinulle? Vastaa tähän viestiin, niin soitan silloin.\n\n"
            "Ystävällisin terveisin\n{sender}\n{company}",
        ),
    },
    "no_answer": {
        "en": (
            "I tried to call you",
            "I tried to call you",
            "Hello {first_name},\n\n"
            "I tried to call you about the answer you gave us on {answered_on}, and did not get through.\n\n"
            "When may I try again? If you would rather write, just answer this mail: I read it myself.\n\n"
            "Kind regards\n{sender}\n{company}",
        ),
        "sv": (
            "Jag försökte nå dig",
            "Jag försökte nå dig",
            "Hej {first_name}!\n\n"
            "Jag försökte ringa dig om svaret du gav oss den {answered_on}, men kom inte fram.\n\n"
            "När får jag försöka igen? Vill du hellre skriva, så svara på det här mejlet: jag läser det själv.\n\n"
            "Vänliga hälsningar\n{sender}\n{company}",
        ),
        "nb": (
            "Jeg prøvde å ringe deg",
            "Jeg prøvde å ringe deg",
            "Hei {first_name}!\n\n"
            "Jeg prøvde å ringe deg om svaret du ga oss {answered_on}, men fikk ikke tak i deg.\n\n"
            "Når kan jeg prøve igjen? Vil du heller skrive, så svar på denne e-posten: jeg leser den selv.\n\n"
            "Vennlig hilsen\n{sender}\n{company}",
        ),
        "da": (
            "Jeg prøvede at ringe til dig",
            "Jeg prøvede at ringe til dig",
            "Hej {first_name}\n\n"
            "Jeg prøvede at ringe til dig om det svar, du gav os den {answered_on}, men fik ikke fat i dig.\n\n"
            "Hvornår må jeg prøve igen? Vil du hellere skrive, så svar på denne mail: jeg læser den selv.\n\n"
            "Venlig hilsen\n{sender}\n{company}",
        ),
        "fi": (
            "Yritin soittaa",
            "Yritin soittaa sinulle",
            "Hei {first_name},\n\n"
            "yritin soittaa sinulle {answered_on} antamastasi vastauksesta, mutta en tavoittanut sinua.\n\n"
            "Milloin voin yrittää uudelleen? Jos kirjoitat mieluummin, vastaa tähän viestiin: luen sen itse.\n\n"
            "Ystävällisin terveisin\n{sender}\n{company}",
        ),
    },
    "what_we_agreed": {
        "en": (
            "What we agreed",
            "What we agreed today",
            "Hello {first_name},\n\n"
            "Thank you for taking the time to talk. This is what I take with me:\n\n"
            "{your_words}\n\n"
            "Did I forget anything? Then please answer this mail.\n\n"
            "Kind regards\n{sender}\n{company}",
        ),
        "sv": (
            "Vad vi kom överens om",
            "Det här kom vi överens om",
            "Hej {first_name}!\n\n"
            "Tack för att du tog dig tid. Det här tar jag med mig:\n\n"
            "{your_words}\n\n"
            "Har jag glömt något? Svara gärna på det här mejlet.\n\n"
            "Vänliga hälsningar\n{sender}\n{company}",
        ),
        "nb": (
            "Det vi ble enige om",
            "Dette ble vi enige om",
            "Hei {first_name}!\n\n"
            "Takk for at du tok deg tid. Dette tar jeg med meg:\n\n"
            "{your_words}\n\n"
            "Har jeg glemt noe? Svar gjerne på denne e-posten.\n\n"
            "Vennlig hilsen\n{sender}\n{company}",
        ),
        "da": (
            "Det, vi blev enige om",
            "Det blev vi enige om",
            "Hej {first_name}\n\n"
            "Tak, fordi du tog dig tid. Det her tager jeg med mig:\n\n"
            "{your_words}\n\n"
            "Har jeg glemt noget? Svar gerne på denne mail.\n\n"
            "Venlig hilsen\n{sender}\n{company}",
        ),
        "fi": (
            "Mitä sovimme",
            "Näin sovimme",
            "Hei {first_name},\n\n"
            "kiitos ajastasi. Tämän otan mukaani:\n\n"
            "{your_words}\n\n"
            "Unohtuiko jotain? Vastaa silloin tähän viestiin.\n\n"
            "Ystävällisin terveisin\n{sender}\n{company}",
        ),
    },
    "put_right": {
        "en": (
            "It is put right",
            "We have put it right",
            "Hello {first_name},\n\n"
            "You told us what was wrong, and we have done something about it:\n\n"
            "{your_words}\n\n"
            "Is it as you wanted it? If not, answer this mail, and I will look into it again.\n\n"
            "Kind regards\n{sender}\n{company}",
        ),
        "sv": (
            "Det är åtgärdat",
            "Nu har vi rättat till det",
            "Hej {first_name}!\n\n"
            "Du berättade vad som inte fungerade, och vi har gjort något åt det:\n\n"
            "{your_words}\n\n"
            "Är det som du ville ha det? Om inte, svara på det här mejlet, så tar jag tag i det igen.\n\n"
            "Vänliga hälsningar\n{sender}\n{company}",
        ),
        "nb": (
            "Det er rettet",
            "Nå har vi rettet det opp",
            "Hei {first_name}!\n\n"
            "Du fortalte oss hva som var galt, og vi har gjort noe med det:\n\n"
            "{your_words}\n\n"
            "Er det slik du ville ha det? Hvis ikke, svar på denne e-posten, så ser jeg på det igjen.\n\n"
            "Vennlig hilsen\n{sender}\n{company}",
        ),
        "da": (
            "Det er rettet",
            "Nu har vi rettet det",
            "Hej {first_name}\n\n"
            "Du fortalte os, hvad der var galt, og vi har gjort noget ved det:\n\n"
            "{your_words}\n\n"
            "Er det, som du ville have det? Hvis ikke, så svar på denne mail, og jeg ser på det igen.\n\n"
            "Venlig hilsen\n{sender}\n{company}",
        ),
        "fi": (
            "Asia on korjattu",
            "Olemme korjanneet asian",
            "Hei {first_name},\n\n"
            "kerroit, mikä oli vialla, ja olemme tehneet asialle jotain:\n\n"
            "{your_words}\n\n"
            "Onko se nyt niin kuin toivoit? Jos ei, vastaa tähän viestiin, niin palaan asiaan.\n\n"
            "Ystävällisin terveisin\n{sender}\n{company}",
        ),
    },
    "last_try": {
        "en": (
            "We have not reached you",
            "We would still like to hear from you",
            "Hello {first_name},\n\n"
            "I have tried to reach you several times about the answer you gave us on {answered_on}. "
            "I do not want to bother you, so this is the last time I write.\n\n"
            "Your answer still counts for us. Whenever it suits you, answer this mail, and I will take it up.\n\n"
            "Kind regards\n{sender}\n{company}",
        ),
        "sv": (
            "Vi har inte nått dig",
            "Vi vill fortfarande gärna höra av dig",
            "Hej {first_name}!\n\n"
            "Jag har försökt nå dig flera gånger om svaret du gav oss den {answered_on}. "
            "Jag vill inte störa, så det här är sista gången jag skriver.\n\n"
            "Ditt svar betyder fortfarande något för oss. Svara på det här mejlet när det passar, så tar jag det.\n\n"
            "Vänliga hälsningar\n{sender}\n{company}",
        ),
        "nb": (
            "Vi har ikke fått tak i deg",
            "Vi vil fortsatt gjerne høre fra deg",
            "Hei {first_name}!\n\n"
            "Jeg har prøvd å nå deg flere ganger om svaret du ga oss {answered_on}. "
            "Jeg vil ikke forstyrre, så dette er siste gang jeg skriver.\n\n"
            "Svaret ditt betyr fortsatt noe for oss. Svar på denne e-posten når det passer, så tar jeg tak i det.\n\n"
            "Vennlig hilsen\n{sender}\n{company}",
        ),
        "da": (
            "Vi har ikke fået fat i dig",
            "Vi vil stadig gerne høre fra dig",
            "Hej {first_name}\n\n"
            "Jeg har prøvet at få fat i dig flere gange om det svar, du gav os den {answered_on}. "
            "Jeg vil ikke forstyrre, så det er sidste gang, jeg skriver.\n\n"
            "Dit svar betyder stadig noget for os. Svar på denne mail, når det passer dig, så tager jeg fat i det.\n\n"
            "Venlig hilsen\n{sender}\n{company}",
        ),
        "fi": (
            "Emme ole tavoittaneet sinua",
            "Kuulisimme sinusta edelleen mielellämme",
            "Hei {first_name},\n\n"
            "olen yrittänyt tavoittaa sinua useasti {answered_on} antamastasi vastauksesta. "
            "En halua häiritä, joten tämä on viimeinen kerta, kun kirjoitan.\n\n"
            "Vastauksesi on meille yhä tärkeä. Vastaa tähän viestiin, kun sinulle sopii, niin tartun asiaan.\n\n"
            "Ystävällisin terveisin\n{sender}\n{company}",
        ),
    },
}


def install(*, using: str = "default") -> None:
    """Add the templates to a database that has none; what an administrator changed or took away stays so."""
    if MailTemplate.objects.using(using).exists():
        return
    MailTemplate.objects.using(using).bulk_create(
        MailTemplate(key=key, language=language, name=name, subject=subject, text=text, position=position)
        for position, (key, languages) in enumerate(WORDS.items(), start=1)
        for language, (name, subject, text) in languages.items()
    )
