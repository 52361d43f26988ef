"""What is no HTML is named for what it is, and nothing of it is taken for an article."""

from __future__ import annotations

import io
import zipfile

import pytest

from feedsvc import extract
from feedsvc.errors import ContentError
from feedsvc.html import sniffing
from feedsvc.model import Page, Source

URL = "https://amt.example/dokument"


def page(body: bytes, media_type: str = "") -> Page:
    return Page(url=URL, final_url=URL, body=body, media_type=media_type)


def zipped(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return out.getvalue()


FOREIGN = [
    (b"%PDF-1.7\n%\xe2\xe3", "text/html", "a PDF"),
    (b"irgendwas <p>", "application/pdf", "a PDF"),
    (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR<html>", "text/html", "a PNG image"),
    (b"\xff\xd8\xff\xe0\0\x10JFIF", "", "a JPEG image"),
    (b"GIF89a\1\0\1\0", "", "a GIF image"),
    (b"RIFF\x24\0\0\0WEBPVP8 ", "", "a WebP image"),
    (b"\0\0\0\x20ftypavif\0\0\0\0", "", "an AVIF or HEIC image"),
    (b"\0\0\0\x18ftypmp42\0\0\0\0", "", "a video"),
    (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><title>x</title></svg>', "", "an SVG image"),
    (zipped("a.txt"), "", "a ZIP archive"),
    (zipped("[Content_Types].xml", "word/document.xml"), "", "a Word document"),
    (zipped("xl/workbook.xml"), "", "an Excel table"),
    (b"\x1f\x8b\x08\0\0\0\0\0", "text/html", "a gzip file"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 20, "", "an old Office document"),
    (b"{\\rtf1\\ansi Text}", "", "an RTF document"),
    (b"ID3\3\0\0", "", "an MP3 file"),
    (b"<\0\0\0\0\0\0", "", "a binary file"),
    (b' {"title": "<b>Kabinett</b>", "body": "..."}', "text/html", "JSON"),
    (b"\xef\xbb\xbf[1, 2]", "", "JSON"),
    (
        b'<?xml version="1.0"?><!-- x --><rss version="2.0"><channel><title>A</title></channel></rss>',
        "",
        "a feed (RSS)",
    ),
    (b'<feed xmlns="http://www.w3.org/2005/Atom"><title>A</title></feed>', "text/html", "a feed (Atom)"),
    (b'<?xml version="1.0"?><urlset><url><loc>x</loc></url></urlset>', "", "a sitemap"),
    (b'<?xml version="1.0"?><bericht><p>Text</p></bericht>', "", "an XML document"),
    (b"Sehr geehrte Damen und Herren, 3 < 5.", "text/html", "a plain text"),
    (b"name;ort\nA;B <b>", "text/csv", "a table (CSV)"),
    (b"", "text/html", "an empty page"),
    (b"\xef\xbb\xbf \r\n", "", "an empty page"),
]


@pytest.mark.parametrize(
    ("body", "media_type", "name"), FOREIGN, ids=[f"{n}-{i}" for i, (_, _, n) in enumerate(FOREIGN)]
)
def test_what_is_no_html_is_refused_by_its_name(body: bytes, media_type: str, name: str) -> None:
    assert (sniffing.listing(page(body)) or sniffing.foreign(page(body, media_type))) == name
    with pytest.raises(ContentError) as refused:
        extract.article(page(body, media_type), None, Source(id="amt", url=URL))
    assert refused.value.missing == "html"
    assert refused.value.kind == "parse"
    assert str(refused.value) == f"{URL}: {name}, not an HTML page"


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (b"<!DOCTYPE html><html><body>x", "application/pdf"),
        (b"<p>Ein Absatz</p>", "text/html"),
        (b"\n\n<!-- gebaut --><div>x</div>", ""),
        ("<html><p>Größe</p>".encode("utf-16-le"), ""),
        ("\ufeff<p>Größe</p>".encode("utf-16-be"), ""),
        (b'<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN"><html xmlns="x"><p>x', ""),
        (b"BM ist die Abk&uuml;rzung <b>von</b> Bundesministerium", ""),
        (b"[Update] <html><body><h1>Meldung</h1>", ""),
        (b"MM\0<p>x</p>", "text/html"),
    ],
)
def test_html_stays_html_whatever_it_is_called(body: bytes, media_type: str) -> None:
    assert sniffing.foreign(page(body, media_type)) is None
