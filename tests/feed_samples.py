"""Feeds by chance: elements that feeds have, in any order, doubled, misplaced, with odd attributes and texts."""

from __future__ import annotations

import random

SPACES = {
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "atom": "http://www.w3.org/2005/Atom",
    "media": "http://search.yahoo.com/mrss/",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "sy": "http://purl.org/rss/1.0/modules/syndication/",
    "slash": "http://purl.org/rss/1.0/modules/slash/",
    "wfw": "http://wellformedweb.org/CommentAPI/",
    "feedburner": "http://rssnamespace.org/feedburner/ext/1.0",
    "georss": "http://www.georss.org/georss",
    "thr": "http://purl.org/syndication/thread/1.0",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "xhtml": "http://www.w3.org/1999/xhtml",
    "own": "https://example.org/own",
}
TEXTS = (
    "",
    " ",
    "Ein Text",
    "  mit Rand\n",
    "A &amp; B",
    "A &amp;amp; B",
    "&lt;p&gt;Absatz&lt;/p&gt;",
    "Größe – „gut“ …",
    "<![CDATA[<p>Ein <b>Absatz</b></p>]]>",
    "<![CDATA[Eins]]> und <![CDATA[zwei]]>",
    "Teil<!-- x -->ung",
    "Grö&#223;e &#8211; 5 &#8364;",
    "FÃ¼r alle",
    "F&#195;&#188;r",
    "1 &lt; 2",
    "x <b>fett</b> y",
    "ß»",
    "Straße\u00a0«",
    "<?php echo ?>Text",
    "&nbsp;",
    "Zeile eins\n\nZeile zwei",
    "&lt;b&gt;",
    "Ã",
    "é\u00a0!",
    "\u200bunsichtbar",
    "😀 &#x1F600;",
)
SAID = (
    "",
    " ",
    "Politik",
    "A &amp; B",
    "A &amp;amp; B",
    "&lt;b&gt;fett&lt;/b&gt;",
    "Größe",
    "https://example.org/kind#post",
    " KI ",
)
HREFS = (
    "https://www.example.org/1",
    "/pfad/2",
    "seite.html",
    "?a=1&amp;b=2",
    "?a=1&amp;amp;b=2&amp;copy=3",
    "",
    " ",
    "http:///drei/x",
    "javascript:alert(1)",
    "//cdn.example.org/x.jpg",
    "urn:uuid:1",
    "https://www.example.org/ä ö",
    "#oben",
    "mailto:a@example.org",
    "http://[",
    "https://www.example.org/b.jpg?w=1",
    "tag:example.org,2024:1",
    "4711",
)
DATES = (
    "Fri, 26 Apr 2024 08:00:00 +0200",
    "2024-04-26T08:00:00Z",
    "26.04.2024",
    "",
    "demnächst",
    "Fri, 26 Apr 24 08:00:00 GMT",
    "2024-04-26T08:00:00.123+02:00",
    "Thu, 01 Jan 1970 00:00:00 +0000",
    "2024",
    "Fri, 31 Feb 2024 08:00:00 GMT",
    "2024-04-26T08:00:00+25:00",
    "Fri, 26 Apr 2024 08:00:00 EST",
    "2024-04-26 08:00:00",
    "gestern",
)
NAMES = (
    "Anna Muster",
    "anna@example.org (Anna Muster)",
    "anna@example.digital",
    "Anna Muster &lt;anna@example.org&gt;",
    "",
    "Von Anna Muster und Bert Beispiel",
    "mailto:anna@example.org (Anna)",
    "Anna @ Muster",
    "redaktion",
    "FÃ¼r Anna",
    "@anna",
)
TYPES = (
    "text",
    "html",
    "xhtml",
    "text/html",
    "text/plain",
    "TEXT",
    "application/xhtml+xml",
    "image/png",
    "application/json",
    "",
)
RELS = (
    "alternate",
    "self",
    "enclosure",
    "related",
    "replies",
    "next",
    "prev-archive",
    "ALTERNATE",
    "via",
    "hub",
    "edit",
)
FILES = ("audio/mpeg", "image/jpeg", "video/mp4", "IMAGE/PNG", "application/pdf", "")


def feed(chance: random.Random) -> str:
    """Return the text of a feed; some are no XML."""
    write = chance.choice((_rss, _rss, _atom, _atom, _rdf))
    whole = write(chance)
    if chance.random() < 0.02:
        whole = whole.replace("</title>", chance.choice(("&#150;</title>", "\x85</title>", "&#x80;</title>")), 1)
    if chance.random() < 0.05:
        at = chance.randrange(len(whole))
        whole = whole[:at] + chance.choice(("&", "<", "]]>", "\x00", "")) + whole[at + 1 :]
    return whole


def _spaces(chance: random.Random, *always: str) -> str:
    named = [name for name in SPACES if name in always or chance.random() < 0.97]
    return "".join(f' xmlns:{name}="{SPACES[name]}"' for name in named)


