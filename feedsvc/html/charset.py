"""Bytes of a page in, its characters out: by the encoding sniffing of HTML 13.2.3, also where what is declared lies."""

from __future__ import annotations

import codecs
import re

from feedsvc.model import Page

# Labels as the WHATWG Encoding standard 4.2 reads them (what calls itself ISO 8859-1 or ASCII is windows-1252), and the
# Python codec that comes closest; what it calls "replacement" is left out: no page has to be read in it.
_CODECS = {
    label: codec
    for codec, labels in {
        "utf-8": "unicode-1-1-utf-8 unicode11utf8 unicode20utf8 utf-8 utf8 x-unicode20utf8",
        "cp866": "866 cp866 csibm866 ibm866",
        "iso8859-2": "csisolatin2 iso-8859-2 iso-ir-101 iso8859-2 iso88592 iso_8859-2 iso_8859-2:1987 l2 latin2",
        "iso8859-3": "csisolatin3 iso-8859-3 iso-ir-109 iso8859-3 iso88593 iso_8859-3 iso_8859-3:1988 l3 latin3",
        "iso8859-4": "csisolatin4 iso-8859-4 iso-ir-110 iso8859-4 iso88594 iso_8859-4 iso_8859-4:1988 l4 latin4",
        "iso8859-5": "csisolatincyrillic cyrillic iso-8859-5 iso-ir-144 iso8859-5 iso88595 iso_8859-5 iso_8859-5:1988",
        "iso8859-6": "arabic asmo-708 csiso88596e csiso88596i csisolatinarabic ecma-114 iso-8859-6 iso-8859-6-e"
        " iso-8859-6-i iso-ir-127 iso8859-6 iso88596 iso_8859-6 iso_8859-6:1987",
        "iso8859-7": "csisolatingreek ecma-118 elot_928 greek greek8 iso-8859-7 iso-ir-126 iso8859-7 iso88597"
        " iso_8859-7 iso_8859-7:1987 sun_eu_greek",
        "iso8859-8": "csiso88598e csiso88598i csisolatinhebrew hebrew iso-8859-8 iso-8859-8-e iso-8859-8-i iso-ir-138"
        " iso8859-8 iso88598 iso_8859-8 iso_8859-8:1988 logical visual",
        "iso8859-10": "csisolatin6 iso-8859-10 iso-ir-157 iso8859-10 iso885910 l6 latin6",
        "iso8859-13": "iso-8859-13 iso8859-13 iso885913",
        "iso8859-14": "iso-8859-14 iso8859-14 iso885914",
        "iso8859-15": "csisolatin9 iso-8859-15 iso8859-15 iso885915 iso_8859-15 l9 latin9 latin-9",
        "iso8859-16": "iso-8859-16",
        "koi8-r": "cskoi8r koi koi8 koi8-r koi8_r",
        "koi8-u": "koi8-ru koi8-u",
        "mac-roman": "csmacintosh mac macintosh x-mac-roman",
        "mac-cyrillic": "x-mac-cyrillic x-mac-ukrainian",
        "cp874": "dos-874 iso-8859-11 iso8859-11 iso885911 tis-620 windows-874",
        "cp1250": "cp1250 windows-1250 x-cp1250",
        "cp1251": "cp1251 windows-1251 x-cp1251",
        "cp1252": "ansi_x3.4-1968 ascii cp1252 cp819 csisolatin1 ibm819 iso-8859-1 iso-ir-100 iso8859-1 iso88591"
        " iso_8859-1 iso_8859-1:1987 l1 latin1 us-ascii windows-1252 x-cp1252 x-user-defined latin-1 ansi",
        "cp1253": "cp1253 windows-1253 x-cp1253",
        "cp1254": "cp1254 csisolatin5 iso-8859-9 iso-ir-148 iso8859-9 iso88599 iso_8859-9 iso_8859-9:1989 l5 latin5"
        " windows-1254 x-cp1254",
        "cp1255": "cp1255 windows-1255 x-cp1255",
        "cp1256": "cp1256 windows-1256 x-cp1256",
        "cp1257": "cp1257 windows-1257 x-cp1257",
        "cp1258": "cp1258 windows-1258 x-cp1258",
        "gb18030": "chinese csgb2312 csiso58gb231280 gb18030 gb2312 gb_2312 gb_2312-80 gbk iso-ir-58 x-gbk",
        "big5hkscs": "big5 big5-hkscs cn-big5 csbig5 x-x-big5",
        "euc-jp": "cseucpkdfmtjapanese euc-jp x-euc-jp",
        "iso2022-jp": "csiso2022jp iso-2022-jp",
        "cp932": "csshiftjis ms932 ms_kanji shift-jis shift_jis sjis windows-31j x-sjis",
        "cp949": "cseuckr csksc56011987 euc-kr iso-ir-149 korean ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601"
        " windows-949",
        "utf-16-be": "unicodefffe utf-16be",
        "utf-16-le": "csunicode iso-10646-ucs-2 ucs-2 unicode unicodefeff utf-16 utf-16le",
    }.items()
    for label in labels.split()
}
# What a page in no declared encoding is likely to be in, by its language (HTML 13.2.3.2, step 9), else windows-1252.
_BY_LANGUAGE = {
    language: codec
    for codec, languages in {
        "cp1256": "ar fa ur", "cp1251": "be bg kk ky mk ru sr tg uk", "cp1250": "cs hr hu pl sk sl ro",
        "cp1253": "el", "cp1257": "et lt lv", "cp1255": "he iw", "cp932": "ja", "cp949": "ko", "cp1254": "az ku tr",
        "cp874": "th", "cp1258": "vi", "gb18030": "zh",
    }.items()
    for language in languages.split()
}  # fmt: skip
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_WIDE = ((b"<\0?\0x\0", "utf-16-le"), (b"\0<\0?\0x", "utf-16-be"), (b"<\0!\0", "utf-16-le"), (b"\0<\0!", "utf-16-be"))
HEAD = 65_536  # bytes in which a tag counts: browsers look at 1,024 first, and start again when one comes later
_COMMENT = re.compile(rb"<!--.*?(?:-->|\Z)", re.DOTALL)
_DECLARATION = re.compile(rb"""\s*<\?xml\b[^>]{0,200}?\bencoding\s*=\s*["']\s*([^"'\s>]{1,40})""", re.IGNORECASE)
_META = re.compile(rb"<meta[\s/]([^<>]{0,1000})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(rb"""([^\s=>"'/]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_IN_CONTENT = re.compile(rb"""charset\s*=\s*["']?\s*([^\s;"']{1,40})""", re.IGNORECASE)
_LANGUAGE = re.compile(rb"""<html\b[^>]{0,500}?\blang\s*=\s*["']?([a-z]{2})(-(?:hant|tw|hk))?""", re.IGNORECASE)
MAX_REPAIRS = 20_000
MISTAKES = 0.05  # of a text's characters beyond ASCII that may be broken for it to be UTF-8 all the same


def decode(page: Page) -> str:
    """Return the page's text: by byte order mark, by header, by meta tag, else by a guess (HTML 13.2.3.2).

    But for one thing the order is that of the standard: bytes that are valid UTF-8, or nearly, are UTF-8 whatever is
    declared, for no other encoding's text is so by chance. Single broken bytes in UTF-8 are read as windows-1252.
    """
    for mark, wide in (*_BOMS, *_WIDE):
        if page.body.startswith(mark):
            return page.body.removeprefix(mark if mark in _MARKS else b"").decode(wide, "replace")
    codec = declared(page)
    if codec in ("utf-16-le", "utf-16-be") and b"\0" in page.body[:200]:
        return page.body.decode(codec, "replace")
    try:
        return page.body.decode("iso2022-jp" if codec == "iso2022-jp" else "utf-8")
    except UnicodeDecodeError:
        return _other(page.body, codec)


_MARKS = frozenset(mark for mark, _ in _BOMS)


def declared(page: Page) -> str | None:
    """Return the codec that the header names, else the page itself; None if neither names one that is known."""
    label = (page.charset or "").strip().strip("\"'").lower()
    return _CODECS.get(label) or _by_itself(page.body)


def _by_itself(body: bytes) -> str | None:
    """Return the codec of the first meta tag that names one, else of the XML declaration (HTML 13.2.3.2, prescan).

    UTF-16 in either is UTF-8, or it could not have been read.
    """
    head = _COMMENT.sub(b"", body[:HEAD]) if b"<!--" in body[:HEAD] else body[:HEAD]
    found = next((codec for meta in _META.finditer(head) if (codec := _of_meta(meta[1]))), None)
    if found is None and (declaration := _DECLARATION.match(head)):
        found = _codec(declaration[1])
    return "utf-8" if found in ("utf-16-le", "utf-16-be") else found


def _of_meta(attributes: bytes) -> str | None:
    """Return what one tag names: its charset, or that in its content if it stands for the header."""
    said = {name.lower(): double or single or bare for name, double, single, bare in _ATTRIBUTE.findall(attributes)}
    if b"charset" in said:
        return _codec(said[b"charset"])
    if said.get(b"http-equiv", b"").strip().lower() != b"content-type":
        return None
    content = _IN_CONTENT.search(said.get(b"content", b""))
    return _codec(content[1]) if content else None


def _codec(label: bytes) -> str | None:
    return _CODECS.get(label.decode("ascii", "replace").strip().lower())


def _other(body: bytes, codec: str | None) -> str:
    """Return text that is not valid UTF-8: as declared, as its language is usually written, or UTF-8 with mistakes."""
    if codec in (None, "utf-8", "utf-16-le", "utf-16-be"):
        usual = None if codec or _is_nearly_utf8(body) else _usual(body)
        return body.decode(usual, "replace") if usual else _repaired(body)
    return _repaired(body) if _is_nearly_utf8(body) else body.decode(codec or "cp1252", "replace")


def _is_nearly_utf8(body: bytes) -> bool:
    said = body.decode("utf-8", "replace")
    broken = said.count("\ufffd")
    return broken <= MISTAKES * sum(not character.isascii() for character in said)


def _usual(body: bytes) -> str | None:
    """Return the encoding pages in this one's language had before UTF-8, if all of it can be read in that."""
    match = _LANGUAGE.search(body, 0, HEAD)
    codec = _BY_LANGUAGE.get(match[1].decode().lower()) if match else None
    if match and codec == "gb18030" and match[2]:
        codec = "big5hkscs"
    try:
        return codec if codec and body.decode(codec) else None
    except UnicodeDecodeError:
        return None


def _repaired(body: bytes) -> str:
    """Return text that is UTF-8 with broken bytes, or windows-1252 as old German servers send it, undeclared."""
    broken = body.decode("utf-8", "replace").count("\ufffd")
    return body.decode("utf-8", _AS_1252) if broken <= MAX_REPAIRS else body.decode("cp1252", "replace")


def _read_as_1252(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


_AS_1252 = "feedsvc-cp1252"
codecs.register_error(_AS_1252, _read_as_1252)
