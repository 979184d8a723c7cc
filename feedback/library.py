"""Which ready words can a survey start from? Seven templates, each in all five languages.

Nothing here is read once a survey has its words: they are the project's to change. `{company}` stands for the name
customers know us by.
"""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

# language: question, low label, high label, asked of 9-10, asked of 0-8, thanks
SHARED = {
    "en": (
        "How likely are you to recommend {company} to a friend or colleague?",
        "Not at all likely",
        "Very likely",
        "What would you recommend us for?",
        "What should we improve first?",
        "Thank you. Your answer has reached the people it concerns.",
    ),
    "sv": (
        "Hur sannolikt är det att du rekommenderar {company} till en vän eller kollega?",
        "Inte alls sannolikt",
        "Mycket sannolikt",
        "Vad skulle du rekommendera oss för?",
        "Vad ska vi förbättra först?",
        "Tack! Ditt svar har nått dem det berör.",
    ),
    "nb": (
        "Hvor sannsynlig er det at du anbefaler {company} til en venn eller kollega?",
        "Ikke sannsynlig",
        "Svært sannsynlig",
        "Hva ville du anbefalt oss for?",
        "Hva bør vi forbedre først?",
        "Takk! Svaret ditt har nådd dem det gjelder.",
    ),
    "da": (
        "Hvor sandsynligt er det, at du vil anbefale {company} til en ven eller kollega?",
        "Slet ikke sandsynligt",
        "Meget sandsynligt",
        "Hvad ville du anbefale os for?",
        "Hvad skal vi forbedre først?",
        "Tak! Dit svar er nået frem til dem, det vedrører.",
    ),
    "fi": (
        "Kuinka todennäköisesti suosittelisit yritystä {company} ystävälle tai kollegalle?",
        "En lainkaan todennäköisesti",
        "Erittäin todennäköisesti",
        "Mistä suosittelisit meitä?",
        "Mitä meidän pitäisi parantaa ensin?",
        "Kiitos! Vastauksesi on välitetty heille, joita se koskee.",
    ),
}