def _rss(chance: random.Random) -> str:
    version = chance.choice(("2.0",) * 9 + ("0.92",))
    base = f' xml:base="{chance.choice(HREFS)}"' if chance.random() < 0.1 else ""
    inner = _some(chance, CHANNEL, 6) + "".join(
        f"<item>{_some(chance, ITEM, 9)}</item>\n" for _ in range(chance.randrange(3))
    )
    return (
        f'<rss version="{version}"{_spaces(chance)}{base}><channel>{inner}{_some(chance, CHANNEL, 1)}</channel></rss>'
    )


def _atom(chance: random.Random) -> str:
    base = ' xml:base="https://basis.example.org/blog/"' if chance.random() < 0.2 else ""
    language = f' xml:lang="{chance.choice(("de", "de_DE", ""))}"' if chance.random() < 0.5 else ""
    entries = "".join(
        f"<entry{base if chance.random() < 0.1 else ''}>{_some(chance, ENTRY, 9)}</entry>\n"
        for _ in range(chance.randrange(3))
    )
    return f'<feed xmlns="{SPACES["atom"]}"{_spaces(chance)}{base}{language}>{_some(chance, HEAD, 6)}{entries}</feed>'


def _rdf(chance: random.Random) -> str:
    found = "".join(
        f'<item rdf:about="{chance.choice(HREFS)}">{_some(chance, ITEM, 7)}</item>\n'
        for _ in range(chance.randrange(3))
    )
    channel = f'<channel rdf:about="https://www.example.org/">{_some(chance, CHANNEL, 5)}</channel>'
    return f'<rdf:RDF xmlns="http://purl.org/rss/1.0/"{_spaces(chance, "rdf")}>{channel}{found}</rdf:RDF>'


def _some(chance: random.Random, names: tuple[str, ...], most: int) -> str:
    return "\n".join(_element(chance, chance.choice(names)) for _ in range(chance.randrange(1, most + 1)))


def _element(chance: random.Random, form: str) -> str:
    """Return an element with its blanks filled in."""
    for blank, values in BLANKS.items():
        while blank in form:
            form = form.replace(blank, chance.choice(values), 1)
    return form


