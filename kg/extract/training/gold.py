"""Annotated papers as examples: the words of the text, and what the gold says of them."""

import json
import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.errors import SourceError
from kg.extract.decoding import WordText
from kg.extract.encoder import WINDOW
from kg.extract.heads import PREDICATES, ROLES
from kg.extract.numbers import numbers_in
from kg.extract.pairs import KINDS, NO_METRIC, NO_PLACE, THIS, WordSpan
from kg.extract.wordpiece import CLS, SEP, WordPieces
from kg.text import URL

_KIND = {kind.upper(): n for n, kind in enumerate(KINDS)}
_RANGE = re.compile(r"(?<=[\d%])\s*(?:--?|–|—)\s*(?=\d)")


@dataclass(frozen=True, slots=True)
class Columns:
    """The pieces of one text with [CLS] and [SEP], as the encoder takes them, and each word's first and last row."""

    ids: list[int]
    shapes: list[int]
    piece_shapes: list[int]
    spacing: list[int]
    segments: list[int]
    first: list[int]
    last: list[int]


@dataclass(frozen=True, slots=True)
class Example:
    """One paper. Entities are indices; `results` gives (method, on, metric, 1 absolute or 2 improvement) by number."""

    id: str
    columns: Columns
    words: WordText
    kinds: list[int]
    roles: list[int]
    mentions: list[list[WordSpan]]
    relations: dict[tuple[int, int], int]
    numbers: list[WordSpan]
    results: dict[int, tuple[int, int, int, int]]


def columns_of(text: str, pieces: WordPieces) -> tuple[Columns, WordText]:
    """The text in the encoder's columns, cut at one window: whole words only."""
    read = pieces.read(text)
    bounds = [*read.first, len(read.ids)]
    words = len(read.first)
    while words and bounds[words] > WINDOW - 2:
        words -= 1
    end = bounds[words]
    title = bounds[min(words, bisect_left(read.starts, text.index("\n")))]
    columns = Columns(
        ids=[CLS, *read.ids[:end], SEP],
        shapes=[0, *read.shapes[:end], 0],
        piece_shapes=[0, *read.piece_shapes[:end], 0],
        spacing=[0, *read.spacing[:end], 0],
        segments=[0] * (1 + title) + [1] * (end + 1 - title),
        first=[row + 1 for row in bounds[:words]],
        last=bounds[1 : words + 1],
    )
    return columns, WordText(text, read.starts[:words], read.ends[:words])


def gold_spans(entities: Sequence[Mapping[str, Any]], text: str) -> Iterator[tuple[int, int, int]]:
    """(start, end, entity) of every place where a mention stands: longest first, word-bounded, none inside a URL."""
    taken = bytearray(len(text) + 1)
    for url in URL.finditer(text):
        taken[url.start() : url.end()] = b"\1" * (url.end() - url.start())
    strings = {(mention, n) for n, entity in enumerate(entities) for mention in entity["mentions"]}
    for string, n in sorted(strings, key=lambda pair: (-len(pair[0]), pair)):
        for found in re.finditer(rf"(?<![A-Za-z0-9]){re.escape(string)}(?![A-Za-z0-9])", text):
            if not any(taken[found.start() : found.end()]):
                taken[found.start() : found.end()] = b"\1" * (found.end() - found.start())
                yield found.start(), found.end(), n


def example_of(paper: Mapping[str, Any], pieces: WordPieces) -> Example:
    """One line of gold as an example."""
    text = paper["title"] + "\n" + paper["abstract"]
    columns, words = columns_of(text, pieces)
    at_start = {start: n for n, start in enumerate(words.starts)}
    at_end = {end: n for n, end in enumerate(words.ends)}
    mentions: list[list[WordSpan]] = [[] for _ in paper["entities"]]
    for start, end, n in sorted(gold_spans(paper["entities"], text)):
        if start in at_start and end in at_end:
            mentions[n].append((at_start[start], at_end[end]))
    index = {entity["name"]: n for n, entity in enumerate(paper["entities"])} | {"THIS": THIS}
    relations: dict[tuple[int, int], int] = {}
    for head, predicate, tail in paper["relations"]:
        relations.setdefault((index[head], index[tail]), 1 + PREDICATES.index(predicate))
    offsets = _numbers(words)
    return Example(
        id=paper["id"],
        columns=columns,
        words=words,
        kinds=[_KIND[entity["type"]] for entity in paper["entities"]],
        roles=[ROLES.index(entity["role"]) for entity in paper["entities"]],
        mentions=mentions,
        relations=relations,
        numbers=[_word_span(words, start, end) for start, end in offsets],
        results=_results(paper["results"], [text[start:end] for start, end in offsets], index),
    )


def unannotated(columns: Columns, words: WordText, kinds: list[int], mentions: list[list[WordSpan]]) -> Example:
    """A text without annotations as an example, with the entities somebody found in it."""
    numbers = [_word_span(words, start, end) for start, end in _numbers(words)]
    return Example("", columns, words, kinds, [0] * len(kinds), mentions, {}, numbers, {})


def _numbers(words: WordText) -> list[tuple[int, int]]:
    """The offsets of the numbers in the part of the text that is read."""
    return [span for span in numbers_in(words.text) if span[0] < (words.ends[-1] if words.ends else 0)]


def _word_span(words: WordText, start: int, end: int) -> WordSpan:
    inside = [n for n in range(len(words.starts)) if words.starts[n] < end and words.ends[n] > start]
    return inside[0], inside[-1]


def _results(
    results: Sequence[Mapping[str, Any]], numbers: Sequence[str], index: Mapping[str, int]
) -> dict[int, tuple[int, int, int, int]]:
    out: dict[int, tuple[int, int, int, int]] = {}
    values = [_value(number) for number in numbers]
    for result in results:
        same = [n for n, value in enumerate(values) if value == _value(result["value"])]
        free = [n for n in same if n not in out]
        if free:
            on = NO_PLACE if result["on"] is None else index[result["on"]]
            metric = NO_METRIC if result["metric"] is None else index[result["metric"]]
            out[free[0]] = (index[result["method"]], on, metric, 1 if result["kind"] == "absolute" else 2)
    return out


def _value(number: str) -> str:
    """A number as it is compared: no spaces, percent signs, tildes, leading plus; any dash between digits is one."""
    plain = _RANGE.sub("~", number.replace("\\", "")).lstrip("~")
    return re.sub(r"[\s%≈+]", "", plain).strip(".,")


def read_papers(path: Path) -> list[dict[str, Any]]:
    """The lines of a gold file; raises SourceError with file and line where one is no annotated paper."""
    papers = []
    for n, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            paper = json.loads(line)
            missing = {"id", "title", "abstract", "entities", "relations", "results"} - paper.keys()
        except (ValueError, AttributeError) as error:
            raise SourceError(f"{path}:{n}: no JSON object ({error})") from error
        if missing:
            raise SourceError(f"{path}:{n}: no annotated paper: {', '.join(sorted(missing))} missing")
        papers.append(paper)
    return papers
