"""A fetched page in, the article on it out: `extract.article(page, lead, source)`. Pure, no network, no clock.

Order of trust: the operator's rules, then what the page states about itself where the page shows it too, then the
page's own structure, then the lead that led here.
"""

from __future__ import annotations

from feedsvc.extract.reading import article

__all__ = ["article"]
