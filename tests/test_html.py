"""Pages as strangers send them: read whatever they hold, refused before they hurt, and made safe to publish."""

from __future__ import annotations

import contextlib
import time
from html.parser import HTMLParser

import lxml.html
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml.html import HtmlElement

from feedsvc import html
from feedsvc.errors import ContentError
from feedsvc.model import Page

BASE = "https://www.example.org/politik/artikel"
GERMAN = "Größe für Städte: „Übermut“ – 5 €"


def page(body: str | bytes, charset: str | None = None, media_type: str = "text/html") -> Page:
    raw = body.encode() if isinstance(body, str) else body
    return Page(url=BASE, final_url=BASE, body=raw, charset=charset, media_type=media_type)


def tree(body: str) -> html.Tree:
    return html.parse(page(body))


def one(body: str, selector: str) -> HtmlElement:
    (found,) = tree(body).select(selector)
    return found


# ---- characters -----------------------------------------------------------------------------------------------------


def meta(charset: str) -> str:
    return f'<html><head><meta charset="{charset}"></head><body><p>{GERMAN}</p></body></html>'


@pytest.mark.parametrize(
    ("body", "charset"),
    [
        pytest.param(meta("utf-8").encode(), None, id="utf-8 by meta"),
        pytest.param(meta("").encode(), "utf-8", id="utf-8 by header"),
        pytest.param(meta("").encode(), None, id="utf-8 by itself"),
        pytest.param(meta("").encode(), "UTF8", id="utf-8 misspelt"),
        pytest.param(b"\xef\xbb\xbf" + meta("iso-8859-1").encode(), "iso-8859-1", id="mark beats header and meta"),
        pytest.param(b"\xff\xfe" + meta("").encode("utf-16-le"), None, id="utf-16 by mark"),
        pytest.param(b"\xfe\xff" + meta("").encode("utf-16-be"), None, id="utf-16 big endian by mark"),
        pytest.param(meta("").encode("utf-16-le"), "utf-16", id="utf-16 by header"),
        pytest.param(meta("utf-16").encode(), None, id="utf-16 in meta is utf-8"),
        pytest.param(meta("utf-8").encode("cp1252"), "iso-8859-1", id="header beats meta"),
        pytest.param(meta("iso-8859-1").encode("cp1252"), None, id="latin-1 is windows-1252"),
        pytest.param(meta("windows-1252").encode("cp1252"), None, id="windows-1252 by meta"),
        pytest.param(meta("iso-8859-1").encode("cp1252"), '"ISO-8859-1"', id="quoted header"),
        pytest.param(meta("us-ascii").encode("cp1252"), None, id="ascii is windows-1252"),
        pytest.param(meta("").encode("cp1252"), None, id="windows-1252 undeclared"),
        pytest.param(meta("utf-8").encode("cp1252"), None, id="windows-1252 declared utf-8"),
        pytest.param(meta("iso-8859-1").encode(), "iso-8859-1", id="utf-8 declared latin-1"),
        pytest.param(meta("nonsense").encode(), "x-unknown", id="unknown labels"),
        pytest.param(meta("punycode").encode(), "unicode_escape", id="codecs that are no encodings of pages"),
        pytest.param(
            f'<?xml version="1.0" encoding="windows-1252"?><html><p>{GERMAN}</p></html>'.encode("cp1252"),
            None,
            id="xml",
        ),
        pytest.param(
            f'<meta http-equiv="Content-Type" content="text/html; charset=windows-1252"><p>{GERMAN}'.encode("cp1252"),
            None,
            id="http-equiv",
        ),
    ],
)
def test_umlauts_quotes_and_the_euro_are_read(body: bytes, charset: str | None) -> None:
    assert html.content(html.parse(page(body, charset)).select("p")[0]) == GERMAN


def test_one_broken_byte_costs_a_utf_8_page_no_umlaut() -> None:
    body = meta("utf-8").encode().replace(b"5 ", b"5\xff ")
    assert html.content(html.parse(page(body, "utf-8")).select("p")[0]) == GERMAN.replace("5 ", "5ÿ ")


def test_text_of_two_encodings_keeps_the_umlauts_of_both() -> None:
    body = "<p>Größe</p>".encode() * 3 + "<p>für</p>".encode("cp1252")
    assert html.content(html.parse(page(body)).root) == "Größe Größe Größe für"