_MARKED = (
    "<div xmlns='http://www.w3.org/1999/xhtml'><p class='a&amp;b'>Ein <em>Text</em>,<br/>zwei &lt; drei</p></div>",
    "<xhtml:div><xhtml:p>Text</xhtml:p></xhtml:div>",
    "<div xmlns='http://www.w3.org/1999/xhtml'>A</div> B",
    "nur Worte",
    "<div xmlns='http://www.w3.org/1999/xhtml'><a HREF='x' rel='NoFollow'>A</a><svg xmlns='http://www.w3.org/2000/svg'><title>T</title></svg></div>",
)
BLANKS = {
    "{said}": SAID,
    "{text}": TEXTS,
    "{href}": HREFS,
    "{date}": DATES,
    "{name}": NAMES,
    "{type}": TYPES,
    "{rel}": RELS,
    "{file}": FILES,
    "{marked}": _MARKED,
    "{number}": ("1", "0", "", "12345", "x", " 7 "),
    "{flag}": ("true", "false", "TRUE", ""),
}
BOTH = (
    "<link>{href}</link>",
    "<title>{text}</title>",
    "<category>{text}</category>",
    "<author>{name}</author>",
    "<dc:creator>{name}</dc:creator>",
    "<dc:date>{date}</dc:date>",
    "<dc:title>{text}</dc:title>",
    "<atom:link rel='{rel}' href='{href}'/>",
    "<dc:language>de</dc:language>",
    "<dc:subject>{text}</dc:subject>",
    "<description>{text}</description>",
    "<dc:publisher>{text}</dc:publisher>",
    "<itunes:summary>{text}</itunes:summary>",
    "<itunes:author>{name}</itunes:author>",
    "<itunes:image href='{href}'/>",
    "<itunes:explicit>no</itunes:explicit>",
    "<own:thing>{text}</own:thing>",
    "<own:thing a='1'/>",
    "<link href='{href}' type='{type}'/>",
    "<category domain='{said}'>{text}</category>",
    "<atom:updated>{date}</atom:updated>",
    "<media:thumbnail url='{href}'/>",
)
ITEM = (
    *BOTH,
    *BOTH,
    "<guid>{href}</guid>",
    "<guid isPermaLink='{flag}'>{href}</guid>",
    "<pubDate>{date}</pubDate>",
    "<description>{text}</description>",
    "<content:encoded>{text}</content:encoded>",
    "<content:encoded>{text}</content:encoded>",
    "<enclosure url='{href}' type='{file}' length='{number}'/>",
    "<media:content url='{href}' type='{file}' medium='image' fileSize='{number}' width='{number}'/>",
    "<media:content url='{href}' type='{file}'><media:title type='plain'>{text}</media:title>"
    "<media:description>{text}</media:description>"
    "<media:credit role='x'>{text}</media:credit><media:thumbnail url='{href}'/></media:content>",
    "<media:group><media:content url='{href}' medium='video'/><media:content url='{href}'/>"
    "<media:description>{text}</media:description></media:group>",
    "<media:description>{text}</media:description>",
    "<media:credit>{text}</media:credit>",
    "<media:title>{text}</media:title>",
    "<media:keywords>{text}, {text}</media:keywords>",
    "<media:category label='{said}'>{text}</media:category>",
    "<media:rating>nonadult</media:rating>",
    "<source url='{href}'>{text}</source>",
    "<comments>{href}</comments>",
    "<slash:comments>1</slash:comments>",
    "<wfw:commentRss>{href}</wfw:commentRss>",
    "<feedburner:origLink>{href}</feedburner:origLink>",
    "<dcterms:modified>{date}</dcterms:modified>",
    "<dcterms:issued>{date}</dcterms:issued>",
    "<dcterms:created>{date}</dcterms:created>",
    "<itunes:keywords>{text},{text}</itunes:keywords>",
    "<itunes:subtitle>{text}</itunes:subtitle>",
    "<georss:point>1 2</georss:point>",
    "<image><url>{href}</url></image>",
    "<atom:author><atom:name>{name}</atom:name></atom:author>",
    "<fremd>{text}</fremd>",
    "<dc:description>{text}</dc:description>",
    "<atom:summary>{text}</atom:summary>",
    "<xhtml:body>{marked}</xhtml:body>",
)
CHANNEL = (
    *BOTH,
    "<language>de-DE</language>",
    "<ttl>{number}</ttl>",
    "<sy:updatePeriod>daily</sy:updatePeriod>",
    "<sy:updateFrequency>{number}</sy:updateFrequency>",
    "<image><title>{text}</title><url>{href}</url><link>{href}</link></image>",
    "<generator>{text}</generator>",
    "<pubDate>{date}</pubDate>",
    "<lastBuildDate>{date}</lastBuildDate>",
    "<copyright>{text}</copyright>",
    "<skipHours><hour>1</hour></skipHours>",
    "<itunes:owner><itunes:name>{name}</itunes:name><itunes:email>a@example.org</itunes:email></itunes:owner>",
    "<docs>{href}</docs>",
    "<itunes:category text='News'><itunes:category text='Politics'/></itunes:category>",
    "<managingEditor>{name}</managingEditor>",
    "<textInput><title>{text}</title><name>q</name><link>{href}</link></textInput>",
    "<cloud domain='x'/>",
    "<rating>{text}</rating>",
)
ENTRY = (
    "<title>{text}</title>",
    "<title type='{type}'>{text}</title>",
    "<title type='xhtml'>{marked}</title>",
    "<link href='{href}'/>",
    "<link rel='{rel}' href='{href}'/>",
    "<link rel='{rel}' type='{type}' href='{href}'/>",
    "<id>{href}</id>",
    "<published>{date}</published>",
    "<updated>{date}</updated>",
    "<summary>{text}</summary>",
    "<summary type='{type}'>{text}</summary>",
    "<content type='{type}'>{text}</content>",
    "<content type='html' xml:base='{href}'>{text}</content>",
    "<content type='xhtml'>{marked}</content>",
    "<content src='{href}' type='text/html'/>",
    "<author><name>{name}</name><uri>{href}</uri></author>",
    "<author><name>{name}</name><email>a@example.org</email></author>",
    "<author/>",
    "<category term='{said}'/>",
    "<category term='{said}' label='{said}' scheme='{href}'/>",
    "<contributor><name>{name}</name></contributor>",
    "<rights type='{type}'>{text}</rights>",
    "<thr:total>1</thr:total>",
    "<link rel='enclosure' href='{href}' type='{file}' length='{number}'/>",
    "<source><title>{text}</title><id>{href}</id><updated>{date}</updated><author><name>{name}</name></author>"
    "<category term='{said}'/></source>",
    "<media:thumbnail url='{href}'/>",
    "<media:group><media:title>{text}</media:title><media:content url='{href}' type='{file}'/>"
    "<media:description>{text}</media:description>"
    "<media:community><media:statistics views='1'/></media:community></media:group>",
    "<dc:creator>{name}</dc:creator>",
    "<dc:date>{date}</dc:date>",
    "<own:thing>{text}</own:thing>",
    "<subtitle>{text}</subtitle>",
)
HEAD = (
    "<title>{text}</title>",
    "<title type='{type}'>{text}</title>",
    "<subtitle>{text}</subtitle>",
    "<link href='{href}'/>",
    "<id>{href}</id>",
    "<link rel='{rel}' href='{href}'/>",
    "<updated>{date}</updated>",
    "<author><name>{name}</name></author>",
    "<generator uri='{href}'>{text}</generator>",
    "<category term='{said}'/>",
    "<icon>{href}</icon>",
    "<logo>{href}</logo>",
    "<rights>{text}</rights>",
    "<own:thing>{text}</own:thing>",
)
