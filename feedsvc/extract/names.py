"""An element's tag, role, class and id in, the kind of furniture they name out.

The words are those in general use among content systems, English and German; none belongs to one site. Kinds are asked
in the order written down here, the first that fits wins.
"""

from __future__ import annotations

import re
from functools import lru_cache

from lxml.html import HtmlElement

# How much of the page's text an element of a kind may hold and still be furniture; 0.5 where nothing is said.
SHARE_OF = {
    "comments": 0.95, "navigation": 0.7, "foot": 0.6, "consent": 0.9, "related": 0.6, "byline": 0.1, "caption": 0.2,
    "share": 0.2, "tags": 0.2, "advert": 0.3, "note": 0.2, "form": 0.4, "paywall": 0.4, "aside": 0.4, "date": 0.05,
}  # fmt: skip

# Kinds that now and then name the box of the text itself.
DOUBTFUL = frozenset({"caption", "byline", "advert", "paywall", "note", "tags", "bio", "form", "hidden"})

_BY_TAG = {
    "nav": "navigation", "menu": "navigation", "footer": "foot", "aside": "aside", "form": "form",
    "figcaption": "caption", "time": "date",
}  # fmt: skip
_BY_ROLE = {
    "navigation": "navigation", "menu": "navigation", "menubar": "navigation", "contentinfo": "foot",
    "complementary": "aside", "search": "form", "dialog": "consent", "alertdialog": "consent",
}  # fmt: skip
# Words of class and id, camel case and separators taken apart: "relatedPosts" and "related-posts" are "related posts".
_NAMES = {
    "hidden": """
        invisible, offscreen, only print, print only, screen reader, screenreader, skip link, sr only, sr
        text, visually hidden, visuallyhidden""",
    "comments": """
        comment, commentlist, comments, disqus, kommentar, kommentare, leserbriefe, leserkommentar,
        leserkommentare, livefyre, replies, respond, webmention, webmentions""",
    "consent": """
        borlabs, cmp, consent, cookie, cookies, dsgvo, gdpr, onetrust, opt in, privacy banner, usercentrics""",
    "related": """
        also read, crosslink, crosslinks, empfehlung, empfehlungen, further reading, in other news, keep
        reading, latest news, latest posts, lesetipp, lesetipps, link list, linkbox, linklist, meistgelesen,
        more articles, more from, more news, more on, more stories, morefrom, most read, mostread, nav
        links, next article, nextpost, outbrain, plista, popular, post nav, post navigation, prev next,
        prevpost, promo, promos, read more, read next, readmore, readmorelinks, readnext, recent posts,
        recirc, recirculation, recommend, recommendation, recommendations, recommended, related,
        relatedarticle, relatedarticles, relatedcontent, relatedpost, relatedposts, relateds,
        relatedstories, see also, similar, taboola, teaser list, teaserlist, teasers, trending, up next,
        upnext, weitere, weiterlesen, yarpp, yrpp, zum thema""",
    "share": """
        a2a, addthis, addtoany, essb, follow us, heateor, like button, share, sharebar, sharebutton,
        sharebuttons, sharedaddy, shares, sharethis, shariff, sharing, shr, social, socialmedia, socials,
        socialshare, ssba, teilen""",
    "newsletter": """
        abo, abonnieren, mailchimp, mailing list, mailpoet, mc embed, newsletter, newsletters, opt in form,
        push notification, pushnotification, registration wall, sign up, signup, subscribe, subscription""",
    "paywall": """
        metered, paid barrier, pay wall, paywall, piano, plus teaser, subscriber only""",
    "advert": """
        ad, adbox, admanager, ads, adsense, adslot, adspot, adunit, adv, advert, advertisement, advertising,
        advertorial, adverts, adwrapper, affiliate box, anzeige, anzeigen, dfp, google auto placed, sponsor,
        sponsored, sponsors, werbung""",
    "tags": """
        cat links, keywords, post categories, schlagwoerter, schlagwort, schlagworte, schlagwörter,
        stichworte, tag links, tag list, tagcloud, taglist, tags, themen liste, topic list, topics list""",
    "bio": """
        about author, about the author, author box, author card, author description, author details, author
        info, author profile, authorbox, autor info, autorenbox, autoreninfo, autorenprofil, bio, biography,
        contributor, contributors, vcard""",
    "caption": """
        bildlegende, bildnachweis, bildquelle, bildtext, bildunterschrift, caption, captions, copyright,
        credit, credits, cutline, figcaption, fotocredit, legende""",
    "byline": """
        article info, author, authors, autor, autoren, autorin, by line, byline, bylines, creator, dateline
        info, entry info, lesedauer, lesezeit, meta, metadata, post details, post info, posted by, postinfo,
        postmeta, reading time, readtime, submitted, verfasser""",
    "date": """
        date, dateline, datum, erschienen, posted on, pubdate, published, time stamp, timestamp, updated,
        veroeffentlicht""",
    "navigation": """
        back to top, backlink, breadcrumb, breadcrumbs, brotkrume, brotkrumen, global header,
        inhaltsverzeichnis, jump link, mainnav, masthead, menu, menue, metanav, metanavi, nav, navbar, navi,
        navigation, pager, pagination, paginator, paging, servicenav, site header, siteheader, skiplink,
        skiplinks, submenu, table of contents, toc, toolbar, topbar""",
    "foot": """
        bottom bar, colophon, footer, footnote nav, fusszeile, impressum""",
    "aside": """
        marginal, marginalie, marginalspalte, rail, randspalte, rechte spalte, right column, rightcol,
        secondary column, side bar, side column, sidebar, sidebars, widget area, widgets""",
    "form": """
        bewertung, contact form, feedback, log in, login, poll, quiz, rating, ratings, register form, search
        box, search form, searchbox, searchform, survey, umfrage, vote, votes, voting""",
    "note": """
        affiliate disclosure, affiliate notice, alert bar, app banner, app promo, audio player, correction
        policy, disclaimer, download app, edit section, editsection, no print, noprint, notification bar,
        player controls, print button, printbutton, speechkit, text to speech, tooltip, transparency note,
        vg wort, vgwort""",
}  # fmt: skip
_KINDS = tuple(
    (kind, re.compile(rf"(?<![a-z])(?:{'|'.join(word.strip() for word in words.split(','))})(?![a-z])"))
    for kind, words in _NAMES.items()
)
# Classes that say what an element has or what a post is filed among, not what it is: "has-sidebar", and on a post's
# own box "tag-comments", "category-anzeigen".
_HAS = re.compile(r"(?<!\S)(?:has|with|no|js|size|align|wp-image)-[\w-]*(?!\S)")
_POST = re.compile(r"(?<!\S)(?:hentry|type-\w+|status-publish)(?!\S)")
_FILED = re.compile(r"(?<!\S)(?:tag|category|cat|kategorie|status|type|format|post|author|term|topic)-[\w-]*(?!\S)")
_HASHED = re.compile(r"(?<![^\W_])[a-z]*\d[a-z\d]*[a-z][a-z\d]*(?![^\W_])", re.IGNORECASE)  # "5f18ad9" names nothing
_WORD = re.compile(r"[A-ZÄÖÜ]?[a-zäöüß]+|[A-Z]+(?![a-z])")
_PICTURE = re.compile(r"(?<![^\W_])(?:img|image|media|bild|foto|photo|picture)(?![a-zäöüß]{4})", re.IGNORECASE)
_ON_SOME = re.compile(r"(?:^|[\s-])(?:xs|sm|md|lg|xl|mobile|desktop|tablet|print)\b|\w:\w")  # on screens of some width
_LONGEST = 300  # characters; longer lists of classes are styling
_ARTICLES_OWN = 40  # characters of an <article>'s names from which they tell how it is filed