def test_a_page_cut_inside_a_character_is_read_to_there() -> None:
    assert html.decode(page("<p>Größ".encode()[:-1])).startswith("<p>Grö")


@pytest.mark.parametrize(
    ("codec", "label", "words"),
    [
        ("iso8859-15", "iso-8859-15", "5 €"), ("iso8859-2", "iso-8859-2", "Łódź"), ("cp1250", "windows-1250", "Łódź"),
        ("cp1251", "windows-1251", "Москва"), ("koi8-r", "koi8-r", "Москва"), ("cp1254", "iso-8859-9", "Iğdır"),
        ("shift_jis", "shift_jis", "東京"), ("gb18030", "gb2312", "北京"), ("big5", "big5", "台北"),
        ("euc-kr", "euc-kr", "서울"),
        ("iso2022-jp", "iso-2022-jp", "東京"), ("euc-jp", "euc-jp", "東京"),
    ],
)  # fmt: skip
def test_other_encodings_are_read_as_declared(codec: str, label: str, words: str) -> None:
    assert html.content(html.parse(page(f"<p>{words}</p>".encode(codec), label)).root) == words


@given(body=st.binary(max_size=200), charset=st.sampled_from((None, "utf-8", "utf-16", "gbk", "iso-2022-jp", "\x00")))
def test_no_bytes_fail_to_be_decoded(body: bytes, charset: str | None) -> None:
    assert isinstance(html.decode(page(body, charset)), str)


# ---- what is refused ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        pytest.param(b"", "parse", id="nothing"),
        pytest.param(b" \n ", "parse", id="blanks"),
        pytest.param(b"Not found", "parse", id="no tag"),
        pytest.param(b'{"a": 1}', "parse", id="json"),
        pytest.param(b"%PDF-1.7 <x>", "parse", id="pdf"),
        pytest.param(b"<\0\0\0\0\0\0", "parse", id="binary"),
        pytest.param(b"<p>" + b"x" * 10_000_000, "too_large", id="10 MB"),
        pytest.param(b"<p>" * 300_001, "too_large", id="300,000 tags"),
        pytest.param(b"<div>" * 100_000 + b"x", "too_large", id="nested 100,000 deep"),
        pytest.param(b"<b>" * 100_000 + b"x", "too_large", id="inline nested 100,000 deep"),
        pytest.param(b"<i>" * 50_001, "too_large", id="50,000 elements"),
        pytest.param(
            (b"<i " + b" ".join(b"a%d" % n for n in range(190)) + b">") * 6_000, "too_large", id="a million attributes"
        ),
        pytest.param(
            (b"<i " + b"".join(b"a%d='>'" % n for n in range(190)) + b">") * 3_000, "too_large", id="a million quotes"
        ),
    ],
)
def test_what_is_no_page_or_would_hurt_is_refused_at_once(body: bytes, kind: str) -> None:
    start = time.monotonic()
    with pytest.raises(ContentError) as caught:
        html.parse(page(body))
    assert caught.value.kind == kind
    assert time.monotonic() - start < 2


def test_a_pdf_is_known_by_its_media_type() -> None:
    with pytest.raises(ContentError, match="PDF"):
        html.parse(page("<p>x</p>", media_type="application/pdf"))


@pytest.mark.parametrize(
    "body",
    [
        b"<a" * 300_000, b"<a " * 300_000, b"<!--" * 300_000, b"<script>" * 300_000, b"<![CDATA[" * 300_000,
        b"</" * 300_000, b"<a href='" * 100_000, b"&" * 1_000_000, b"<p>&#" + b"9" * 5000 + b";",
        pytest.param(b"<p>" * 299_000, marks=pytest.mark.slow),
        b"<table>" * 2_000, b"<a><table>" * 1_000, b"<p a" + b" " * 1_000_000,
        pytest.param(b"<p>\xff" * 100_000, marks=pytest.mark.slow),
    ],
)  # fmt: skip
def test_hostile_markup_is_answered_within_seconds(body: bytes) -> None:
    start = time.monotonic()
    with contextlib.suppress(ContentError):
        html.content(html.parse(page(body)).root)
    assert time.monotonic() - start < 4


MANY = range(100_000)


