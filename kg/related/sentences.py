"""The sentences of a paper's text, for the comparing of papers; extraction's own need the text annotated."""

import re
from collections.abc import Sequence

from kg.model import Paper, Sentence
from kg.related.roles import Part, part_of_sentence

#: The mark comes first: what may not stand before it is looked at only where there is one.
_END = re.compile(
    r"[.?!](?<![.\s][A-Za-z].)(?<!\be\.g.)(?<!\bi\.e.)(?<!\bal.)(?<!\bcf.)(?<!\bvs.)[\"')\]]*\s+(?=[A-Z\"(\[\\$])"
)


def sentences_of(paper: Paper) -> tuple[Sentence, ...]:
    """The title and each sentence of the abstract, in order; spaces between two belong to neither."""
    text = paper.text
    start = len(paper.title) + 1
    cuts = [match.end() for match in _END.finditer(text, start)]
    bounds = [(0, len(paper.title)), *zip([start, *cuts], [*cuts, len(text)], strict=True)]
    found = []
    for begin, end in bounds:
        words = text[begin:end]
        stripped = words.strip()
        if stripped:
            offset = begin + words.index(stripped)
            found.append(Sentence(paper.id, offset, offset + len(stripped)))
    return tuple(found)


def parts_of(paper: Paper, sentences: Sequence[Sentence]) -> tuple[Part | None, ...]:
    """The part each sentence plays; None for the title."""
    abstract = [sentence for sentence in sentences if sentence.start > len(paper.title)]
    place_of = {sentence: place / max(1, len(abstract) - 1) for place, sentence in enumerate(abstract)}
    return tuple(
        part_of_sentence(paper.text[sentence.start : sentence.end], place_of[sentence])
        if sentence in place_of
        else None
        for sentence in sentences
    )