def zone(element: HtmlElement) -> str:
    """Return the kind of furniture an element is by its tag, its role, its names or its being hidden; "" for none."""
    tag = str(element.tag)
    if _is_hidden(element):
        return "hidden"
    if _is_comment(element):
        return "comments"
    if known := _BY_TAG.get(tag) or _BY_ROLE.get(element.get("role") or ""):
        return known
    names = f"{element.get('class') or ''} {element.get('id') or ''}".strip()
    if not names or tag in ("body", "html", "main") or (tag == "article" and len(names) > _ARTICLES_OWN):
        return ""
    return named(names)


def named(names: str) -> str:
    """Return the kind of furniture that the words of class and id name; "" for none."""
    return _named(names) if len(names) <= _LONGEST else ""


@lru_cache(maxsize=20_000)
def _named(names: str) -> str:
    own = _FILED.sub(" ", names) if _POST.search(names) else names
    words = " ".join(word.lower() for word in _WORD.findall(_HASHED.sub(" ", _HAS.sub(" ", own))))
    return next((kind for kind, pattern in _KINDS if pattern.search(words)), "")


@lru_cache(maxsize=20_000)
def of_picture(names: str) -> bool:
    """Whether class and id name a box for a picture ("img-box", "mediaCon", "bild links")."""
    return bool(_PICTURE.search(names))


def is_concealed(element: HtmlElement) -> bool:
    """Whether a class says that an element is hidden on every screen; scripts may show it later."""
    classes = element.get("class") or ""
    return "hidden" in classes.split() and not _ON_SOME.search(classes)


def _is_comment(element: HtmlElement) -> bool:
    """Whether microdata calls an element a comment (schema.org/Comment)."""
    return element.get("itemprop") == "comment" or (element.get("itemtype") or "").endswith(
        ("/Comment", "/UserComments")
    )


def _is_hidden(element: HtmlElement) -> bool:
    if element.get("hidden") is not None or element.get("aria-hidden") == "true":
        return True
    style = element.get("style")
    return bool(style and re.search(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", style, re.IGNORECASE))
