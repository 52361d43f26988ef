"""Which encoding a page is read in: every step of HTML's sniffing in its order, and pages that lie about it."""

from __future__ import annotations

import codecs

import pytest

from feedsvc import html
from feedsvc.html import charset
from feedsvc.model import Page

SAID = "„Größe“ für 5 €"


def text(body: bytes, header: str | None = None) -> str:
    return html.decode(Page(url="https://x.example/", final_url="https://x.example/", body=body, charset=header))


def meta(label: str, said: str = SAID, codec: str = "cp1252") -> bytes:
    return f'<html><head><meta charset="{label}"></head><body>{said}</body></html>'.encode(codec)


@pytest.mark.parametrize(
    ("body", "header"),
    [
        pytest.param(codecs.BOM_UTF8 + SAID.encode(), "windows-1252", id="a byte order mark beats the header"),
        pytest.param(codecs.BOM_UTF16_LE + SAID.encode("utf-16-le"), "utf-8", id="UTF-16 little-endian"),
        pytest.param(codecs.BOM_UTF16_BE + SAID.encode("utf-16-be"), None, id="UTF-16 big-endian"),
        pytest.param(meta("iso-8859-2"), "windows-1252", id="the header beats the tag"),
        pytest.param(meta("windows-1252"), None, id="the tag"),
        pytest.param(meta("windows-1252"), "x-user-agent", id="a header nobody knows leaves it to the tag"),
        pytest.param(b"<!--" + b"x" * 1200 + b"-->" + meta("windows-1252"), None, id="a tag behind 1024 bytes"),
        pytest.param(b'<!-- <meta charset="koi8-r"> -->' + meta("windows-1252"), None, id="a tag in a comment is none"),
        pytest.param(
            b'<meta name="description" content="charset=koi8-r">' + meta("windows-1252"), None, id="a word is none"
        ),
        pytest.param(
            b"<META CONTENT='text/html; Charset = Windows-1252' HTTP-EQUIV=content-type>" + SAID.encode("cp1252"),
            None,
            id="http-equiv in any order and case",
        ),
        pytest.param(b"<meta charset=latin1>" + SAID.encode("cp1252"), None, id="Latin-1 is windows-1252"),
        pytest.param(b"<meta charset=x-user-defined>" + SAID.encode("cp1252"), None, id="x-user-defined as well"),
        pytest.param(
            b'<?xml version="1.0" encoding="windows-1252"?>' + SAID.encode("cp1252"), None, id="the XML declaration"
        ),
        pytest.param('<?xml version="1.0"?>'.encode("utf-16-le") + SAID.encode("utf-16-le"), None, id="bare UTF-16"),
        pytest.param(SAID.encode(), None, id="nothing, and it is UTF-8"),
        pytest.param(SAID.encode("cp1252"), None, id="nothing, and it is not"),
    ],
)
def test_the_encoding_is_sniffed_as_browsers_do(body: bytes, header: str | None) -> None:
    assert SAID in text(body, header)


@pytest.mark.parametrize(
    ("body", "header"),
    [
        pytest.param(SAID.encode(), "iso-8859-1", id="a server's default over UTF-8"),
        pytest.param(meta("koi8-r", codec="utf-8"), None, id="an old tag in a page that was converted"),
        pytest.param(meta("utf-16", codec="utf-8"), None, id="UTF-16 in a tag could not have been read"),
        pytest.param(SAID.encode(), "utf-16", id="UTF-16 in the header without a zero byte"),
        pytest.param(meta("utf-8"), "utf-8", id="UTF-8 twice, and it is windows-1252"),
        pytest.param(SAID.encode() * 30 + b"\xff", "iso-8859-1", id="nearly UTF-8"),
        pytest.param(b'<html lang="pl">' + SAID.encode() * 30 + b"\xff", None, id="nearly UTF-8, in a language"),
    ],
)
def test_what_is_declared_wrongly_is_read_rightly(body: bytes, header: str | None) -> None:
    assert SAID in text(body, header)


@pytest.mark.parametrize(
    ("language", "codec", "said"),
    [
        ("ru", "cp1251", "Москва"), ("pl-PL", "cp1250", "Łódź"), ("el", "cp1253", "Αθήνα"), ("tr", "cp1254", "Iğdır"),
        ("ja", "cp932", "東京"), ("zh-CN", "gb18030", "北京"), ("zh-TW", "big5", "台北"), ("ko", "cp949", "서울"),
        ("de", "cp1252", "Größe"),
    ],
)  # fmt: skip
def test_undeclared_a_page_is_in_what_its_language_was_written_in(language: str, codec: str, said: str) -> None:
    assert said in text(f'<html lang="{language}"><p>{said}</p>'.encode(codec))


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("Latin1", "cp1252"), ("ISO_8859-1:1987", "cp1252"), ("ascii", "cp1252"), ("l2", "iso8859-2"),
        ("iso-8859-9", "cp1254"), ("iso-8859-11", "cp874"), ("gb2312", "gb18030"), ("gbk", "gb18030"),
        ("ks_c_5601-1987", "cp949"), ("x-sjis", "cp932"), ("windows-31j", "cp932"), ("KOI8-RU", "koi8-u"),
        ("visual", "iso8859-8"), ("unicode-1-1-utf-8", "utf-8"), ("x-mac-cyrillic", "mac-cyrillic"),
        ("unicodefffe", "utf-16-be"), ("hz-gb-2312", None), ("utf-7", None), ("rot13", None), ("idna", None),
    ],
)  # fmt: skip
def test_labels_mean_what_the_encoding_standard_says(label: str, codec: str | None) -> None:
    page = Page(url="https://x.example/", final_url="https://x.example/", charset=label)
    assert charset.declared(page) == codec


def test_a_head_full_of_open_tags_and_quotes_is_soon_read() -> None:
    for piece in (b"<meta ", b'<meta a="', b"<meta a='\"", b"<!--", b"<?xml encoding="):
        assert text(piece * 20_000 + b"\xff")
