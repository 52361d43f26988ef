"""Addresses as pages print them, and what is done with the strange ones."""

from __future__ import annotations

import re
import time
from urllib.parse import urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from feedsvc import urls

BASE = "https://www.example.org/politik/artikel?x=1"
STRANGE = st.one_of(
    st.text(alphabet=st.characters(), max_size=80),
    st.text(alphabet="htps:/.@[]#?&=%ae0139-_~ü \\\t;", max_size=50),
    st.builds("http://{}".format, st.text(alphabet=st.characters(), max_size=40)),
)


@pytest.mark.parametrize(
    ("href", "address"),
    [
        ("/a/b", "https://www.example.org/a/b"),
        ("b", "https://www.example.org/politik/b"),
        ("../b", "https://www.example.org/b"),
        ("?pg=2", "https://www.example.org/politik/artikel?pg=2"),
        ("#absatz", "https://www.example.org/politik/artikel?x=1#absatz"),
        ("//other.example/x", "https://other.example/x"),
        ("HTTP://Other.Example/X", "http://other.example/X"),
        (" \n/a\tb\r ", "https://www.example.org/ab"),
        ("/für Städte", "https://www.example.org/f%C3%BCr%20St%C3%A4dte"),
        ("/f%C3%BCr", "https://www.example.org/f%C3%BCr"),
        ("/100%", "https://www.example.org/100%25"),
        ("/a?q=ü&b[]=1", "https://www.example.org/a?q=%C3%BC&b%5B%5D=1"),
        ("/a#Über uns", "https://www.example.org/a#%C3%9Cber%20uns"),
        ('/a"><script>', "https://www.example.org/a%22%3E%3Cscript%3E"),
        ("https://example.org:443/a", "https://example.org/a"),
        ("http://example.org:80/a", "http://example.org/a"),
        ("http://example.org:443/a", "http://example.org:443/a"),
        ("http://127.0.0.1:8080/", "http://127.0.0.1:8080/"),
        ("http://[::1]:8080/a", "http://[::1]:8080/a"),
        ("https://müller.example/", "https://xn--mller-kva.example/"),
        ("https://straße.de/", "https://xn--strae-oqa.de/"),
        ("https://a_b.example/", "https://a_b.example/"),
        ("https://user:pw@example.org/", "https://user:pw@example.org/"),
    ],
)
def test_a_link_is_made_absolute_and_ascii(href: str, address: str) -> None:
    assert urls.absolute(BASE, href) == address


@pytest.mark.parametrize(
    "href",
    [
        None, "", "  ", "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)",
        "java\x01script:alert(1)",
        "\x00javascript:alert(1)", "vbscript:x", "data:text/html,x", "mailto:a@example.org", "tel:+491234", "ftp://a/b",
        "file:///etc/passwd", "blob:https://a/b", "about:blank", "http://", "http:///path", "http://[", "http://[::1",
        "http://a:99999999999/", "http://a:b/", "http://a:-1/", "http://ex\u2100mple/", "http://a b/", "http://a<b>/",
        "http://" + "ä" * 80 + ".de/", "http://\u00ad/", "http://%00/",
    ],
)  # fmt: skip
def test_what_leads_to_no_web_page_is_none(href: str | None) -> None:
    assert urls.absolute(BASE, href) is None


def test_a_base_that_is_none_gives_only_what_is_absolute_by_itself() -> None:
    assert urls.absolute("", "https://example.org/a") == "https://example.org/a"
    assert urls.absolute("", "/a") is None
    assert urls.absolute("http://[", "/a") is None


@given(base=STRANGE, href=STRANGE)
@example(base="", href="http://a/%%41")
def test_an_absolute_address_stays_as_it_is_and_is_ascii(base: str, href: str) -> None:
    for start in (base, BASE):
        found = urls.absolute(start, href)
        if found is not None:
            assert urls.absolute(start, found) == urls.absolute("", found) == found
            assert found.isascii()
            assert not re.search(r"[\x00-\x20\x7f\"<>\\^`{|}]", found)
            assert urlsplit(found).scheme in ("http", "https")


@given(STRANGE)
def test_no_address_raises_anywhere(url: str) -> None:
    assert isinstance(urls.key(url), str)
    assert isinstance(urls.host(url), str)
    assert "#" not in urls.without_tracking(url)
    assert urls.untracked(urls.untracked(url)) == urls.untracked(url)
    assert urls.is_public(url) in (True, False)
    assert re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", urls.slug(url))


# ---- tracking -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://a.de/x?utm_source=rss&utm_medium=feed", "https://a.de/x"),
        ("https://a.de/x?id=1&wt_mc=rss", "https://a.de/x?id=1"),
        ("https://a.de/x?wt_mc=rss&id=1&cflt=rdf", "https://a.de/x?id=1"),
        ("https://a.de/x?WT.mc_id=1", "https://a.de/x"),
        ("https://a.de/x?fbclid=1&gclid=2&mtm_campaign=3", "https://a.de/x"),
        ("https://a.de/x?q=a+b%2Fc&x=", "https://a.de/x?q=a+b%2Fc&x="),
        ("https://a.de/x?reference=1&utm=2", "https://a.de/x?reference=1&utm=2"),
        ("https://a.de/x;jsessionid=AB12.live861?nn=1", "https://a.de/x?nn=1"),
        ("https://a.de/x#absatz", "https://a.de/x#absatz"),
        ("https://a.de/x#xtor=RSS-3", "https://a.de/x"),
        ("http://[", "http://["),
    ],
)
def test_tracking_goes_and_everything_else_stays_as_written(url: str, kept: str) -> None:
    assert urls.untracked(url) == kept
    assert urls.without_tracking(url) == kept.partition("#")[0]


