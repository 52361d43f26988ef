"""A line's words in, the kind of furniture it is out: what stands in a text's place and is no text.

Credits, bylines, date lines, pointers to other articles, appeals to subscribe, notices. What is not clearly furniture
is none.
"""

from __future__ import annotations

import re
from functools import lru_cache

from feedsvc import wording

_LINE = re.compile(
    r"(?:[-–—*•\s]*(?:anzeige|werbung|advertisement|advertorial|sponsored(?: content)?|publicidad|publicité|"
    r"reklama)[-–—*•:\s]*|"
    r"(?:stand|aktualisiert(?: am)?|zuletzt aktualisiert(?: am)?|veröffentlicht(?: am)?|erstellt(?: am)?|"
    r"letzte änderung|last updated|updated|published|posted|publié(?: le)?|mis à jour(?: le)?|publicado(?: el)?|"
    r"actualizado(?: el)?)(?: (?:on|am|at|um))?\s*:?\s*[\w., :/-]{0,40}\d{2,4}[\w., :/()|-]{0,30}|"
    r"\(?(?:mehr|more|weiterlesen|read more|mehr lesen|zum artikel|zur startseite|zurück|nach oben|back to top|"
    r"continue reading|jetzt lesen|hier lesen|zur übersicht|zurück zur übersicht)\)?[ .…»>→:]*|"
    r"(?:teilen|share|tweet|tweeten|drucken|print|e-?mail|pin it|merken|kommentieren|comments?|kommentare?|"
    r"\d+ (?:comments?|kommentare?|shares?)|kommentarer|comentarios|commentaires|commenti|"
    r"facebook|twitter|whatsapp|linkedin|xing|pinterest|instagram|"
    r"copy link|link kopieren|artikel teilen|diesen artikel teilen|beitrag teilen|"
    r"(?:artikel|beitrag|rezept|seite) drucken|vorlesen|(?:schrift|text)gr(?:ö|oe)(?:ß|ss)e\s*:?[aA+\- ]{0,12}|"
    r"a[+-]?(?: a[+-]?){1,2}|"
    r"share this(?: article| post| story)?|share on .{2,20}|teilen mit|gefällt mir|like this|loading|"
    r"wird geladen|related|schlagwörter|tags)\s*[:.…]*|"
    r"(?:foto|bild|video|quelle|photo|image|source|credit)s?\s*[:©].{2,120}|"
    r"(?:©|\(c\)|copyright).{2,150}|"
    r"(?-i:[A-ZÄÖÜ][\w./-]+(?:\s[\w./-]+){0,3}),\s(?:den\s)?\d{1,2}\.\s?(?:\d{1,2}\.|[^\W\d_]{3,9}\.?)\s?\d{4}|"
    r"es gilt das gesprochene wort.{0,80}|sperrfrist\s*:.{2,60}|check against delivery.{0,60}|"
    r"original-content von\s*:.{2,120}|"
    r"\(?(?:[a-zäöüß]{2,5}(?:[/,]\s?[a-zäöüß]{2,5})*)?,?\s?\(?"
    r"mit (?:agentur)?(?:material|informationen) (?:von|der|des) .{2,50}|"
    r"\(?(?:id|artikel-?id)\s*:\s*\d+\)?|"
    r"(?:ca\. ?)?\d{1,3} ?(?:min|minuten?|mins?|minutes?)\.?(?: (?:lesedauer|lesezeit|read|reading time))?|"
    r"(?:lesedauer|lesezeit|reading time)\s*:.{2,30}|"
    r"(?:das )?video (?:konnte|kann) nicht .{2,80}|javascript .{5,100}|"
    r"(?:mehr|alles) (?:zum thema|zu den themen)\s*:?|themen(?: in diesem artikel)?\s*:?|quellen?\s*:?|"
    r"[\[(]?\d{1,2}\.\s?(?:\d{1,2}\.|[^\W\d_]{3,9}\.?)\s?\d{4}[\])]?|"
    r"[\[(]?(?:mit |with )?(?:dpa|afp|reuters|epd|kna|ap|sid)(?:[/,-]\s?\w+)*[\])]?)",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"(?:lesen sie (?:auch|hier|mehr|dazu|hierzu|außerdem)|lies (?:auch|hier|mehr)|auch interessant|"
    r"mehr zum thema|mehr dazu|siehe auch|"
    r"czytaj (?:też|także|więcej)\b|leggi anche|lees ook|les også|läs (?:också|mer)\b|читайте также|veja também|"
    r"read (?:more|also|next)\b|also read|see also\b|related\s*:|recommended\s*:|more\s*:|más\s*:|lire aussi|"
    r"à lire|leer también|lea también|zum weiterlesen|"
    r"mehr (?:zu|über|von) .{2,80}:|hören sie auch|sehen sie (?:auch|hier|im video)|passend dazu|lesetipp|"
    r"tipp\s*:\s*lesen)",
    re.IGNORECASE,
)
_APPEAL = re.compile(
    r"(?:(?:jetzt |hier )?(?:unseren |den |zum )?(?:kostenlosen |täglichen )?newsletter\b|abonnieren sie|"
    r"abonniere |melden sie sich|jetzt abonnieren|jetzt anmelden|"
    r"folgen sie uns|folge uns|follow us|follow .{2,40} on (?:twitter|facebook|instagram|x)\b|like us on|"
    r"join us on|find us on|sign up (?:for|to|here)|subscribe (?:to|now|here|for)|get the (?:latest|best)|"
    r"we use cookies|wir (?:verwenden|nutzen|benutzen) cookies|diese (?:web)?seite (?:verwendet|nutzt) cookies|"
    r"mit der nutzung|empfohlener (?:redaktioneller|externer) inhalt|an dieser stelle (?:finden sie|"
    r"befindet sich|steht|zeigen wir)|"
    r"externe[rn]? inhalte?|hier (?:finden sie einen|können sie den) externen|zur anzeige (?:dieses|des|"
    r"externer)|ich bin damit einverstanden|wir benötigen ihre (?:zustimmung|einwilligung)|"
    r"dieser (?:artikel|text|beitrag) (?:ist|erschien|wurde|stammt)(?: zuerst| erstmals| ursprünglich|"
    r" aus der)?.{0,30}(?:zuerst|erstmals|ursprünglich|veröffentlicht|erschienen)|"
    r"alle rechte vorbehalten|all rights reserved|diesen artikel (?:weiterempfehlen|teilen|drucken)|"
    r"(?:haben sie|hast du) (?:einen )?fehler (?:entdeckt|gefunden)|hinweis der redaktion|(?:ihr|dein) browser|"
    r"your browser|votre navigateur|(?:su|tu) navegador|please enable|bitte aktivieren sie|"
    r"dieser? (?:kommentar|beitrag) wurde|schreiben sie (?:einen|den ersten) kommentar|leave a (?:reply|"
    r"comment)|ihre e-mail-adresse|your email address|"
    r"wenn sie auf .{3,60} klicken|durch (?:einen )?klick|mit \* (?:gekennzeichnet|markiert)|\* ?affiliate|"
    r"affiliate-link|"
    r"(?:this|the full) (?:content|article|story|post|video) is (?:reserved|exclusive|available|only)\b"
    r".{0,20}(?:for|to)\b|"
    r"(?:already|not) (?:have an account|a (?:subscriber|member))|don['’]t have an account|"
    r"(?:register|sign in|log in|login|subscribe|create (?:an?|your)(?: free)? (?:account|profile))"
    r"(?: (?:/|or) (?:sign|log) in)? (?:to|and) (?:continue|keep|unlock|read)\b|"
    r"unlock (?:this|more|the full|all) (?:article|stor(?:y|ies)|content|articles)|"
    r"(?:sie haben|du hast|haben sie|hast du) (?:bereits|schon|noch kein) ein(?:en|e)? \w{0,12}"
    r"(?:abo|konto|account|zugang|login|mitgliedschaft|profil)\b|bereits (?:abonnent|registriert|kunde)\w*\s*\?|"
    r"(?:jetzt|hier|einfach) (?:kostenlos |gratis )?(?:testen|registrieren|freischalten|weiterlesen|einloggen)|"
    r"(?:dieser|diesen|der ganze|den ganzen) (?:artikel|inhalt|text|beitrag).{0,30}"
    r"(?:abonnenten|mitglieder|registrierte|freischalten)|"
    r"support (?:our|local|independent|quality) journalism|"
    r"exklusiv für abonnenten|nur für abonnenten|weiterlesen mit|jetzt weiterlesen|this (?:article|story|"
    r"post) (?:was|is|originally|first)(?: \w+){0,2} (?:published|appeared|available)|"
    r"download the .{2,30} app|laden sie (?:sich )?(?:jetzt )?(?:die|unsere) .{0,30}app)",
    re.IGNORECASE,
)

