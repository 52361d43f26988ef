"""An article stands in the right feeds, and each says why."""

from __future__ import annotations

import pytest

from feedsvc import classify, text
from feedsvc.model import Article, Category, Question, Source, Vocabulary

POLITIK = Category(slug="politik", name="Politik", labels=("Politik", "Landespolitik"), keywords=("Kabinett",))
IT = Category(slug="it-infrastruktur", name="IT-Infrastruktur", labels=("IT-Infrastruktur",), keywords=("Cloud", "KI"))
REST = Category(slug="panorama", name="Panorama", fallback=True)
WORDS = Vocabulary(categories=(POLITIK, IT, REST))
SOURCE = Source(id="move", url="https://portal.example/")


def article(**given: object) -> Article:
    return Article(**{"url": "https://portal.example/a", "title": "Titel", "headline": "Titel", **given})  # type: ignore[arg-type]


def feeds(found: Article, vocabulary: Vocabulary = WORDS, source: Source = SOURCE) -> dict[str, str]:
    return {m.feed: m.reason for m in classify.memberships(found, source, vocabulary)}


def test_what_the_source_calls_it_wins() -> None:
    assert feeds(article(categories=("Politik",), title="Kabinett einig")) == {"feeds/politik": "label: Politik"}


@pytest.mark.parametrize("label", ["landespolitik", "LANDESPOLITIK", "politik", "Politik\u00a0"])
def test_labels_are_compared_folded(label: str) -> None:
    assert list(feeds(article(categories=(label,)))) == ["feeds/politik"]


def test_keywords_add_feeds_by_beginning_and_short_ones_only_as_whole_words() -> None:
    found = feeds(article(categories=("Politik",), teaser="Neue Cloudinfrastruktur"))
    assert found == {"feeds/politik": "label: Politik", "feeds/it-infrastruktur": "keyword: Cloud"}
    assert feeds(article(teaser="Kitas und Kinder")) == {"feeds/panorama": "fallback"}
    assert feeds(article(teaser="Die KI-Strategie")) == {"feeds/it-infrastruktur": "keyword: KI"}


def test_a_label_nobody_configured_gets_a_feed_of_its_own() -> None:
    assert feeds(article(categories=("Für Städte & Gemeinden",))) == {
        "feeds/fuer-staedte-gemeinden": "label: Für Städte & Gemeinden"
    }


def test_a_label_never_takes_the_address_of_something_else() -> None:
    words = Vocabulary(categories=(POLITIK,), questions=(Question(slug="presse", title="Presse", any=("politik",)),))
    assert set(feeds(article(categories=("All",)), words)) == {"feeds/all-1"}
    assert set(feeds(article(categories=("Presse",)), words)) == {"feeds/presse-1"}


def test_two_labels_without_a_separator_are_two_if_both_are_known() -> None:
    found = feeds(article(categories=("IT-Infrastruktur Politik",)))
    assert set(found) == {"feeds/it-infrastruktur", "feeds/politik"}
    known = {text.fold(label): label for label in ("Politik", "Smart City", "City")}
    assert classify.split_label("Smart City Politik", known) == ("Smart City", "Politik")
    assert classify.split_label("Smart Politik", known) == ("Smart Politik",)


def test_a_source_gives_its_categories_to_every_article() -> None:
    source = Source(id="x", url="https://x.example/", categories=("Politik",))
    assert feeds(article(), source=source) == {"feeds/politik": "label: Politik"}


def test_laender_in_the_kicker_and_labels_are_tags() -> None:
    found = classify.tags(article(kicker="Bayern/Bund", categories=("Politik",)), SOURCE)
    assert found == ("Bayern", "Politik")


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (Question(slug="q", title="Q", any=("politik", "it-infrastruktur")), True),
        (Question(slug="q", title="Q", all=("politik", "it-infrastruktur")), False),
        (Question(slug="q", title="Q", none=("politik",)), False),
        (Question(slug="q", title="Q", sources=("move",)), True),
        (Question(slug="q", title="Q", sources=("other",)), False),
        (Question(slug="q", title="Q", tags=("Niedersachsen",)), True),
        (Question(slug="q", title="Q", tags=("Hessen",)), False),
        (Question(slug="q", title="Q", query='"open source" OR souverän*'), True),
        (Question(slug="q", title="Q", query="souverän", any=("politik",)), False),
    ],
)
def test_a_question_is_answered_by_all_its_keys(question: Question, expected: bool) -> None:
    asked = article(categories=("Politik",), kicker="Niedersachsen", teaser="Souveränität mit Open Source")
    found = feeds(asked, Vocabulary(categories=(POLITIK,), questions=(question,)))
    assert ("feeds/q" in found) is expected
