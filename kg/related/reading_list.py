"""A reading list: Markdown (a draft related-work section, each statement with its sentences), BibTeX, records."""

import re
from collections.abc import Sequence
from typing import Any

from kg.model import Paper
from kg.related.answers import Quote, Reason, Related
from kg.related.reasons import (
    BUILDS_ON,
    COMPARES_WITH,
    SAME_DATA,
    SAME_METHOD,
    SAME_METRIC,
    SAME_TASK,
    SIMILAR_WORDING,
    USES,
)
from kg.text import slug, squeeze

#: The sections of the draft, by the reason that puts a paper there, in the order a related-work section takes.
_SECTIONS = (
    ("Building on each other", (BUILDS_ON, COMPARES_WITH, USES)),
    ("The same task", (SAME_TASK,)),
    ("The same methods", (SAME_METHOD,)),
    ("The same data", (SAME_DATA, SAME_METRIC)),
    ("Similar wording", (SIMILAR_WORDING, "same paper")),
)
_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|])")
_BIBTEX = str.maketrans({"{": "\\{", "}": "\\}", "\\": "\\textbackslash{}"} | {char: f"\\{char}" for char in "%&$#_"})


def to_markdown(paper: Paper, answers: Sequence[Related]) -> str:
    """A draft paragraph a group of reasons; every statement is followed by the sentences it rests on."""
    lines = [f"# Related work of “{_plain(paper.title)}”", ""]
    keys = citation_keys(answers)
    for title, kinds in _SECTIONS:
        told = [(answer, reason) for answer in answers if (reason := _leading(answer)) and reason.kind in kinds]
        if not told:
            continue
        lines += [f"## {title}", ""]
        lines += [" ".join(f"{_statement(answer, reason, keys)}." for answer, reason in told), ""]
        for answer, reason in told:
            lines += [f"- [{keys[answer.paper.id]}] {_plain(answer.paper.title)}{_published(answer.paper)}"]
            lines += [f"  - here: “{_plain(quote.text)}”" for quote in reason.here]
            lines += [f"  - there: “{_plain(quote.text)}”" for quote in reason.there]
        lines += [""]
    return "\n".join(lines)


def to_bibtex(answers: Sequence[Related]) -> str:
    """One entry an answer; what the graph does not know is left out."""
    keys = citation_keys(answers)
    return "\n".join(_entry(answer, keys[answer.paper.id]) for answer in answers)


def to_records(answers: Sequence[Related]) -> list[dict[str, Any]]:
    """The answers as plain values, for JSON."""
    return [
        {
            "id": answer.paper.id,
            "title": answer.paper.title,
            "score": answer.score,
            "text": answer.text,
            "reasons": [
                {
                    "kind": reason.kind,
                    "text": reason.text,
                    "weight": reason.weight,
                    "concepts": [concept.id for concept in reason.concepts],
                    "here": [_quote(quote) for quote in reason.here],
                    "there": [_quote(quote) for quote in reason.there],
                }
                for reason in answer.reasons
            ],
        }
        for answer in answers
    ]


def citation_keys(answers: Sequence[Related]) -> dict[str, str]:
    """Paper id -> a key that is unique among the answers: first author's last name or first title word, and year."""
    keys: dict[str, str] = {}
    taken: set[str] = set()
    for answer in answers:
        paper = answer.paper
        who = paper.authors[0].split()[-1] if paper.authors and paper.authors[0].split() else paper.title.split(":")[0]
        year = paper.published.year if paper.published and paper.published.year else ""
        stem = "-".join(slug(who).split("-")[:3]) + str(year)
        numbered = (stem, *(f"{stem}-{number}" for number in range(2, len(answers) + 2)))
        keys[paper.id] = next(key for key in numbered if key not in taken)
        taken.add(keys[paper.id])
    return keys


def _leading(answer: Related) -> Reason | None:
    """The reason a paper is filed under: the weightiest that is more than wording, if there is one."""
    telling = [reason for reason in answer.reasons if reason.kind != SIMILAR_WORDING]
    return next(iter([*telling, *answer.reasons]), None)


def _statement(answer: Related, reason: Reason, keys: dict[str, str]) -> str:
    both = reason.text.startswith(("both ", "similar wording"))
    said = _plain(reason.text)
    key = f"[{keys[answer.paper.id]}]"
    return (
        f"This paper and {key} {said}" if both and said.startswith("both ") else f"{key} {'has ' if both else ''}{said}"
    )


def _published(paper: Paper) -> str:
    return f" ({paper.published})" if paper.published and paper.published.year else ""


def _entry(answer: Related, key: str) -> str:
    paper = answer.paper
    fields = {
        "title": f"{{{squeeze(paper.title).translate(_BIBTEX)}}}",
        "author": " and ".join(paper.authors).translate(_BIBTEX),
        "year": str(paper.published.year) if paper.published and paper.published.year else "",
        "url": paper.links[0] if paper.links else "",
        "note": answer.text.translate(_BIBTEX),
    }
    body = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items() if value)
    return f"@misc{{{key},\n{body}\n}}\n"


def _plain(text: str) -> str:
    """Text on one line whose characters are no Markdown."""
    return _MARKUP.sub(r"\\\1", squeeze(text))


def _quote(quote: Quote) -> dict[str, Any]:
    return {"start": quote.sentence.start, "end": quote.sentence.end, "text": quote.text}