# What stands where others' content would be, however long it is: the law wants these words (GDPR, article 13).
_CONSENT = re.compile(
    r"(?:(?:um|damit) .{0,30}(?:eingebettete|externe|dieser?|diesen|sozialen?) (?:inhalte?|medien|netzwerke)\b.{0,40}"
    r"(?:anzuzeigen|anzusehen|zu (?:sehen|laden|nutzen)|angezeigt|geladen)|"
    r"(?:um|damit) .{0,60}(?:anzusehen|anzuzeigen|abzuspielen|zu sehen|abgespielt|angezeigt).{0,60}"
    r"(?:zustimm|einwillig|akzeptier|erlauben)|"
    r"(?:mit|durch) (?:dem|einem|ihrem|deinem) klick .{0,60}(?:datenschutz|personenbezogene|daten an)|"
    r"(?:we need your|this content needs your|to (?:view|display|load) this content.{0,40}your) consent)",
    re.IGNORECASE,
)

_BY = re.compile(r"(?:par|por|di|door|av)\s+(?=[A-ZÀ-Þ])", re.IGNORECASE)

MAX_LINE = 400  # characters; nothing longer is furniture but a consent text, nor kept in memory
MAX_CONSENT = 1_000


# A script that a template shows as text.
_SCRIPT = re.compile(
    r"\(?!?\(?function\s*\w*\(|(?:window|document)\.\w+\s*[.(=\[|]|(?:var|let|const)\s+\w+\s*=.*[;{]|//<!\[CDATA\[|"
    r"\{\s*\"@context\""
)


def line_kind(line: str, link_share: float) -> str:
    """Return what a block is by its words: "byline", "credit", "related", "appeal", "line", "script", "" for text."""
    if _SCRIPT.match(line):
        return "script"
    if len(line) <= MAX_CONSENT and _CONSENT.match(line):
        return "appeal"
    return _line_kind(line, link_share) if len(line) <= MAX_LINE else ""


@lru_cache(maxsize=16_384)
def _line_kind(line: str, link_share: float) -> str:
    if len(line) <= 160 and _LINE.fullmatch(line):
        return "line"
    if len(line) <= 200 and wording.credit(line):
        return "credit"
    if len(line) <= 200 and (wording.byline(line) or _is_foreign_byline(line)):
        return "byline"
    if len(line) <= 250 and _OPENING.match(line) and (link_share > 0.3 or len(line) < 30):
        return "related"
    return "appeal" if _APPEAL.match(line) else ""


def _is_foreign_byline(line: str) -> bool:
    """Whether a line is a byline in French, Spanish, Italian, Dutch or Swedish: the word for "by" and a name."""
    marked = _BY.match(line)
    return marked is not None and wording.is_name(line[marked.end() :])
