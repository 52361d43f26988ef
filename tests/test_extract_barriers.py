"""Who may read an article, and what stands in its place: walls are named, articles about them are read."""

from __future__ import annotations

import json

import pytest

from feedsvc import extract
from feedsvc.errors import ContentError
from feedsvc.model import Article, Page, Source

URL = "https://blatt.example/politik/haushalt"
PARAGRAPH = (
    "<p>Die Verhandlungen dauerten bis in die frühen Morgenstunden. Am Ende stand ein Kompromiss, mit dem beide Seiten "
    "leben können, wie es hieß. Der Landtag berät im Herbst darüber.</p>"
)
TEXT = PARAGRAPH + PARAGRAPH.replace("Landtag", "Bundestag") + PARAGRAPH.replace("Landtag", "Kreistag")
LONG = "".join(PARAGRAPH.replace("Landtag", f"Landtag von {n}") for n in range(16))
OFFER = (
    "<div class='box'><p>Jetzt weiterlesen mit BlattPlus</p><p>Jederzeit kündbar</p>"
    "<a href='/abo'>Bereits Abonnent?</a></div>"
)
BANNER = (
    "<div class='cookie-banner'><h2>Wir schätzen Ihre Privatsphäre</h2><p>Wir und unsere 174 Partner verarbeiten "
    "personenbezogene Daten. Sie können Ihre Einwilligung jederzeit widerrufen.</p><button>Alle akzeptieren</button>"
    "<a href='#'>Cookie-Einstellungen</a></div>"
)


def read(body: str, head: str = "", title: str = "Der Haushalt steht | Blatt", url: str = URL) -> Article:
    page = f"<html lang=de><head><meta charset=utf-8><title>{title}</title>{head}</head><body>{body}</body></html>"
    return extract.article(Page(url=url, final_url=url, body=page.encode()), None, Source(id="blatt", url=url))


def article(text: str, behind: str = "") -> str:
    nav = "<nav><a href='/abo'>Jetzt abonnieren</a> <a href='/plus'>Jetzt testen</a></nav>"
    return f"{nav}<main><h1>Der Haushalt steht</h1>{text}{behind}</main><footer>Impressum</footer>"


def linked(**given: object) -> str:
    data = {"@type": "NewsArticle", "headline": "Der Haushalt steht", **given}
    return f'<script type="application/ld+json">{json.dumps(data)}</script>'


# ---- what the page states -------------------------------------------------------------------------------------------

PART = {"@type": "WebPageElement", "isAccessibleForFree": "False", "cssSelector": ".paid"}


@pytest.mark.parametrize(
    ("head", "access"),
    [
        (linked(isAccessibleForFree=False), "paywall"),
        (linked(isAccessibleForFree="https://schema.org/False"), "paywall"),
        (linked(isAccessibleForFree=True), "free"),
        (linked(hasPart=PART), "paywall"),
        (linked(hasPart=[{"@type": "WebPageElement", "isAccessibleForFree": True}, PART]), "paywall"),
        (linked(isAccessibleForFree=True, hasPart=[PART]), "paywall"),
        ('<meta itemprop="isAccessibleForFree" content="false">', "paywall"),
        ('<meta property="article:content_tier" content="free">', "free"),
        ('<meta property="article:content_tier" content="locked">', "paywall"),
        ('<meta name="content_tier" content="metered">' + linked(isAccessibleForFree=False), "metered"),
        ("", None),
    ],
)
def test_the_pages_own_statement_is_believed(head: str, access: str | None) -> None:
    assert read(article(LONG), head).access == access


# ---- what it shows --------------------------------------------------------------------------------------------------

BROKEN_OFF = (
    "<p>Nach langen Verhandlungen haben sich die Länder darauf geeinigt, dass der Bund künftig einen Teil der</p>"
)


@pytest.mark.parametrize(
    ("text", "behind", "access"),
    [
        pytest.param(TEXT, OFFER, "paywall", id="a short text and several offers"),
        pytest.param(LONG + BROKEN_OFF, "<p>Nur für Abonnenten</p>", "paywall", id="broken off right before an offer"),
        pytest.param(LONG + "<p>Doch dann kam es anders …</p>", OFFER, "paywall", id="dots and an offer"),
        pytest.param(
            TEXT,
            "<div class='paywall'><p>Jetzt freischalten: Zugriff auf alle Artikel</p></div>",
            "paywall",
            id="a box",
        ),
        pytest.param(TEXT, "<p>Sie haben noch 2 kostenlose Artikel.</p>", "metered", id="a meter"),
        pytest.param(TEXT, "<p>Create a free account to continue reading.</p>", "metered", id="an account for nothing"),
        pytest.param(LONG, OFFER, None, id="offers below a whole article"),
        pytest.param(
            LONG, "<div class='paywall' style='display:none'>Jetzt freischalten</div>", None, id="a hidden box"
        ),
        pytest.param(TEXT, "<p class='plus-content'>Mehr zum Thema</p>", None, id="a name without an offer"),
        pytest.param(TEXT, "", None, id="offers in the menu"),
    ],
)
def test_an_offer_counts_where_it_stands_in_the_place_of_text(text: str, behind: str, access: str | None) -> None:
    assert read(article(text, behind)).access == access


