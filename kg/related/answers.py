"""Answers of related work: a paper, how near it is, and every reason with the sentences on both sides."""

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from kg.model import Concept, Paper, Sentence
from kg.notebook import table

#: Reasons in the one line about a paper: the strongest few; `reasons` has all.
LINE_REASONS = 3


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence with its words, white space squeezed."""

    sentence: Sentence
    text: str


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a paper is near: `text` says it in plain English with the answer as its subject.

    `kind` is one of `kg.related.reasons.KINDS`; `weight` the share of the score it explains, in [0, 1]; `here` the
    sentences of the paper asked about, `there` those of the answer.
    """

    kind: str
    text: str
    weight: float
    concepts: tuple[Concept, ...]
    here: tuple[Quote, ...]
    there: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Related:
    """An answer: `score` in [0, 1], `reasons` the weightiest first."""

    paper: Paper
    score: float
    reasons: tuple[Reason, ...]

    @property
    def text(self) -> str:
        """The strongest reasons in one line; similar wording last, since it says least to a reader."""
        ordered = sorted(self.reasons, key=lambda reason: not reason.concepts)
        return "; ".join(reason.text for reason in ordered[:LINE_REASONS])

    def __str__(self) -> str:
        return f"{self.score:.2f}  {self.paper.title}\n      {self.text}"


class Answers(list[Related]):
    """A list of answers that prints well in a terminal and in a notebook."""

    def __str__(self) -> str:
        return "\n".join(map(str, self))

    def _repr_html_(self) -> str:
        rows = (
            (f"{answer.score:.2f}", f"<b>{escape(answer.paper.title)}</b>{_html_reasons(answer.reasons)}")
            for answer in self
        )
        return table(("score", "paper, and why"), rows)


def _html_reasons(reasons: Iterable[Reason]) -> str:
    parts = []
    for reason in reasons:
        quotes = "".join(f"<blockquote>{escape(quote.text)}</blockquote>" for quote in (*reason.here, *reason.there))
        parts.append(f"<details><summary>{escape(reason.text)}</summary>{quotes}</details>")
    return "".join(parts)