# ---- identity -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "https://www.example.org/m/artikel", "http://www.example.org/m/artikel", "https://example.org/m/artikel",
        "https://www.example.org/m/artikel/", "https://www.example.org:443/m/artikel", "https://EXAMPLE.org/m/artikel",
        "https://www.example.org/m/artikel#comments", "https://www.example.org/m/artikel?utm_source=rss",
        "https://www.example.org/m/artikel?", "https://www.example.org./m/artikel", "https://example.org/m/%61rtikel",
        "https://example.org/m/artikel;jsessionid=1",
    ],
)  # fmt: skip
def test_the_addresses_of_one_article_have_one_key(url: str) -> None:
    assert urls.key(url) == "example.org/m/artikel"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://a.de/?p=46000", "https://a.de/?p=46001"),
        ("https://a.de/?p=46000", "https://a.de/"),
        ("https://a.de/artikel", "https://a.de/artikel-2"),
        ("https://a.de/Artikel", "https://a.de/artikel"),
        ("https://a.de:8080/x", "https://a.de/x"),
        ("https://a.de/a%2Fb", "https://a.de/a/b"),
        ("https://a.de/x", "https://b.de/x"),
    ],
)
def test_different_articles_have_different_keys(one: str, other: str) -> None:
    assert urls.key(one) != urls.key(other)


def test_keys_forget_the_order_of_parameters_and_the_way_of_encoding() -> None:
    assert urls.key("https://a.de/x?b=2&a=1") == urls.key("https://a.de/x?a=1&b=2")
    assert urls.key("https://a.de/für") == urls.key("https://a.de/f%c3%bcr") == urls.key("https://a.de/f%C3%BCr")
    assert urls.key("https://müller.example/") == urls.key("https://xn--mller-kva.example/")


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://Example.org/a", "example.org"),
        ("http://example.org:80/", "example.org"),
        ("https://example.org:443/", "example.org"),
        ("http://127.0.0.1:9001/", "127.0.0.1:9001"),
        ("http://[::1]:9001/", "[::1]:9001"),
        ("https://müller.example/", "xn--mller-kva.example"),
        ("https://user:pw@example.org/", "example.org"),
        ("https://example.org./", "example.org"),
        ("http://a:99999999999/", "a:99999999999"),
        ("http://[", ""),
        ("", ""),
    ],
)
def test_a_host_is_its_lower_case_idna_name_and_port(url: str, host: str) -> None:
    assert urls.host(url) == host


# ---- slugs ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "slug"),
    [
        ("IT-Infrastruktur", "it-infrastruktur"),
        ("Für Städte & Gemeinden", "fuer-staedte-gemeinden"),
        ("Größe", "groesse"),
        ("ÄÖÜ", "aeoeue"),
        ("Ärzte\u00adkammer", "aerztekammer"),
        ("E-Government/OZG", "e-government-ozg"),
        ("Café", "cafe"),
        ("x" * 80, "x" * 60),
        ("wort " * 20, "wort-wort-wort-wort-wort-wort-wort-wort-wort-wort-wort-wort"),
        ("&#99999999999;", "99999999999"),
        ("../../etc/passwd", "etc-passwd"),
        ("\ud800", "feed"),
        ("!!!", "feed"),
        ("", "feed"),
    ],
)
def test_a_slug_spells_german_out_and_is_never_empty(label: str, slug: str) -> None:
    assert urls.slug(label) == slug


# ---- public or not --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "93.184.216.34", "1.1.1.1", "172.15.255.255", "172.32.0.1", "100.63.255.255", "2606:4700::1111",
     "2a00:1450::1"],
)  # fmt: skip
def test_addresses_of_the_open_internet_are_public(address: str) -> None:
    assert urls.is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.255.255.255", "0.0.0.0", "0.1.2.3", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1",
        "169.254.169.254", "100.64.0.1", "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1",
        "192.88.99.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "::", "::1", "::ffff:127.0.0.1",
        "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::1", "2002:7f00:1::",
        "2001::1",
        "2001:20::1", "2001:db8::1", "3fff::1", "5f00::1", "100::1", "fc00::1", "fd12::1", "fe80::1", "fe80::1%eth0",
        "2606:4700::1%1", "fec0::1", "ff02::1", "localhost", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "",
        "[::1]",
        "8.8.8.8/32", " 8.8.8.8",
    ],
)  # fmt: skip
def test_addresses_that_lead_inside_or_nowhere_are_not(address: str) -> None:
    assert not urls.is_public(address)


def test_an_address_nobody_could_type_leads_nowhere_and_costs_nothing() -> None:
    started = time.process_time()
    for _ in range(200):
        assert urls.absolute("https://a.example/", "data:image/png;base64," + "A" * 90_000) is None
        assert len(urls.absolute("https://a.example/", "http://a" + "\u0301\u0323" * 3_900) or "") < 300
    assert time.process_time() - started < 10  # one of the second kind took a tenth of a second
    assert urls.absolute("https://a.example/", "/" + "x" * 7_000) is not None
