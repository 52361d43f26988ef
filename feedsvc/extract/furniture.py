"""An element's names or a line's words in, the kind of furniture it is out: what stands on a page beside its article.

Names are the words of class, id and role in general use among content systems, English and German; no name here belongs
to one site. What is not clearly furniture is none.
"""

from __future__ import annotations

import re
from functools import lru_cache

from lxml.html import HtmlElement

from feedsvc import wording

# How much of the page's text an element of a kind may hold and still be furniture; 0.5 where nothing is said.
SHARE_OF = {
    "comments": 0.95, "navigation": 0.7, "foot": 0.6, "consent": 0.9, "related": 0.6, "byline": 0.1, "caption": 0.2,
    "share": 0.2, "tags": 0.2, "advert": 0.3, "note": 0.2, "form": 0.4, "paywall": 0.4, "aside": 0.4, "date": 0.05,
}  # fmt: skip

_BY_TAG = {
    "nav": "navigation",
    "footer": "foot",
    "aside": "aside",
    "form": "form",
    "figcaption": "caption",
    "menu": "navigation",
}
_BY_ROLE = {
    "navigation": "navigation", "contentinfo": "foot", "complementary": "aside", "search": "form", "dialog": "consent",
    "menu": "navigation", "menubar": "navigation", "alertdialog": "consent",
}  # fmt: skip
# Classes that say which posts a post is filed among, not what the element is: "tag-comments", "category-anzeigen".
_FILED = re.compile(
    r"(?<!\S)(?:tag|category|cat|kategorie|status|type|format|post|page|author|term|topic|size|align|has|is|js|wp-image)-[\w-]*(?!\S)"
)
_WORD = re.compile(r"[A-ZÄÖÜ]?[a-zäöüß]+|[A-Z]+(?![a-z])")
_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(rf"(?<![a-z])(?:{names})(?![a-z])"))
    for kind, names in (
        ("hidden", r"sr only|sr text|visually hidden|visuallyhidden|screen reader(?: text)?|screenreader|skip link|offscreen|print only|only print|invisible"),
        ("comments", r"comments?|comment list|commentlist|disqus|kommentare?|respond|replies|user comments|leserkommentare?|leserbriefe|livefyre|fb comments|webmentions?"),
        ("consent", r"cookies?|consent|gdpr|dsgvo|cmp|usercentrics|onetrust|borlabs|opt in|privacy banner"),
        ("related", r"related|relateds|recommend|recommended|recommendations?|recirc|recirculation|outbrain|taboola|plista|read more|readmore|read next|readnext|more stories|more news|more articles|more on|also read|see also|most read|mostread|meistgelesen|most popular|popular|trending|latest news|latest posts|recent posts|similar|jp relatedposts|yarpp|ya?rpp|teaser list|teaserlist|teasers|mehr zum thema|zum thema|weitere|weiterlesen|lesetipps?|empfehlungen|empfehlung|upnext|up next|next article|prev next|post nav|post navigation|nav links|crosslinks?|linkbox|link list|linklist|further reading|more from|morefrom|inline promo|promo|promos|keep reading|in other news|nextpost|prevpost|related ?articles?|related ?posts?|related ?content|relatedposts|relatedstories|readmorelinks"),
        ("share", r"share|shares|sharing|social|socials|social media|socialmedia|sharedaddy|addthis|addtoany|sharebar|sharethis|shariff|share buttons?|sharebuttons?|teilen|social ?share|follow us|like button|essb|ssba|heateor|a2a|shr"),
        ("newsletter", r"newsletters?|subscribe|subscription|signup|sign up|abo|abonnieren|mailing list|mailchimp|mc embed|mailpoet|push ?notification|opt in form|email signup|registration wall"),
        ("paywall", r"paywall|pay wall|piano|metered|subscriber only|plus teaser|paid barrier|paywall layer"),
        ("advert", r"ad|ads|adv|advert|adverts|advertisement|advertising|advertorial|ad container|ad slot|adslot|adsense|adbox|adspot|anzeige|anzeigen|werbung|banner ad|sponsored|sponsor|sponsors|dfp|google auto placed|affiliate box|adwrapper|admanager|adunit"),
        ("tags", r"tags|tag list|taglist|tag links|tagcloud|keywords|schlagworte?|schlagw(?:ö|oe)rter|post tags|entry tags|topics list|topic list|article tags|themen liste|stichworte|cat links|post categories"),
        ("bio", r"author bio|author box|authorbox|about author|about the author|author info|author card|author description|author profile|autorenbox|autoreninfo|autor info|autorenprofil|biography|bio|authors bio|author details|post author box|vcard|contributor|contributors"),
        ("caption", r"caption|captions|wp caption text|image caption|bildunterschrift|bildtext|bildlegende|legende|picture caption|figcaption|photo credit|image credit|img credit|credit|credits|copyright|bildnachweis|bildquelle|fotocredit|media caption|cutline|gallery caption|slideshow caption"),
        ("byline", r"byline|bylines|by line|author|authors|autor|autoren|autorin|posted by|post meta|entry meta|article meta|article info|meta info|metadata|meta data|meta|postmeta|post info|postinfo|post details|entry info|post byline|article byline|creator|dateline info|submitted|verfasser|reading time|readtime|lesezeit|lesedauer"),
        ("date", r"date|datum|dateline|timestamp|time stamp|published|publish date|pubdate|post date|entry date|article date|publication date|updated|last updated|posted on|veroeffentlicht|erschienen"),
        ("navigation", r"nav|navi|navbar|navigation|menu|menue|submenu|breadcrumbs?|brotkrumen?|breadcrumb trail|pagination|pager|paging|paginator|toolbar|topbar|masthead|mainnav|site header|siteheader|page header nav|global header|jump link|toc|table of contents|inhaltsverzeichnis|skiplinks?|backlink|servicenav|metanavi?|back to top"),
        ("foot", r"footer|site footer|footnote nav|colophon|impressum|page footer|fusszeile|bottom bar"),
        ("aside", r"sidebar|side bar|sidebars|side column|right column|rightcol|right rail|rail|marginal|marginalspalte|marginalie|randspalte|widget area|widgets|infobox sidebar|secondary column|rechte spalte"),
        ("form", r"search form|searchform|search box|searchbox|login|log in|register form|contact form|poll|umfrage|voting|quiz|rating|ratings|star rating|post ratings|bewertung|feedback|survey|votes?"),
        ("note", r"disclaimer|transparency note|affiliate notice|affiliate disclosure|vgwort|vg wort|correction policy|print ?button|tooltip|speechkit|audio player|text to speech|player controls|alert bar|notification bar|noprint|no print|download app|app promo|app banner"),
    )
)  # fmt: skip