@pytest.mark.parametrize(
    "attributes",
    [
        pytest.param(" ".join(f"a{n}=1" for n in MANY), id="plain"),
        pytest.param(" ".join(f"a{n}='> <b>'" for n in MANY), id="quoted"),
        pytest.param('" '.join(f'a{n}="<i ' for n in MANY) + '"', id="quoted twice"),
        pytest.param("/".join(f"a{n}" for n in MANY), id="slashes"),
        pytest.param("".join(f"a{n}='1'" for n in MANY), id="glued"),
        pytest.param(" = ".join(f"a{n}" for n in MANY), id="equals"),
        pytest.param("= " * 100_000, id="nothing but equals"),
        pytest.param(" ".join(f'a{n}="' for n in MANY) + '"' * (len(MANY) % 2), id="quotes that pair with others"),
    ],
)
@pytest.mark.parametrize("before", ["<div title=t", "<!--><div title=t", "<p>y</p><script>a<b</script ><DIV title=t"])
def test_of_one_tags_attributes_as_many_are_kept_as_can_be_read_at_once(before: str, attributes: str) -> None:
    start = time.process_time()
    read = tree(f"{before} {attributes}>x</div><p class=z>danach</p>")
    assert time.process_time() - start < 2
    element = read.select("div")[0]
    assert len(element.attrib) <= html.MAX_ATTRIBUTES + 1
    assert element.get("title") == "t"
    assert html.content(element) == "x"
    assert read.select("p")[-1].get("class") == "z"


@pytest.mark.parametrize("count", [0, 1, 199, 200, 201, 1_000])
@pytest.mark.parametrize("end", [">", " >", "/>", " / >", "\n>"])
def test_attributes_up_to_the_limit_are_kept(count: int, end: str) -> None:
    read = tree("<p " + " ".join(f"a{n}='{n}'" for n in range(count)) + f"{end}x<p b=1>y")
    first, second = read.root.iter("p")
    assert dict(first.attrib) == {f"a{n}": str(n) for n in range(min(count, html.MAX_ATTRIBUTES))}
    assert dict(second.attrib) == {"b": "1"}


@pytest.mark.parametrize("name", ["script", "STYLE"])
def test_a_script_with_many_attributes_is_read_to_its_end(name: str) -> None:
    many = " ".join(f"a{n}" for n in range(1_000))
    source = "if (a<b) '<p " + many + ">'"
    read = tree(f"<{name} {many}>{source}</{name}><p {many}>Text</p>")
    assert read.select(name.lower())[0].text == source
    assert html.content(read.root) == "Text"


def test_a_script_full_of_comparisons_is_no_tag_with_attributes() -> None:
    script = "<script>" + "if(a<b && c ) d = e ; " * 500 + "</script>"
    assert html.content(tree(f"{script}<style>{'a<b c ' * 500}</style><p>Text</p>").root) == "Text"
    both = "<script>x = '</style><b>';" + "if(a<b && c ) d = e ; " * 500 + "</script>"
    assert html.content(tree(f"{both}<p>Text</p>").root) == "Text"
    assert html.content(tree("<!-- " + "<a b c " * 500 + " --><p>Text</p>").root) == "Text"


@pytest.mark.parametrize("depth", [200, 250, 255, 256, 300, 1000, 2000])
def test_no_text_is_lost_below_the_depth_at_which_lxml_stops(depth: int) -> None:
    read = tree("<div>1 " * depth + "tief" + " 2</div>" * depth + "<p>danach</p>")
    words = (html.content(read.root) or "").split()
    assert (words.count("1"), words.count("2")) == (depth, depth)
    assert words.index("tief") == depth
    assert words[-1] == "danach"
    assert read.select("p")
    assert html.content(read.select("p")[0]) == "danach"


def test_what_was_lifted_up_keeps_its_order() -> None:
    body = "".join(f"<b>{n} " for n in range(600)) + "".join(f"</b>{n} " for n in range(600))
    assert html.content(tree(body).root) == " ".join([*map(str, range(600)), *map(str, range(600))])


def test_control_characters_and_surrogates_vanish_from_the_tree() -> None:
    body = b"<p title='a\x00b'>x\x00\x08y\xed\xa0\x80z&#0;&#8;&#xD800;</p>"
    words = html.content(html.parse(page(body)).root) or ""
    assert words.isprintable()
    assert words.startswith("xy")


