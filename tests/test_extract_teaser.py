"""Where a page's lead is read: the visible line first, without byline and "mehr"; a cut description is completed."""

from __future__ import annotations

import pytest

from feedsvc import extract
from feedsvc.model import Article, Page, Source

URL = "https://portal.example/meldungen/akte-kommt"
LEAD = "Die Stadt stellt ihre Ämter zum Herbst auf die elektronische Akte um. Das Land trägt die Hälfte der Kosten."
TEXT = "".join(
    f"<p>{said}</p>"
    for said in (
        "Zuerst sind das Bürgeramt und die Kämmerei an der Reihe, danach folgen die Bauverwaltung und das Standesamt.",
        "Rund 400 Beschäftigte werden dafür geschult; die Kosten trägt zur Hälfte das Land, heißt es in der Vorlage.",
        "Kritik kommt vom Personalrat, der mehr Zeit für die Schulungen verlangt und auf andere Städte weist.",
    )
)
HEADING = "<h1>Die Akte kommt in alle Ämter</h1>"


def read(body: str, *, description: str | None = None) -> Article:
    named = f'<meta property="og:description" content="{description}">' if description else ""
    page = f"<html lang='de'><head><title>Die Akte kommt in alle Ämter</title>{named}</head><body>{body}</body></html>"
    return extract.article(Page(url=URL, final_url=URL, body=page.encode()), None, Source(id="x", url=URL))


@pytest.mark.parametrize(
    "lead",
    [
        f"<p>[26.04.2024] {LEAD}</p>",
        f"<p class='teaser'>{LEAD}</p>",
        f"<div class='article-lead'><p>{LEAD}</p></div>",
        f"<p><strong>{LEAD}</strong></p>",
        f"<p class='vorspann'>{LEAD} [mehr...]</p>",
        f"<p class='vorspann'>{LEAD} Von Anna Muster</p>",
        f"<div>{LEAD}</div><figure><img src='/a.jpg'></figure><address>Von Anna Muster</address>",
        f"<div>{LEAD}</div><div class='meta'>26.04.2024, 08:15 Uhr</div>",
    ],
)
def test_the_visible_lead_goes_before_the_description(lead: str) -> None:
    body = f"<article>{HEADING}{lead}{TEXT}</article>"
    assert read(body, description="Was sich in den Ämtern der Stadt zum Herbst ändert.").teaser == LEAD


def test_a_dateline_stays() -> None:
    lead = f"Musterstadt (dpa) - {LEAD}"
    assert read(f"<article>{HEADING}<p>{lead}</p>{TEXT}</article>", description=LEAD).teaser == lead


def test_the_first_paragraph_is_no_lead_because_it_is_first() -> None:
    described = "Was sich in den Ämtern der Stadt zum Herbst ändert."
    assert read(f"<article>{HEADING}{TEXT}</article>", description=described).teaser == described


def test_who_pays_for_a_text_is_no_lead() -> None:
    note = "<p>Dieser Text enthält Werbung: Für Käufe über die Links erhalten wir eine Provision vom Händler.</p>"
    body = f"<article>{HEADING}{note}<div class='byline'>Von Anna Muster</div>{TEXT}</article>"
    assert read(body, description="Was sich in den Ämtern ändert.").teaser == "Was sich in den Ämtern ändert."


@pytest.mark.parametrize(
    ("cut", "whole"),
    [
        ("Zuerst sind das Bürgeramt und die Kämmerei an der Rei…", "Zuerst sind das Bürgeramt und die Kämmerei an der"),
        ("Zuerst sind das Bürgeramt und die Kämmerei ...", "Zuerst sind das Bürgeramt und die Kämmerei an der"),
        ("Zuerst sind das Bürgeramt und die Kämmerei [...]", "Zuerst sind das Bürgeramt und die Kämmerei an der"),
    ],
)
def test_a_description_that_was_cut_is_completed_to_the_end_of_its_sentence(cut: str, whole: str) -> None:
    rest = " Reihe, danach folgen die Bauverwaltung und das Standesamt."
    assert read(f"<article>{HEADING}{TEXT}</article>", description=cut).teaser == whole + rest


def test_a_cut_description_that_the_page_does_not_say_stays_as_it_is() -> None:
    cut = "Ein ganz anderer Satz, der nirgends auf der Seite steht, und …"
    assert read(f"<article>{HEADING}{TEXT}</article>", description=cut).teaser == cut
