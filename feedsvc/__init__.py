"""Any site, by topic, as a feed people can trust.

The names below are the package's public face (contract, "Python"). They are loaded when first asked for, so that a
process that needs only one module pays for that one.
"""

from __future__ import annotations

import importlib
from importlib.metadata import version as _version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from feedsvc.errors import ConfigError, ContentError, FeedsvcError, FetchError, StoreError
    from feedsvc.model import Article, Image, Lead
    from feedsvc.public import extract_article, find_leads, parse_date

__all__ = [
    "Article",
    "ConfigError",
    "ContentError",
    "FeedsvcError",
    "FetchError",
    "Image",
    "Lead",
    "StoreError",
    "__version__",
    "extract_article",
    "find_leads",
    "parse_date",
]

_HOME = {
    **dict.fromkeys(("ConfigError", "ContentError", "FeedsvcError", "FetchError", "StoreError"), "feedsvc.errors"),
    **dict.fromkeys(("Article", "Image", "Lead"), "feedsvc.model"),
    **dict.fromkeys(("extract_article", "find_leads", "parse_date"), "feedsvc.public"),
}


def __getattr__(name: str) -> Any:
    if name == "__version__":
        return _version("feedsvc")
    if name in _HOME:
        return getattr(importlib.import_module(_HOME[name]), name)
    raise AttributeError(f"module 'feedsvc' has no attribute {name!r}")