# ---- the tree -------------------------------------------------------------------------------------------------------


def test_the_base_element_is_what_links_are_relative_to() -> None:
    assert tree("<base><base href='/neu/'><p>").absolute("x") == "https://www.example.org/neu/x"
    assert tree("<base href='javascript:x'><p>").absolute("x") == "https://www.example.org/politik/x"
    assert tree("<p>").absolute("x") == "https://www.example.org/politik/x"
    assert tree("<p>").absolute(None) is None


def test_text_behind_the_end_of_the_document_is_kept() -> None:
    assert html.content(tree("<html><body><p>a</p></body></html><p>b</p>").root) == "a b"


LIST = """
<ul id="l"><li class="a">eins <a href="/1">x</a></li><li>zwei <b><a href="/2">y</a></b></li></ul>
<p><time datetime="2024-04-26">26.04.</time> <a href="/3">z</a></p>
"""


@pytest.mark.parametrize(
    ("selector", "hrefs"),
    [
        ("a", ["/1", "/2", "/3"]),
        ("li a", ["/1", "/2"]),
        ("li > a", ["/1"]),
        ("li.a a", ["/1"]),
        ("li:has(b) a", ["/2"]),
        ("a:not(li a)", ["/3"]),
        (":is(li, p) > a", ["/1", "/3"]),
        ("a[href$='2']", ["/2"]),
        ("li:nth-child(2) a", ["/2"]),
        ("xpath://li//a", ["/1", "/2"]),
        ("xpath: //a[re:test(@href, '[23]')]", ["/2", "/3"]),
        ("video", []),
        ("xpath://a/@href", []),
    ],
)
def test_selectors_find_elements_in_page_order(selector: str, hrefs: list[str]) -> None:
    assert [element.get("href") for element in tree(LIST).select(selector)] == hrefs


@pytest.mark.parametrize(
    ("selector", "values"),
    [
        ("li", ["eins x", "zwei y"]),
        ("xpath:.//time/@datetime", ["2024-04-26"]),
        ("xpath:.//li/text()", ["eins", "zwei"]),
        ("xpath:count(.//li)", ["2.0"]),
        ("xpath:string(.//time)", ["26.04."]),
        ("xpath:.//video", []),
    ],
)
def test_values_are_the_texts_of_what_is_found(selector: str, values: list[str]) -> None:
    assert tree(LIST).values(selector) == values


def test_selectors_look_only_within_an_element() -> None:
    read = tree(LIST)
    first, second = read.select("li")
    assert [a.get("href") for a in read.select(":scope > a", first)] == ["/1"]
    assert read.select(":scope > a", second) == []
    assert [a.get("href") for a in read.select("a", second)] == ["/2"]
    assert read.values("xpath:.//a/@href", second) == ["/2"]
    assert read.select(":scope", first) == [first] or read.select(":scope", first) == []


def test_what_was_taken_out_of_the_tree_is_not_found_again() -> None:
    read = tree(LIST)
    read.select("b")[0].drop_tree()
    assert [a.get("href") for a in read.select("a")] == ["/1", "/3"]
    read.select("li.a")[0].drop_tree()
    assert [a.get("href") for a in read.select("a")] == ["/3"]


def test_an_element_of_another_tree_has_nothing_within_this_one() -> None:
    stranger = tree(LIST).select("li")[0]
    assert tree(LIST).select("a", stranger) == []


@pytest.mark.parametrize(
    "selector",
    ["", "a[", "a::before", "li:nonsense", ">", "a >> b", "xpath:", "xpath://a[", "xpath:nonsense()", "xpath:]"],
)
def test_a_selector_that_cannot_be_used_is_a_value_error_with_one_sentence(selector: str) -> None:
    with pytest.raises(ValueError, match="not a") as caught:
        html.check(selector)
    assert "\n" not in str(caught.value)


def test_an_invalid_selector_is_refused_on_a_page_too() -> None:
    with pytest.raises(ValueError, match="not a CSS selector"):
        tree(LIST).select("a[")
    with pytest.raises(ValueError, match="not an XPath"):
        tree(LIST).select("xpath://a[")


