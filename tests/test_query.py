"""A question in words finds what its author means, however German is spelled."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedsvc import query

TEXT = "Für mehr Open Source: Länder stärken die digitale Souveränität, sagt die Bürger*innen-Initiative NOOTS-Kreis"


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("für", True),
        ("fuer", True),
        ("FÜR", True),
        ("laender", True),
        ('"Open Source"', True),
        ('"Source Open"', False),
        ("open source", True),
        ("open quelle", False),
        ("open OR quelle", True),
        ("souverän*", True),
        ("souverän", False),
        ('"digitale souverän"*', True),
        ("NOOTS", True),
        ("Bürgerinnen", True),
        ("NOT Kommune", True),
        ("open NOT source", False),
        ("(quelle OR source) AND (kommune OR land*)", False),
        ("(quelle OR source) AND (kommune OR laend*)", True),
        ("quelle OR kommune OR open AND source", True),
    ],
)
def test_a_question_is_answered(question: str, expected: bool) -> None:
    assert query.matches(question, TEXT) is expected


@pytest.mark.parametrize(
    "question", ["", "AND", "open AND", "(open", "open)", '"open', "NOT", "OR open", "***", '""', "(" * 200 + "a"]
)
def test_what_is_no_question_is_refused_with_a_reason(question: str) -> None:
    with pytest.raises(ValueError, match=r"\w+ \w+"):
        query.compiled(question)


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_is_a_question_or_a_value_error(question: str, value: str) -> None:
    try:
        answer = query.matches(question, value)
    except ValueError:
        return
    assert isinstance(answer, bool)


@given(st.text(alphabet="abäöüß", min_size=1, max_size=8))
def test_every_word_finds_itself_and_its_beginning(word: str) -> None:
    assert query.matches(word, f"davor {word} danach")
    assert query.matches(f"{word}*", f"davor {word}endung danach")
