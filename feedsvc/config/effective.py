"""A Document in, the values that hold in the end out: filled in, as plain values without secrets, as TOML.

What is printed here can be read again as a config.toml and means the same (but for the secrets, which are "***").
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from feedsvc import urls
from feedsvc.config import spelling
from feedsvc.config.settings import (
    ArticleRules,
    Defaults,
    Document,
    Host,
    ListRules,
    Profile,
    Service,
    Source,
    Table,
    Web,
)

MASK = "***"
_EVERYWHERE = frozenset({"0.0.0.0", "::", "[::]"})
_PORT = 8080


def filled(document: Document) -> Document:
    """Return the document with everything said that is left to defaults, profiles and [service]."""
    service, fetch = document.service, document.fetch
    hosts = {name: host.model_copy(update=_unwritten(host, fetch, Host)) for name, host in fetch.hosts.items()}
    base_url = service.base_url or _own_address(document.web)
    return document.model_copy(
        update={
            "service": service.model_copy(update={"base_url": base_url}),
            "fetch": fetch.model_copy(update={"hosts": hosts}),
            "category": tuple(c.model_copy(update={"name": c.name or c.slug}) for c in document.category),
            "source": tuple(_source(source, document) for source in document.source),
            "feed": tuple(f.model_copy(update={"title": f.title or f.slug}) for f in document.feed),
        }
    )


def with_defaults(source: Source, defaults: Defaults) -> Source:
    """Return the source with what [defaults] says about everything it says nothing about itself."""
    return source.model_copy(update=_unwritten(source, defaults, Defaults))


def with_sites(document: Document, files: Mapping[str, str]) -> Document:
    """Return the document with each source naming the file its site rules come from, or "none" where they could."""
    without = "none" if document.extract.site_rules else ""
    named = ((s, files.get(s.id, s.site_rules or without)) for s in document.source)
    return document.model_copy(update={"source": tuple(s.model_copy(update={"site_rules": f}) for s, f in named)})


def values(document: Document) -> dict[str, object]:
    """Return a filled document in config.toml's own shape, as JSON can write it; secrets are masked."""
    plain: dict[str, object] = document.model_dump(mode="json")
    plain["web"] = _masked(document.web, "status_token")
    hosts = {name: _masked(host, "proxy") for name, host in document.fetch.hosts.items()}
    plain["fetch"] = {**_masked(document.fetch, "proxy"), "hosts": hosts}
    plain["profile"] = {
        name: {"site_rules": profile.site_rules, **_rules(profile)} for name, profile in document.profile.items()
    }
    plain["source"] = [_source_values(source) for source in document.source]
    return plain


def toml(values: Mapping[str, object]) -> str:
    """Return plain values as TOML."""
    return "\n".join(_lines(values, "")).lstrip("\n") + "\n"


def _unwritten(table: Table, base: Table, shape: type[Table]) -> dict[str, object]:
    return {key: getattr(base, key) for key in shape.model_fields if not table.written(key)}


def _own_address(web: Web) -> str:
    """Return where the web server answers on this machine; a port that is picked later is not known yet."""
    host = "127.0.0.1" if web.host in _EVERYWHERE else web.host
    return f"http://{f'[{host}]' if ':' in host and not host.startswith('[') else host}:{web.port or _PORT}"


def _source(source: Source, document: Document) -> Source:
    profile = document.profile.get(source.profile, Profile())
    service: Service = document.service
    return with_defaults(source, document.defaults).model_copy(
        update={
            "name": source.name or (urls.host(source.url) if source.url else source.id),
            "language": source.language or service.language,
            "timezone": source.timezone or service.timezone,
            "list": ListRules.model_validate({**written(profile.list), **written(source.list)}),
            "article": ArticleRules.model_validate({**written(profile.article), **written(source.article)}),
            "site_rules": source.site_rules or profile.site_rules,
        }
    )


def written(rules: ListRules | ArticleRules) -> dict[str, tuple[object, ...]]:
    """Return the rules that the operator wrote, also those that are written as an empty list."""
    return rules.model_dump(exclude_unset=True)


def _masked(table: Table, key: str) -> dict[str, object]:
    plain: dict[str, object] = table.model_dump(mode="json")
    value = str(plain[key])
    open_proxy = key == "proxy" and "@" not in value and not value.startswith(spelling.SECRET)
    return plain if not value or open_proxy else {**plain, key: MASK}


def _rules(table: Profile | Source) -> dict[str, object]:
    return {
        "list": table.list.model_dump(mode="json", exclude_unset=True),
        "article": table.article.model_dump(mode="json", exclude_unset=True),
    }


def _source_values(source: Source) -> dict[str, object]:
    plain: dict[str, object] = source.model_dump(mode="json")
    del plain["every" if source.cron else "cron"]  # the file may hold one of them only
    first = {key: plain[key] for key in ("id", "url", "name")}
    return {**first, **plain, "headers": dict.fromkeys(source.headers, MASK), **_rules(source)}


def _lines(table: Mapping[str, object], name: str) -> Iterator[str]:
    for key, value in table.items():
        if not _is_table(value):
            yield f"{_quoted(key)} = {_literal(value)}"
    for key, value in table.items():
        path = f"{name}.{_quoted(key)}" if name else _quoted(key)
        if isinstance(value, Mapping) and value:
            yield f"\n[{path}]"
            yield from _lines(value, path)
        elif isinstance(value, list) and _is_table(value):
            for element in value:
                yield f"\n[[{path}]]"
                yield from _lines(element, path)


def _is_table(value: object) -> bool:
    return isinstance(value, Mapping) or (isinstance(value, list) and any(isinstance(part, Mapping) for part in value))


def _quoted(key: str) -> str:
    return key if key.isascii() and key.replace("-", "").replace("_", "").isalnum() else _literal(key)


def _literal(value: object) -> str:
    """Return a text, number, truth value or list of texts; TOML reads JSON's, but for the bare DEL (TOML 1.0)."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