def test_an_xpath_that_fails_on_a_page_is_a_content_error_of_the_rule() -> None:
    with pytest.raises(ContentError) as caught:
        tree(LIST).select("xpath://a[re:test(@href, '(')]")
    assert caught.value.kind == "rule"


# ---- text -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ("<h1><span>Niedersachsen</span>Teams</h1>", "NiedersachsenTeams"),
        ("<h1><div>Niedersachsen</div>Teams</h1>", "Niedersachsen Teams"),
        ("<p>eins</p><p>zwei</p>", "eins zwei"),
        ("<p>eins<br>zwei</p>", "eins zwei"),
        ("<ul><li>eins<li>zwei</ul>", "eins zwei"),
        ("<table><tr><td>eins<td>zwei</table>", "eins zwei"),
        ("<p>sicht<!-- -->bar<script>x</script><style>y</style><template>z</template></p>", "sichtbar"),
        ("<p>a<svg><title>t</title></svg><button>b</button><noscript>n</noscript>c</p>", "ac"),
        ("<p>&auml;&nbsp;&shy;&lt;b&gt;</p>", "ä <b>"),
        ("<p> </p>", None),
    ],
)
def test_blocks_are_kept_apart_and_inline_elements_are_not(markup: str, words: str | None) -> None:
    assert html.content(tree(f"<html><body>{markup}</body></html>").root) == words


def test_elements_nested_as_deep_as_python_recurses_are_read() -> None:
    deep = current = lxml.html.Element("div")
    for _ in range(5_000):
        current = lxml.html.etree.SubElement(current, "div")
    current.text = "tief"
    assert html.content(deep) == "tief"


