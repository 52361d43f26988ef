"""What is difficult about the sample portal, and where: each trap with an address and what stands there.

The numbers are those of the first user's portals, from which the traps were collected. `shows` is a regular expression
that the served page matches once the failing article has recovered; a test holds every row to it.
"""

from __future__ import annotations

from dataclasses import dataclass

_REGISTERS = "gemeinsame-registerschnittstelle-geht-in-den-regelbetrieb"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trap:
    """One trap: its number, what it does to a careless reader, an address that has it, and what stands there."""

    number: int
    what: str
    path: str
    shows: str


def _trap(number: int, what: str, path: str, shows: str) -> Trap:
    return Trap(number=number, what=what, path=path if path.startswith("/") else f"/meldungen/{path}/", shows=shows)


TRAPS = (
    _trap(
        1, "kicker and headline touch", "zweite-trasse-fuer-das-landesnetz", r">Niedersachsen</span><span[^>]*>Zweite"
    ),
    _trap(1, "the kicker ends in a capital", "mehr-tempo-bei-registern", r">MPK</span><span[^>]*>Mehr Tempo"),
    _trap(1, "the kicker ends in a digit", "digitalstrategie-verliert-an-schwung", r">D42</span><span[^>]*>Digital"),
    _trap(1, "the kicker has capitals inside", "mitglieder-beschliessen-gemeinsamen-einkauf", r">KoDiNord</span><span"),
    _trap(2, "a colon inside a gender form", "/", r"Sachsen-Anhalt: Bürger:innen testen"),
    _trap(2, "a gender form and no kicker", "/?pg=3", r">Nutzer:innen bewerten"),
    _trap(3, "two Länder in a kicker", "gemeinsames-rechenzentrum-an-zwei-standorten", r">Hamburg/Schleswig-Holstein<"),
    _trap(
        3, "three bodies in a kicker", "neuausrichtung-der-digitalpolitik", r">Initiative D42/Fachverband [^<]+/INNOV<"
    ),
    _trap(4, "alt texts of several sentences before the title", "/", r'alt="Balkendiagramm[^"]+ 16 Ländern\."'),
    _trap(
        5, "alt, caption and credit", "notfallplan-passt-auf-eine-seite", r"alt=.+<figcaption><p>.+\(Bildquelle: Kreis"
    ),
    _trap(5, "a picture made by a machine", "ki-sortiert-den-posteingang", r"\(Bild: [^)]+ / KI-generiert\)"),
    _trap(
        6,
        "years and numbers in a lead",
        "doppelhaushalt-staerkt-kommunale-it",
        r"</span> Im Doppelhaushalt 20\d\d/20\d\d ",
    ),
    _trap(6, "a date in an alt text", "landkreis-schliesst-13500-adressen-an", r'alt="[^"]*31\.12\.2024'),
    _trap(7, "a teaser cut short", "/", r"Strittig bleibt, wer [^.]*<a [^>]*>\.\.\. mehr\.\.\.</a>"),
    _trap(7, "another word for more", "/?pg=2", r">Weiterlesen</a>"),
    _trap(8, "day and month can be swapped", "/?pg=3", r"\[(?:0[1-9]|1[0-2])\.\d\d\.20\d\d\]"),
    _trap(9, "two categories, two links", _REGISTERS, r"Bereich: <a [^>]+>IT-Infrastruktur</a> <a [^>]+>Politik</a>"),
    _trap(
        9, "two categories, one text", "gemeinsame-cloud-fuer-kleine-behoerden", r"Bereich: IT-Infrastruktur Politik<"
    ),
    _trap(10, "the block holds what only shares a category", "sensoren-statt-kameras", r"Der Hafen denkt mit"),
    _trap(
        11,
        "the block is newer than the article",
        "e-akte-erreicht-die-letzten-aemter",
        r"class=\"weitere\">.+Zweite Trasse",
    ),
    _trap(
        12,
        "the block follows the text",
        "e-akte-erreicht-die-letzten-aemter",
        r"</article>\s*<section class=\"weitere\">",
    ),
    _trap(13, "today stands above an old article", "lochkarten-zum-anfassen", r'"datum">\w+, \d\d?\. \w+ 20\d\d<'),
    _trap(
        14,
        "a pinned story on every list page",
        "/?pg=4",
        r'"aufmacher">\s*<div[^>]*>\s*<a[^>]*><img[^>]*></a>\s*<h3><a[^>]*>Bund/Länder: ',
    ),
    _trap(15, "one article by its number", "/?p=46044", rf'rel="canonical" href="[^"]+/meldungen/{_REGISTERS}/"'),
    _trap(
        15, "and without a slash", f"/meldungen/{_REGISTERS}", rf'rel="canonical" href="[^"]+/meldungen/{_REGISTERS}/"'
    ),
    _trap(15, "and listed by its number", "/?pg=2", r'href="/\?p=46044"'),
    _trap(16, "nearly the same article again", "parkplatz-sucht-auto-2", r"Amt Mövensee / Redaktion Breitband"),
    _trap(
        17, "a misspelt address", "wenn-das-protokol-sich-selbst-schreibt", r"Wenn das Protokoll sich selbst schreibt"
    ),
    _trap(17, "a counter in the address", "anwohnerparken-per-kennzeichen-3", r"Anwohnerparken per Kennzeichen"),
    _trap(18, "brackets in a credit", "labor-zerlegt-smarte-tuerschloesser", r"\(Bildquelle: M\. Sandhagen \(LSIS\)\)"),
    _trap(19, "an alt text of another picture", "serverraum-zieht-in-die-alte-schule", r'alt="Weihnachtsmarkt'),
    _trap(
        20,
        "alt and caption are the same",
        "schulen-am-netz-aber-nicht-nur-am-kabel",
        r'alt="([^"]+)"><figcaption><p>\1<',
    ),
    _trap(21, "no picture, no credit", "ehrenamtskarte-kommt-aufs-smartphone", r"</p>\s*<div class=\"text\">"),
    _trap(22, "a newsletter among the articles", "/", r'<h3><a href="/meldungen/newsletter-jetzt-bestellen/">'),
    _trap(22, "a feed link among the articles", "/", r'<p class="abo"><a href="/meldungen/feed">'),
    _trap(23, "a link back in the text", _REGISTERS, r"\(wir berichteten: <a href="),
    _trap(
        24,
        "sub-heads and lists in the text",
        "notfallplan-passt-auf-eine-seite",
        r"<h2>Fünf Schritte für alle</h2>\s*<ul>",
    ),
    _trap(25, "quotation marks that close wrongly", "termine-ohne-warteschleife", r"„[^“”]+”.+„[^“”&]+&#34;"),
    _trap(25, "a hyphen that does not break", "open-source-arbeitsplatz-besteht-praxistest", "Open\u2011Source"),
)