# how it opens: language: subject, introduction
OPENINGS = {
    "relational": {
        "en": ("One question from {company}", "How are we doing? It takes twenty seconds."),
        "sv": ("En fråga från {company}", "Hur sköter vi oss? Det tar tjugo sekunder."),
        "nb": ("Ett spørsmål fra {company}", "Hvordan gjør vi det? Det tar tjue sekunder."),
        "da": ("Et spørgsmål fra {company}", "Hvordan klarer vi os? Det tager tyve sekunder."),
        "fi": ("Yksi kysymys – {company}", "Miten olemme onnistuneet? Vastaaminen vie kaksikymmentä sekuntia."),
    },
    "transactional": {
        "en": ("How did it go?", "You were in touch with us recently."),
        "sv": ("Hur gick det?", "Du var nyligen i kontakt med oss."),
        "nb": ("Hvordan gikk det?", "Du var nylig i kontakt med oss."),
        "da": ("Hvordan gik det?", "Du var for nylig i kontakt med os."),
        "fi": ("Miten meni?", "Olit hiljattain meihin yhteydessä."),
    },
    "product": {
        "en": ("One question about the product", "You work with our product every day."),
        "sv": ("En fråga om produkten", "Du arbetar med vår produkt varje dag."),
        "nb": ("Ett spørsmål om produktet", "Du arbeider med produktet vårt hver dag."),
        "da": ("Et spørgsmål om produktet", "Du arbejder med vores produkt hver dag."),
        "fi": ("Yksi kysymys tuotteesta", "Käytät tuotettamme joka päivä."),
    },
    "recovery": {
        "en": (
            "Are things better now?",
            "A while ago you told us what was wrong. We would like to know where we stand today.",
        ),
        "sv": (
            "Är det bättre nu?",
            "För en tid sedan berättade du vad som var fel. Vi vill gärna veta hur det är i dag.",
        ),
        "nb": (
            "Er det bedre nå?",
            "For en tid siden fortalte du oss hva som var galt. Vi vil gjerne vite hvordan det er i dag.",
        ),
        "da": (
            "Er det bedre nu?",
            "For noget tid siden fortalte du os, hvad der var galt. Vi vil gerne vide, hvordan det går i dag.",
        ),
        "fi": (
            "Ovatko asiat nyt paremmin?",
            "Jokin aika sitten kerroit, mikä oli vialla. Haluaisimme tietää, missä mennään tänään.",
        ),
    },
    "decision_makers": {
        "en": ("How do you see {company} as a partner?", "We ask those who decide. It takes twenty seconds."),
        "sv": ("Hur ser du på {company} som partner?", "Vi frågar er som bestämmer. Det tar tjugo sekunder."),
        "nb": ("Hvordan ser du på {company} som partner?", "Vi spør dere som bestemmer. Det tar tjue sekunder."),
        "da": ("Hvordan ser du på {company} som partner?", "Vi spørger jer, der bestemmer. Det tager tyve sekunder."),
        "fi": ("Millainen kumppani {company} on?", "Kysymme teiltä, jotka päätätte. Se vie kaksikymmentä sekuntia."),
    },
    "support": {
        "en": ("Did we solve it?", "We have just closed your case with our support."),
        "sv": ("Löste vi det?", "Vi har just avslutat ditt ärende hos vår support."),
        "nb": ("Løste vi det?", "Vi har nettopp avsluttet saken din hos kundeservice."),
        "da": ("Løste vi det?", "Vi har netop afsluttet din sag hos vores support."),
        "fi": ("Ratkaisimmeko asian?", "Olemme juuri sulkeneet tukipyyntösi."),
    },
    "onboarding": {
        "en": ("How was the start?", "You have been with us for a little while now."),
        "sv": ("Hur gick starten?", "Du har varit hos oss en liten tid nu."),
        "nb": ("Hvordan var starten?", "Du har vært hos oss en liten stund nå."),
        "da": ("Hvordan gik starten?", "Du har været hos os et stykke tid nu."),
        "fi": ("Miten alku sujui?", "Olet ollut asiakkaamme nyt jonkin aikaa."),
    },
}

WHO_READS = {
    "en": "Those who look after you at {company} read your answer and may get in touch. It is used for nothing else.",
    "sv": "De som tar hand om dig på {company} läser ditt svar och kan höra av sig. Det används inte till något annat.",
    "nb": "De som tar seg av deg hos {company} leser svaret og kan ta kontakt. Det brukes ikke til noe annet.",
    "da": "De, der tager sig af dig hos {company}, læser dit svar og kontakter dig måske. Det bruges ikke til andet.",
    "fi": "Vastauksesi lukevat yhteyshenkilösi ({company}). He voivat ottaa yhteyttä. Muuhun sitä ei käytetä.",
}


@dataclass(frozen=True)
class Template:
    """Words to start from. `kind` is the survey kind they suit; `words` has one entry a language."""

    name: StrOrPromise
    kind: str
    words: dict[str, dict[str, str]]


def _template(name: StrOrPromise, kind: str, opening: str) -> Template:
    return Template(name, kind, {language: _words(opening, language) for language in SHARED})


def _words(opening: str, language: str) -> dict[str, str]:
    question, low, high, promoter, other, thanks = SHARED[language]
    subject, introduction = OPENINGS[opening][language]
    return {
        "subject": subject,
        "introduction": introduction,
        "question": question,
        "low_label": low,
        "high_label": high,
        "follow_up_promoter": promoter,
        "follow_up_other": other,
        "thanks": thanks,
        "who_reads": WHO_READS[language],
    }


TEMPLATES = {
    "relational": _template(_("Relationship, everybody"), "relational", "relational"),
    "decision_makers": _template(_("Relationship, those who decide"), "relational", "decision_makers"),
    "transactional": _template(_("After any contact"), "transactional", "transactional"),
    "support": _template(_("After a support case"), "transactional", "support"),
    "onboarding": _template(_("After onboarding"), "transactional", "onboarding"),
    "product": _template(_("In the product"), "product", "product"),
    "recovery": _template(_("After follow-up"), "recovery", "recovery"),
}