@pytest.mark.parametrize(
    ("fragment", "lines"),
    [
        ("<p>eins</p><p>zwei</p>", "eins\nzwei"),
        ("<p>ein\nSatz</p>\n\n<p>noch\n einer</p>", "ein Satz\nnoch einer"),
        ("<p>eins<br>zwei</p>", "eins\nzwei"),
        ("<h2>Titel</h2>Text<ul><li>a</li><li>b</li></ul>Ende", "Titel\nText\na\nb\nEnde"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ("<pre>a\nb</pre>", "a\nb"),
        ("<p><b>ein</b><i>s</i></p>", "eins"),
        ("ohne <b>Block</b>", "ohne Block"),
        ("<p>a &lt; b &amp; c</p>", "a < b & c"),
        ('<img src="https://example.org/a.jpg">', None),
        ("<p>a</p><figure><img><figcaption>Das Bild</figcaption></figure><p>b</p>", "a\nb"),
        ("<!-- x -->", None),
        (" \n", None),
        ("", None),
        (None, None),
    ],
)
def test_plain_text_has_one_block_a_line(fragment: str | None, lines: str | None) -> None:
    assert html.plain(fragment) == lines


# ---- pictures -------------------------------------------------------------------------------------------------------

PICTURES = [
    ('<img src="/a.jpg">', "/a.jpg"),
    ('<img src="/a.jpg" srcset="/b.jpg 800w">', "/a.jpg"),
    ('<img src="data:image/gif;base64,R0" data-src="/a.jpg">', "/a.jpg"),
    ('<img src="/klein.jpg" data-src="/a.jpg">', "/a.jpg"),
    ('<img src="/img/placeholder.png" data-lazy-src="/a.jpg">', "/a.jpg"),
    ('<img src="/spacer.gif" data-original="/a.jpg">', "/a.jpg"),
    ('<img src="/blank.gif" data-srcset="/s.jpg 320w, /a.jpg 1200w">', "/a.jpg"),
    ('<img src="/lazy-placeholder.svg" srcset="/s.jpg 320w, /a.jpg 1200w, /m.jpg 640w">', "/a.jpg"),
    ('<img srcset="/s.jpg, /a.jpg 2x">', "/a.jpg"),
    ('<img srcset="/w_100,h_50/s.jpg 100w, /w_800,h_400/a.jpg 800w">', "/w_800,h_400/a.jpg"),
    ('<img srcset="/s.jpg 100w,/a.jpg 800w">', "/a.jpg"),
    ('<img srcset="/a.jpg nonsense">', "/a.jpg"),
    ('<img src="data:image/gif;base64,R0"><noscript><img src="/a.jpg"></noscript>', "/a.jpg"),
    ('<picture><source srcset="/a.webp 800w" type="image/webp"><img src="/a.jpg"></picture>', "/a.jpg"),
    ('<picture><source srcset="/a.jpg 800w"><source srcset="/b.jpg"><img src="data:,"></picture>', "/a.jpg"),
    ('<picture><source srcset="/a.jpg 800w"><img></picture>', "/a.jpg"),
    ('<picture><img src="data:,"></picture><noscript><img src="/a.jpg"></noscript>', "/a.jpg"),
    ('<img src="/a.jpg" style="display:none" data-src="/a.jpg">', "/a.jpg"),
    ('<img src="/pixel-art.jpg">', "/pixel-art.jpg"),
    ('<img src="/a.jpg" width="100%" height="auto">', "/a.jpg"),
]
NO_PICTURES = [
    "<img>", '<img src="">', '<img src="data:image/gif;base64,R0">', '<img src="javascript:x">',
    '<img src="/spacer.gif">',
    '<img src="/pixel.gif?id=1">', '<img src="/z.gif" width="1" height="1">', '<img src="/z.gif" width="1px">',
    '<img src="/z.gif" height="0">', '<img src="/z.gif" style="width:1px;height:1px">',
    '<img src="/z.gif" style="display: none">', '<img src="https://vg07.met.vgwort.de/na/0123456789abcdef">',
    '<img src="http://[">', '<img srcset=",,">',
]  # fmt: skip


@pytest.mark.parametrize(("markup", "path"), PICTURES)
def test_the_picture_is_the_one_people_see(markup: str, path: str) -> None:
    read = tree(f"<figure>{markup}</figure>")
    wanted = f"https://www.example.org{path}"
    assert html.image_url(read.select("img")[0], BASE) == wanted
    assert html.image_url(read.select("figure")[0], BASE) == wanted
    assert f'src="{wanted}"' in (html.clean(markup, BASE) or "")
    assert (html.clean(markup, BASE) or "").count("<img") == 1


@pytest.mark.parametrize("markup", NO_PICTURES)
def test_placeholders_and_pixels_are_no_picture(markup: str) -> None:
    assert html.image_url(one(markup, "img"), BASE) is None
    assert html.clean(markup, BASE) is None
    assert html.clean(f"<p>Text</p>{markup}", BASE) == "<p>Text</p>"


def test_an_element_without_a_picture_has_none() -> None:
    assert html.image_url(one("<figure><figcaption>x</figcaption></figure>", "figure"), BASE) is None


def test_a_picture_element_without_img_shows_its_source() -> None:
    found = html.image_url(one('<picture><source srcset="/a.jpg"></picture>', "picture"), BASE)
    assert found == "https://www.example.org/a.jpg"


# ---- safe to publish ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fragment", "safe"),
    [
        ("<p>Text</p>", "<p>Text</p>"),
        ("<p>a<br>b <em>c</em> <strong>d</strong></p>", "<p>a<br>b <em>c</em> <strong>d</strong></p>"),
        ('<p onclick="x" style="color:red" class="y" id="z">Text</p>', "<p>Text</p>"),
        ("<script>x</script><p>Text</p><style>y</style>", "<p>Text</p>"),
        ("<p>a<script>x</script >b</p>", "<p>ab</p>"),
        ("<scr<script>ipt>alert(1)</script>", "ipt&gt;alert(1)"),
        ('<svg><a xlink:href="javascript:x"><text>t</text></a></svg><p>Text</p>', "<p>Text</p>"),
        ("<math><mtext><img src=x onerror=y></mtext></math><p>Text</p>", "<p>Text</p>"),
        ('<iframe src="https://example.org"></iframe><object data="x">o</object><embed src="x"><p>T</p>', "<p>T</p>"),
        ('<form action="/x"><input name="a"><button>Los</button><p>Text</p></form>', "<p>Text</p>"),
        ("<select><option>a</option></select><textarea>b</textarea><p>Text</p>", "<p>Text</p>"),
        ("<video><source src='x'><track src='y'>Ihr Browser</video><p>Text</p>", "<p>Text</p>"),
        ('<a href="javascript:x">Text</a>', "<a>Text</a>"),
        ('<a href="JaVa&#x09;ScRiPt:x">Text</a>', "<a>Text</a>"),
        ('<a href="&#1;javascript:x">Text</a>', "<a>Text</a>"),
        ('<a href="javascript&colon;x">Text</a>', "<a>Text</a>"),
        ('<a href="&#106;&#97;vascript:x">Text</a>', "<a>Text</a>"),
        ('<a href=" data:text/html,x">Text</a>', "<a>Text</a>"),
        ('<a href="vbscript:x">Text</a>', "<a>Text</a>"),
        ('<a href="/b">Text</a>', '<a href="https://www.example.org/b">Text</a>'),
        ('<a href="#n1">Text</a>', '<a href="https://www.example.org/politik/artikel#n1">Text</a>'),
        ('<a href="/für uns">Text</a>', '<a href="https://www.example.org/f%C3%BCr%20uns">Text</a>'),
        ('<a href="/b?utm_source=x&amp;a=1&wt_mc=y">Text</a>', '<a href="https://www.example.org/b?a=1">Text</a>'),
        ('<a href="/b?a=1&amp;b=2" target="_blank" rel="x">T</a>', '<a href="https://www.example.org/b?a=1&amp;b=2">T</a>'),
        ('<a href="mailto:a@example.org">Text</a>', '<a href="mailto:a@example.org">Text</a>'),
        ('<img src="mailto:a@example.org"><p>Text</p>', "<p>Text</p>"),
        ('<blockquote cite="/q">Text</blockquote>', '<blockquote cite="https://www.example.org/q">Text</blockquote>'),
        ('<blockquote cite="javascript:x">Text</blockquote>', "<blockquote>Text</blockquote>"),
        ('<img src="/a.jpg" alt="a > b" onerror="x" width="300" height="50%" loading="lazy">',
         '<img src="https://www.example.org/a.jpg" alt="a &gt; b" width="300">'),
        ("<p>offen <b>fett", "<p>offen <b>fett</b></p>"),
        ("</p></div>Text</body></html>", "Text"),
        ("<div>eins</div><div>zwei</div>", "<p>eins</p><p>zwei</p>"),
        ("<section><h1>Titel</h1><div>Text</div></section>", "<h2>Titel</h2><p>Text</p>"),
        ("<div>a<p>b</p>c</div><div>d<p>e</p></div>", "a<p>b</p>c\nd<p>e</p>"),
        ("<ul><li><div>a</div></li><li></li></ul>", "<ul><li><p>a</p></li></ul>"),
        ("<p> </p><p>&nbsp;</p><h2></h2><p>Text</p><span></span>", "<p>Text</p>"),
        ("<p>Text</p><!-- Kommentar --><![if x]><![endif]>", "<p>Text</p>"),
        ("<pre>a\n\n\nb</pre>", "<pre>a\n\n\nb</pre>"),
        ("<noscript>Bitte JavaScript einschalten</noscript><p>Text</p>", "<p>Text</p>"),
        ('<img src="/a.jpg"><noscript><img src="/a.jpg"></noscript>', '<img src="https://www.example.org/a.jpg">'),
        ('<noscript><img src="/a.jpg"></noscript>', '<img src="https://www.example.org/a.jpg">'),
        ('<figure><img src="/a.jpg"><figcaption>Text</figcaption></figure>',
         '<figure><img src="https://www.example.org/a.jpg"><figcaption>Text</figcaption></figure>'),
        ("<table><tr><td colspan='2' onclick=x>a<td colspan='x'>b</table>",
         '<table><tbody><tr><td colspan="2">a</td><td>b</td></tr></tbody></table>'),
        ("a & b < c", "a &amp; b &lt; c"),
        ("a\x00\x08\ud800b\ufffe", "ab"),
        ("<p>Bürger*innen „Zitat“ E\u2011Akte</p>", "<p>Bürger*innen „Zitat“ E\u2011Akte</p>"),
        ("<b>" * 100_000 + "x", None),
        ("&" * 1_000_000, None),
        ("<p>" * 100_000, None),
        ("<p " + " ".join(f"a{n}" for n in range(100_000)) + ">x", "<p>x</p>"),
        ("x" * 2_000_001, None),
        ("<p></p>", None),
        ("<script>x</script>", None),
        ("", None),
    ],
)  # fmt: skip
def test_what_is_published_is_made_safe(fragment: str, safe: str | None) -> None:
    start = time.monotonic()
    assert html.clean(fragment, BASE) == safe
    assert time.monotonic() - start < 2


