"""Bytes of a page in, its characters out."""

from __future__ import annotations

import codecs
import re

from feedsvc.model import Page

# Labels as the WHATWG Encoding standard 4.2 reads them: what calls itself ISO 8859-1 or ASCII is windows-1252. UTF-16
# in a meta tag is UTF-8, or the tag could not have been read (HTML 13.2.3.2).
_CODECS = {
    label: codec
    for codec, labels in {
        "utf-8": "utf-8 utf8 unicode-1-1-utf-8 utf-16 utf-16le utf-16be ucs-2 unicode",
        "cp1252": "iso-8859-1 iso8859-1 iso_8859-1 latin1 latin-1 l1 ascii us-ascii windows-1252 cp1252 x-cp1252 ansi",
        "cp1250": "windows-1250 cp1250", "cp1251": "windows-1251 cp1251", "cp1253": "windows-1253 cp1253",
        "cp1254": "windows-1254 cp1254 iso-8859-9 latin5", "cp1255": "windows-1255", "cp1256": "windows-1256",
        "cp1257": "windows-1257", "cp1258": "windows-1258", "cp874": "windows-874 tis-620 iso-8859-11",
        "iso8859-2": "iso-8859-2 iso8859-2 latin2", "iso8859-3": "iso-8859-3", "iso8859-4": "iso-8859-4",
        "iso8859-5": "iso-8859-5", "iso8859-6": "iso-8859-6", "iso8859-7": "iso-8859-7", "iso8859-8": "iso-8859-8",
        "iso8859-10": "iso-8859-10", "iso8859-13": "iso-8859-13", "iso8859-14": "iso-8859-14",
        "iso8859-15": "iso-8859-15 iso8859-15 latin9 latin-9", "iso8859-16": "iso-8859-16", "koi8-r": "koi8-r koi8",
        "koi8-u": "koi8-u", "cp866": "ibm866 cp866", "mac-roman": "macintosh x-mac-roman",
        "gb18030": "gb18030 gbk gb2312",
        "big5hkscs": "big5 big5-hkscs", "cp932": "shift_jis shift-jis x-sjis windows-31j", "euc-jp": "euc-jp",
        "iso2022-jp": "iso-2022-jp", "cp949": "euc-kr ks_c_5601-1987 windows-949",
    }.items()
    for label in labels.split()
}  # fmt: skip
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_META = re.compile(
    rb"""<(?:meta\b[^>]{0,500}?\bcharset|\?xml\b[^>]{0,200}?\bencoding)\s*=\s*["']?\s*([\w:.-]{1,40})""", re.I
)
_META_WITHIN = 4096
MAX_REPAIRS = 20_000


def decode(page: Page) -> str:
    """Return the page's text: by byte order mark, as UTF-8 if it is, by header, by meta tag, else by a guess.

    The order is that of HTML 13.2.3 but for one thing: bytes that are valid UTF-8 are UTF-8 whatever is declared, for
    no other encoding's text is valid UTF-8 by chance. Single broken bytes in UTF-8 are read as windows-1252.
    """
    for mark, codec in _BOMS:
        if page.body.startswith(mark):
            return page.body[len(mark) :].decode(codec, "replace")
    label = (page.charset or "").strip().strip("\"'").lower()
    if label.startswith("utf-16") and b"\0" in page.body[:200]:
        return page.body.decode("utf-16-be" if label.endswith("be") else "utf-16-le", "replace")
    codec = _CODECS.get(label) or _meta_codec(page.body) or "utf-8"
    try:
        return page.body.decode("iso2022-jp" if codec == "iso2022-jp" else "utf-8")
    except UnicodeDecodeError:
        return _repaired(page.body) if codec == "utf-8" else page.body.decode(codec, "replace")


def _meta_codec(body: bytes) -> str | None:
    declared = _META.search(body, 0, _META_WITHIN)
    return _CODECS.get(declared[1].decode("ascii", "replace").lower()) if declared else None


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