def test_an_article_about_paywalls_is_none() -> None:
    about = (
        "<p>„Jetzt weiterlesen mit Plus“, „Bereits Abonnent?“, „Jederzeit kündbar“: Solche Sätze stehen vor immer mehr "
        "Artikeln. Eine Studie hat untersucht, was Leser davon halten.</p>"
        "<p>Viele brechen ab, wenn es heißt: „Nur für Abonnenten“. Andere haben noch 3 kostenlose Artikel frei.</p>"
    )
    found = read(article(about + TEXT))
    assert found.access is None
    assert "Solche Sätze" in (found.body_text or "")


# ---- consent --------------------------------------------------------------------------------------------------------

WALL = (
    "<h1>Willkommen bei Blatt</h1><h2>Mit Werbung weiterlesen</h2><p>Besuchen Sie uns wie gewohnt mit Werbung und "
    "Tracking. Ihre Zustimmung können Sie jederzeit widerrufen.</p><button>Akzeptieren und weiter</button>"
    "<h2>Oder im Pur-Abo</h2><p>Nutzen Sie Blatt für 4,99 Euro im Monat werbefrei lesen.</p><a href='/pur'>Pur-Abo</a>"
    "<p>Wir und unsere 174 Partner verarbeiten personenbezogene Daten, etwa Ihre IP-Adresse, mit Hilfe von Cookies, um "
    "Ihnen Anzeigen und Inhalte zu zeigen, die auf Ihrem Profil beruhen, und um mehr über Sie zu erfahren.</p>"
    "<p>Wenn Sie zustimmen, erlauben Sie uns und unseren Partnern, Informationen auf Ihrem Endgerät zu speichern. "
    "Weitere Angaben stehen in unserer Datenschutzerklärung.</p>"
)


@pytest.mark.parametrize(
    ("body", "url"),
    [
        pytest.param(WALL, URL, id="pay or okay"),
        pytest.param(BANNER, "https://blatt.example/zustimmung?url=%2Fpolitik", id="an address of its own"),
        pytest.param(BANNER, URL, id="nothing but a banner"),
        pytest.param(
            "<h1>Before you continue</h1><p>We value your privacy. We and our 812 partners store "
            "information on your device, such as cookies.</p><button>Accept all</button><button>Reject all</button>",
            "https://consent.blatt.example/m?continue=x",
            id="English",
        ),
    ],
)
def test_a_consent_wall_is_named_and_nothing_is_taken_from_it(body: str, url: str) -> None:
    with pytest.raises(ContentError) as refused:
        read(body, title="Blatt", url=url)
    assert refused.value.kind == "consent_wall"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(LONG, id="a long text"),
        pytest.param(PARAGRAPH, id="a short one"),
        pytest.param("", id="a headline with a video"),
    ],
)
def test_a_banner_over_an_article_is_no_wall(text: str) -> None:
    found = read(article(text) + BANNER)
    assert found.headline == "Der Haushalt steht"
    assert found.access is None
    assert "Partner" not in (found.body_text or "")


def test_an_article_about_cookies_is_no_wall_also_under_a_banner() -> None:
    about = (
        "<p>Das Gericht hat entschieden: Wer Cookies setzt, braucht eine Einwilligung, und wer „Alle akzeptieren“ "
        "anbietet, muss auch „Alles ablehnen“ anbieten.</p><p>Verlage setzen seit Jahren auf das Pur-Abo: Mit Werbung "
        "weiterlesen oder zahlen. Datenschützer halten die Zustimmung für erzwungen.</p>"
        "<p>Der Verband verteidigt die Praxis: Das Tracking finanziere den Journalismus.</p>"
    )
    found = read(
        article(about).replace("Der Haushalt steht", "Urteil zum Pur-Abo") + BANNER, title="Urteil zum Pur-Abo"
    )
    assert found.headline == "Urteil zum Pur-Abo"
    assert "erzwungen" in (found.body_text or "")


# ---- challenges -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("Just a moment...", "<h1>blatt.example</h1><p>Verifying you are human. This may take a few seconds.</p>"),
        ("Attention Required! | Cloudflare", "<h1>Sorry, you have been blocked</h1>"),
        ("Access Denied", "<h1>Access Denied</h1><p>You don't have permission to access this page.</p>"),
        ("Zugriff verweigert", "<p>Ihre Anfrage wurde blockiert.</p>"),
        ("Vercel Security Checkpoint", "<p>We're verifying your browser</p>"),
        ("blatt.example", "<iframe src='https://geo.captcha-delivery.com/captcha/?id=1'></iframe>"),
        ("", "<script src='/_Incapsula_Resource?x=1'></script><p>Request unsuccessful.</p>"),
    ],
)
def test_a_challenge_is_named(title: str, body: str) -> None:
    with pytest.raises(ContentError) as refused:
        read(body, title=title)
    assert refused.value.kind == "challenge"


@pytest.mark.parametrize(
    "script",
    [
        "<script src='https://www.google.com/recaptcha/api.js'></script><div class='g-recaptcha'></div>",
        "<script src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'></script>",
        "<script src='/_Incapsula_Resource?SWJIYLWA=1'></script>",
    ],
)
def test_a_guards_script_on_a_short_article_is_no_challenge(script: str) -> None:
    assert read(article(PARAGRAPH) + script).headline == "Der Haushalt steht"


def test_an_article_may_be_called_like_a_challenge() -> None:
    page = article(TEXT).replace("Der Haushalt steht", "Access Denied")
    assert read(page, title="Access Denied").headline == "Access Denied"
