"""Plain rules on drawn pages: any mix of markups whose names say nothing or lie is exact with six or seven of them."""

from __future__ import annotations

import dataclasses
import json
import random
from typing import Any

import pytest
from test_rules_exact import BODY, FIGURE, HEADLINE, LEAD, OTHERS, URL, WANTED, page, told

import feedsvc

LIES = (
    "related comments share newsletter hidden nav aside author date byline teaser lead caption advert paywall bio note"
    " meta tags footer consent promo sidebar weitere popular sponsored x1 c4 tx-foo elementor"
).split()
DATES = (
    "[05.03.2024]",
    "05.03.2024",
    "5. März 2024",
    "5. März 2024, 08:15 Uhr",
    "Stand: 05.03.2024",
    "Di., 05.03.2024",
)
LD = {
    "@type": "NewsArticle", "headline": "Etwas anderes", "datePublished": "2025-03-26T10:00:00+01:00",
    "description": "Ganz was anderes", "articleSection": "Foo", "author": {"name": "Bert Falsch"},
}  # fmt: skip


class Drawn:
    """A page and its rules, drawn from a seed; every class name is used once."""

    def __init__(self, seed: int) -> None:
        self._rng = random.Random(seed)
        self._names = iter(self._rng.sample(LIES, 14))
        self.rules: dict[str, Any] = {}
        wrapper = self._rng.choice("div aside form footer section nav article main".split())
        article = f"<{wrapper} class='{next(self._names)}'>{self._with_labels(self._article())}</{wrapper}>"
        others = f"<div class='{next(self._names)}'>{OTHERS}</div>"
        ld = f"<script type='application/ld+json'>{json.dumps(LD)}</script>" if self._rng.random() < 0.4 else ""
        both = self._rng.choice([article + others, others + article])
        self.html = page(ld + both, self._rng.choice([f"{HEADLINE} | Portal", "Portal", f"Portal: {HEADLINE}"]))

    def _heading(self) -> str:
        name = next(self._names)
        markup, kicker, title = self._rng.choice(
            [
                (f"<h1><span>Musterland</span>{HEADLINE}</h1>", "h1 > span", "h1"),
                (f"<h2 class='{name}'>Musterland</h2><h1>{HEADLINE}</h1>", f"h2.{name}", "h1"),
                (f"<div class='{name}'><b>Musterland</b> <i>{HEADLINE}</i></div>", f".{name} b", f".{name} i"),
                (f"<div class='{name}'><b>Musterland:</b> <i>{HEADLINE}</i></div>", f".{name} b", f".{name}"),
                (f"<h1>{HEADLINE}<small>Musterland</small></h1>", "h1 small", "h1"),
            ]
        )
        self.rules |= {"kicker": kicker, "title": title}
        return markup

    def _lead(self) -> str:
        date, teaser, day = next(self._names), next(self._names), self._rng.choice(DATES)
        self.rules |= {"date": f".{date}", "teaser": f".{teaser}"}
        return self._rng.choice(
            [
                f"<p class='{teaser}'><span class='{date}'>{day}</span> {LEAD}</p>",
                f"<p class='{date}'>{day}</p><p class='{teaser}'>{LEAD}</p>",
                f"<div class='{teaser}'>{LEAD} <a href='#x'>mehr...</a></div><div class='{date}'>{day}</div>",
                f"<p class='{date}'>{day}</p><div class='{teaser}'><p>{LEAD}</p></div>",
            ]
        )

    def _text(self) -> str:
        form = self._rng.choice(["<p>{}</p>", "{}<br><br>", "<div>{}</div>", "<p>{}</p>"])
        pieces = [form.format(one) for one in BODY]
        name = next(self._names)
        junk = self._rng.choice(
            [
                "",
                "<a href='/s'>Teilen</a> <a href='/t'>Drucken</a>",
                "<p>Abonnieren Sie jeden Morgen das Wichtigste aus der Verwaltung kostenlos und unverbindlich.</p>",
                OTHERS,
            ]
        )
        if junk:
            self.rules["remove"] = [f".{name}"]
            pieces.insert(self._rng.randrange(4), f"<div class='{name}'>{junk}</div>")
        return "".join(pieces)

    def _article(self) -> str:
        heading, lead, text, body = self._heading(), self._lead(), self._text(), next(self._names)
        self.rules["body"] = f".{body}"
        return self._rng.choice(
            [
                f"{heading}{lead}{FIGURE}<div class='{body}'>{text}</div>",
                f"{heading}{lead}<div class='{body}'>{FIGURE}{text}</div>",
                f"<div class='{body}'>{heading}{lead}{FIGURE}{text}</div>",
                f"{heading}{FIGURE}{lead}<div class='{body}'>{text}</div>",
            ]
        )

    def _with_labels(self, article: str) -> str:
        name = next(self._names)
        one, two = "<a href='/it'>IT-Infrastruktur</a>", "<a href='/p'>Politik</a>"
        markup, rule = self._rng.choice(
            [
                (f"<p class='{name}'>Bereich: {one} {two}</p>", f".{name} a"),
                (f"<p class='{name}'>Bereich: {one}, {two}</p>", f".{name}"),
                (f"<ul class='{name}'><li>IT-Infrastruktur</li><li>Politik</li></ul>", f".{name} li"),
            ]
        )
        self.rules["category"] = rule
        return self._rng.choice([markup + article, article + markup])


def _check(seed: int) -> None:
    drawn = Drawn(seed)
    found = told(feedsvc.extract_article(drawn.html, URL, rules=drawn.rules))
    assert found == dataclasses.replace(WANTED, authors=found.authors), f"seed {seed}"


@pytest.mark.parametrize("seed", range(20))
def test_a_drawn_page_is_exact_with_plain_rules(seed: int) -> None:
    _check(seed)


@pytest.mark.slow
def test_two_hundred_drawn_pages_are_exact_with_plain_rules() -> None:
    for seed in range(20, 220):
        _check(seed)
