"""A fetched page in, the article on it out: `extract.article`; with the reasons of every field: `extract.explain`.

An article's pages in, the whole of it out: `extract.join`.

Pure, no network, no clock.

Order of trust: the operator's rules, then what the page states about itself where the page shows it too, then the
page's own structure, then the lead that led here.
"""

from __future__ import annotations

from feedsvc.extract.joining import adds, instead, join
from feedsvc.extract.reading import article, explain

__all__ = ["adds", "article", "explain", "instead", "join"]