def test_a_fragment_nested_300_deep_keeps_its_text() -> None:
    assert html.plain(html.clean("<div>" * 300 + "tief" + "</div>" * 300 + "<p>danach</p>", BASE)) == "tief\ndanach"


class Watch(HTMLParser):
    """Writes down every tag and attribute that Python's own parser sees."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.extend([(tag, "", ""), *((tag, name, value or "") for name, value in attrs)])


PIECES = st.sampled_from(
    [
        *"<p> </p> <div> </div> <a <img <svg> <math> <style> </style> <script> <noscript> </noscript> <table>".split(),
        *"<title> <xmp> <select> <template> <iframe> <textarea> </textarea> <mglyph> <annotation-xml> <form> >".split(),
        *"< \" ' = / &lt; &quot; &#x09; &colon; -- <!-- --> <![CDATA[ ]]> href= src= onload= javascript: data:".split(),
        *"https://example.org/ x srcset= alt= style= xlink:href= <b> <i> <br> <h1> <plaintext>".split(),
        'title="<img src=x onerror=y>"', "<base href=//evil.example>", "</title><img src=x onerror=y>",
        "\t", "\x00", " ", "<td>",
    ]
)  # fmt: skip
HOSTILE = st.one_of(st.lists(PIECES, max_size=20).map("".join), st.lists(PIECES, max_size=20).map(" ".join))


@given(HOSTILE)
def test_no_fragment_gets_anything_past_the_allow_list_even_when_cleaned_twice(fragment: str) -> None:
    safe = html.clean(fragment, BASE)
    if safe is None:
        return
    twice = html.clean(safe, BASE)
    assert html.plain(twice) == html.plain(safe)
    for parsed_again in (
        safe,
        twice or "",
        lxml.html.tostring(lxml.html.fromstring(f"<div>{safe}</div>"), encoding="unicode"),
    ):
        watch = Watch()
        watch.feed(parsed_again)
        for tag, name, value in watch.seen:
            assert tag not in ("script", "style", "svg", "math", "iframe", "form", "input", "base", "template", "title")
            assert not name.startswith(("on", "style", "srcset", "xlink"))
            if name in ("href", "src", "cite"):
                assert value.startswith(("https://", "http://", "mailto:"))


@given(st.text(alphabet=st.characters(), max_size=200))
def test_no_text_raises_when_cleaned_or_made_plain(fragment: str) -> None:
    html.plain(html.clean(fragment, BASE))
    html.plain(fragment)


@pytest.mark.parametrize(
    "fragment",
    [
        " " * 2_000_000, "x" + "\n" * 1_900_000 + "x", "<body" * 49_000, "</html " * 40_000, "<p>x</p> \n " * 20_000,
        '<img srcset="' + "," * 1_000_000 + '">', '<img srcset="' + "a, " * 300_000 + '">', "<a href='" * 49_000,
        '<img style="' + "width:" * 100_000 + '">', "<div>" * 2_000 + "x</div>y" * 2_000, "<!doctype" * 40_000,
    ],
)  # fmt: skip
def test_a_hostile_fragment_is_cleaned_within_seconds(fragment: str) -> None:
    start = time.monotonic()
    html.plain(html.clean(fragment, BASE))
    assert time.monotonic() - start < 3


@pytest.mark.parametrize(
    "markup",
    [
        "<html lang=de><title>Titel</title><main><h1>Kopf</h1><p>Text</p></main></html>",
        "<!doctype html><title>Titel</title><meta name=x content=y><article><h1>Kopf</h1><p>Text</p></article>",
        "<!doctype html><html><title>Titel</title><header>Haus</header><main><h1>Kopf</h1><p>Text</p></main>",
        "<head><title>Titel</title><script>1</script><custom-page><h1>Kopf</h1></custom-page>nach <p>Text</p>",
    ],
)
def test_a_page_that_writes_no_body_tag_has_one(markup: str) -> None:
    root = html.parse(page(markup)).root
    assert [child.tag for child in root] == ["head", "body"]
    assert root.find("head/title").text == "Titel"
    assert root.find("body//h1").text == "Kopf"
    assert "Text" in root.find("body").text_content()