def zone(element: HtmlElement) -> str:
    """Return the kind of furniture an element is by its tag, its role, its names or its being hidden; "" for none."""
    tag = str(element.tag)
    if _hidden(element):
        return "hidden"
    by_tag = _BY_TAG.get(tag) or _BY_ROLE.get(element.get("role") or "")
    if by_tag:
        return by_tag
    if tag == "time":
        return "date"
    names = f"{element.get('class') or ''} {element.get('id') or ''}".strip()
    if not names or tag in ("body", "html", "main") or (tag == "article" and len(names) > 40):
        return ""
    return named(names)


@lru_cache(maxsize=20_000)
def named(names: str) -> str:
    """Return the kind of furniture that the words of class and id name; "" for none."""
    if len(names) > 300:
        return ""
    words = " ".join(word.lower() for word in _WORD.findall(_FILED.sub(" ", names)))
    for kind, pattern in _KINDS:
        if pattern.search(words):
            return kind
    return ""


def _hidden(element: HtmlElement) -> bool:
    if element.get("hidden") is not None or element.get("aria-hidden") == "true":
        return True
    style = element.get("style")
    return bool(style) and bool(
        re.search(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", style or "", re.IGNORECASE)
    )


_LINE = re.compile(
    r"(?:[-–—*•\s]*(?:anzeige|werbung|advertisement|advertorial|sponsored(?: content)?|publicidad|publicité|reklama)[-–—*•:\s]*|"
    r"(?:stand|aktualisiert(?: am)?|zuletzt aktualisiert(?: am)?|veröffentlicht(?: am)?|erstellt(?: am)?|letzte änderung|last updated|updated|published|posted)(?: (?:on|am|at|um))?\s*:?\s*[\w., :/-]{0,40}\d{2,4}[\w., :/()|-]{0,30}|"
    r"\(?(?:mehr|more|weiterlesen|read more|mehr lesen|zum artikel|zur startseite|zurück|nach oben|back to top|continue reading|jetzt lesen|hier lesen|zur übersicht|zurück zur übersicht)\)?[ .…»>→:]*|"
    r"(?:teilen|share|tweet|tweeten|drucken|print|e-?mail|pin it|merken|kommentieren|comments?|kommentare?|\d+ (?:comments?|kommentare?|shares?)|facebook|twitter|whatsapp|linkedin|xing|pinterest|instagram|copy link|link kopieren|artikel teilen|diesen artikel teilen|beitrag teilen|artikel drucken|vorlesen|share this(?: article| post| story)?|share on .{2,20}|teilen mit|gefällt mir|like this|loading|wird geladen|related|schlagwörter|tags)\s*[:.…]*|"
    r"(?:foto|bild|video|quelle|photo|image|source|credit)s?\s*[:©].{2,120}|"
    r"(?:©|\(c\)|copyright).{2,150}|"
    r"\(?(?:id|artikel-?id)\s*:\s*\d+\)?|"
    r"(?:ca\. ?)?\d{1,3} ?(?:min|minuten?|mins?|minutes?)\.?(?: (?:lesedauer|lesezeit|read|reading time))?|(?:lesedauer|lesezeit|reading time)\s*:.{2,30}|"
    r"(?:das )?video (?:konnte|kann) nicht .{2,80}|javascript .{5,100}|"
    r"(?:mehr|alles) (?:zum thema|zu den themen)\s*:?|themen(?: in diesem artikel)?\s*:?|quellen?\s*:?|"
    r"[\[(]?\d{1,2}\.\s?(?:\d{1,2}\.|[^\W\d_]{3,9}\.?)\s?\d{4}[\])]?|"
    r"\[?(?:dpa|afp|reuters|epd|kna|ap|sid)(?:[/,-]\s?\w+)*\]?)",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"(?:lesen sie (?:auch|hier|mehr|dazu|hierzu|außerdem)|lies (?:auch|hier|mehr)|auch interessant|mehr zum thema|mehr dazu|siehe auch|"
    r"read (?:more|also|next)\b|also read|see also\b|related\s*:|recommended\s*:|more\s*:|más\s*:|lire aussi|à lire|leer también|lea también|zum weiterlesen|"
    r"mehr (?:zu|über|von) .{2,80}:|hören sie auch|sehen sie (?:auch|hier|im video)|passend dazu|lesetipp|tipp\s*:\s*lesen)",
    re.IGNORECASE,
)
_APPEAL = re.compile(
    r"(?:(?:jetzt |hier )?(?:unseren |den |zum )?(?:kostenlosen |täglichen )?newsletter\b|abonnieren sie|abonniere |melden sie sich|jetzt abonnieren|jetzt anmelden|"
    r"folgen sie uns|folge uns|follow us|follow .{2,40} on (?:twitter|facebook|instagram|x)\b|like us on|join us on|find us on|sign up (?:for|to|here)|subscribe (?:to|now|here|for)|get the (?:latest|best)|"
    r"we use cookies|wir (?:verwenden|nutzen|benutzen) cookies|diese (?:web)?seite (?:verwendet|nutzt) cookies|mit der nutzung|empfohlener (?:redaktioneller|externer) inhalt|an dieser stelle (?:finden sie|befindet sich|steht|zeigen wir)|"
    r"externe[rn]? inhalte?|hier (?:finden sie einen|können sie den) externen|zur anzeige (?:dieses|des|externer)|ich bin damit einverstanden|wir benötigen ihre (?:zustimmung|einwilligung)|"
    r"dieser (?:artikel|text|beitrag) (?:ist|erschien|wurde|stammt)(?: zuerst| erstmals| ursprünglich| aus der)?.{0,30}(?:zuerst|erstmals|ursprünglich|veröffentlicht|erschienen)|"
    r"alle rechte vorbehalten|all rights reserved|diesen artikel (?:weiterempfehlen|teilen|drucken)|"
    r"(?:haben sie|hast du) (?:einen )?fehler (?:entdeckt|gefunden)|hinweis der redaktion|ihr browser|your browser|please enable|bitte aktivieren sie|"
    r"dieser? (?:kommentar|beitrag) wurde|schreiben sie (?:einen|den ersten) kommentar|leave a (?:reply|comment)|ihre e-mail-adresse|your email address|"
    r"wenn sie auf .{3,60} klicken|durch (?:einen )?klick|mit \* (?:gekennzeichnet|markiert)|\* ?affiliate|affiliate-link|"
    r"exklusiv für abonnenten|nur für abonnenten|weiterlesen mit|jetzt weiterlesen|this (?:article|story|post) (?:was|is|originally|first)(?: \w+){0,2} (?:published|appeared|available)|"
    r"download the .{2,30} app|laden sie (?:sich )?(?:jetzt )?(?:die|unsere) .{0,30}app)",
    re.IGNORECASE,
)


@lru_cache(maxsize=4096)
def line_kind(line: str, link_share: float) -> str:
    """Return what a block is by its own words: "byline", "credit", "related", "appeal", "line"; "" for text."""
    if len(line) <= 160 and _LINE.fullmatch(line):
        return "line"
    if len(line) <= 200 and wording.credit(line):
        return "credit"
    if len(line) <= 200 and wording.byline(line):
        return "byline"
    if len(line) <= 250 and _OPENING.match(line) and (link_share > 0.3 or len(line) < 30):
        return "related"
    return "appeal" if len(line) <= 400 and _APPEAL.match(line) else ""
