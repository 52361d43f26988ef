"""An article and the operator's vocabulary in, its feeds out, each with the reason it is in it.

What the source calls an article wins; keywords add to it; a fallback takes what no category took. A reason is
"label: Politik", "keyword: Rechenzentrum", "source", "fallback" or "question", so that pages can say it in words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from feedsvc import query, text, urls, wording
from feedsvc.model import Article, Category, Membership, Question, Source, Vocabulary

ALL = "feeds/all"
_WHOLE_WORD_UP_TO = 3  # "KI" is no beginning of "Kinder", "Netz" is one of "Netzausbau"


def feed_path(slug: str) -> str:
    """Return the path of a category's or question's feed."""
    return f"feeds/{slug}"


def source_path(source_id: str) -> str:
    """Return the path of a source's own feed."""
    return f"sources/{source_id}"


def memberships(article: Article, source: Source, vocabulary: Vocabulary) -> tuple[Membership, ...]:
    """Return the category and question feeds an article belongs to, labels first, each feed once."""
    found: dict[str, Membership] = {}
    for membership in _by_category(article, source, vocabulary):
        found.setdefault(membership.feed, membership)
    slugs = frozenset(path.removeprefix("feeds/") for path in found)
    asked = query.words(" ".join(filter(None, (article.title, article.teaser, article.body_text))))
    found_tags = frozenset(text.fold(tag) for tag in tags(article, source))
    for question in vocabulary.questions:
        if _answers(question, source.id, slugs, found_tags, asked):
            path = feed_path(question.slug)
            found.setdefault(path, Membership(feed=path, name=question.title, reason="question"))
    return tuple(found.values())


def tags(article: Article, source: Source) -> tuple[str, ...]:
    """Return an article's tags: the source's own, the Länder in its kicker (trap T3), and its labels."""
    found = (*source.tags, *wording.laender(article.kicker or ""), *article.categories)
    return tuple(dict.fromkeys(found))


def split_label(label: str, known: Mapping[str, str]) -> tuple[str, ...]:
    """Return the known labels a glued label consists of, longest first: "IT-Infrastruktur Politik" (trap T9).

    `known` maps folded labels to labels. A label that does not consist of known ones is returned as it is.
    """
    folded = text.fold(label)
    if folded in known:
        return (known[folded],)
    found: list[str] = []
    rest = folded
    while rest:
        part = max((k for k in known if rest == k or rest.startswith(f"{k} ")), key=len, default=None)
        if part is None:
            return (label,)
        found.append(known[part])
        rest = rest[len(part) :].lstrip()
    return tuple(found)


def _by_category(article: Article, source: Source, vocabulary: Vocabulary) -> Iterator[Membership]:
    taken = False
    for membership in (
        *_labelled((*article.categories, *source.categories), vocabulary),
        *_by_keyword(article, vocabulary.categories),
    ):
        taken = True
        yield membership
    if not taken:
        for category in vocabulary.categories:
            if category.fallback:
                yield _member(category, "fallback")


def _labelled(labels: Sequence[str], vocabulary: Vocabulary) -> Iterator[Membership]:
    by_label = _by_label(vocabulary.categories)
    known = {folded: label for folded, (_, label) in by_label.items()}
    for printed in labels:
        for label in split_label(printed, known):
            if entry := by_label.get(text.fold(label)):
                yield _member(entry[0], f"label: {label}")
            elif text.tidy(label):
                yield _unconfigured(label, vocabulary)


def _by_label(categories: Sequence[Category]) -> dict[str, tuple[Category, str]]:
    """Map every folded label, name and slug to its category; an explicit label wins over another's name."""
    found: dict[str, tuple[Category, str]] = {}
    for category in categories:
        for label in category.labels:
            found.setdefault(text.fold(label), (category, label))
    for category in categories:
        for label in (category.name, category.slug):
            found.setdefault(text.fold(label), (category, label))
    return found


def _unconfigured(label: str, vocabulary: Vocabulary) -> Membership:
    """Give a label that nobody configured a feed of its own; a slug that is taken by something else gets a suffix."""
    slug = urls.slug(label)
    for category in vocabulary.categories:
        if slug == category.slug or slug in category.was:
            return _member(category, f"label: {label}")
    taken = {"all", *(question.slug for question in vocabulary.questions)}
    path = feed_path(f"{slug}-1" if slug in taken or slug.startswith("tag-") else slug)
    return Membership(feed=path, name=label, reason=f"label: {label}")


def _by_keyword(article: Article, categories: Sequence[Category]) -> Iterator[Membership]:
    """Look for keywords in what a reader sees in the feed: title and teaser; a body mentions too much in passing."""
    seen = query.words(" ".join(filter(None, (article.title, article.teaser))))
    for category in categories:
        for keyword in category.keywords:
            needle = query.words(keyword)
            if needle and query.contains(seen, needle, any_ending=len(needle[-1]) > _WHOLE_WORD_UP_TO):
                yield _member(category, f"keyword: {keyword}")
                break


def _member(category: Category, reason: str) -> Membership:
    return Membership(feed=feed_path(category.slug), name=category.name, reason=reason)


def _answers(
    question: Question, source: str, slugs: frozenset[str], found_tags: frozenset[str], asked: query.Words
) -> bool:
    return (
        (not question.any or bool(slugs.intersection(question.any)))
        and slugs.issuperset(question.all)
        and slugs.isdisjoint(question.none)
        and (not question.sources or source in question.sources)
        and (not question.tags or not found_tags.isdisjoint(text.fold(tag) for tag in question.tags))
        and (not question.query or query.compiled(question.query)(asked))
    )
