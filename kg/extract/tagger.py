"""The trained reader of one text: names with kinds and confidences, then roles, relations and results of entities."""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from kg.extract.decoding import Name, WordText, names_in
from kg.extract.encoder import Encoded, Encoder, Floats, softmax
from kg.extract.heads import PREDICATES, ROLES, ROLES_OF, Heads, row_of
from kg.extract.judging import WORTH_A_LOOK, Judge, Seen, threshold_class
from kg.extract.numbers import numbers_in
from kg.extract.pairs import KINDS, NO_METRIC, NO_PLACE, WordSpan, entity_pairs, number_pairs
from kg.extract.quantised import read_model
from kg.extract.wordpiece import Pieces, WordPieces

SHIPPED = Path(__file__).parent / "weights"
#: Numbers less likely to be a result are not looked at further: most are counts, sizes and years.
_POSSIBLE_RESULT = 0.1
#: What a result is tied to, in the order of the pairs' slots.
_SLOTS = ("method", "on", "metric")


@dataclass(frozen=True, slots=True)
class Span:
    """A name in a text: half-open character offsets, its kind, and the share of such spans that are right."""

    start: int
    end: int
    kind: str
    confidence: float


@dataclass(frozen=True, slots=True)
class NumberFound:
    """A number that may be a result: offsets, the probability that it is one, and that it then is an improvement.

    `chances` gives for each of "method", "on" and "metric" the probability of every filler: the index of an entity, -1
    for the paper's unnamed method, None for nothing.
    """

    start: int
    end: int
    confidence: float
    improvement: float
    chances: Mapping[str, Mapping[int | None, float]]


class Tagger:
    """The encoder and its heads with one set of weights; reads one text at a time, and is not changed by reading."""

    def __init__(
        self,
        *,
        encoder: Encoder,
        heads: Heads,
        pieces: WordPieces,
        judge: Judge,
        settings: dict[str, Any],
        model_hash: str,
    ) -> None:
        self.encoder = encoder
        self.heads = heads
        self.pieces = pieces
        self.judge = judge
        self.settings = settings
        self.model_hash = model_hash

    @classmethod
    def load(cls, path: Path | None = None) -> "Tagger":
        """The model in the folder `path`, by default the shipped one; raises ModelError where it cannot be read."""
        stored = read_model(path or SHIPPED)
        return cls(
            encoder=Encoder(stored.encoder, int(stored.settings["attention_heads"])),
            heads=Heads(stored.heads),
            pieces=WordPieces(stored.vocabulary),
            judge=Judge(stored.seen, stored.settings["judge"]),
            settings=stored.settings,
            model_hash=stored.digest,
        )

    @property
    def seen(self) -> Seen:
        """How annotated papers treat the names that they annotate."""
        return self.judge.seen

    def read(self, text: str) -> "Reading":
        """One paper's text (title, newline, abstract), encoded, with its names."""
        return Reading(self, text)


class Reading:
    """One text as the tagger sees it. Entities are given back to it as lists of their mentions' character offsets."""

    def __init__(self, tagger: Tagger, text: str) -> None:
        self._settings = tagger.settings
        self._heads = tagger.heads
        self._judge = tagger.judge
        self._pieces: Pieces = tagger.pieces.read(text)
        self._text = text
        self.words = WordText(text, self._pieces.starts, self._pieces.ends)
        title_end = text.find("\n") if "\n" in text else 0
        self._title_end = title_end
        title_words = bisect_left(self._pieces.starts, title_end)
        self._encoded: Encoded = tagger.encoder.read(self._pieces, title_words)
        self._roles: dict[tuple[str, tuple[tuple[int, int], ...]], dict[str, float]] = {}
        self.names: tuple[Name, ...] = self._find()
        self.spans: tuple[Span, ...] = self._mark()

    def _find(self) -> tuple[Name, ...]:
        if not self._pieces.starts:
            return ()
        worth = names_in(self.words, self._heads.spans(self._encoded.words), [WORTH_A_LOOK] * len(KINDS))
        found = [self._judge.settled(name) for name in worth]
        roles = self.roles_of_names(found)
        judged = self._judge.judged(found, self.words, self._title_end, roles)
        thresholds = self._settings["thresholds"]
        return tuple(
            name
            for name, own in zip(judged, roles, strict=True)
            if name.probability >= thresholds[threshold_class(name, own)]
        )

    def _mark(self) -> tuple[Span, ...]:
        starts, ends = self._pieces.starts, self._pieces.ends
        found = []
        for name in self.names:
            confidence = self._calibrated(KINDS[name.kind], name.probability)
            for first, last in name.mentions:
                found.append(Span(starts[first], ends[last], KINDS[name.kind], confidence))
        return tuple(sorted(found, key=lambda span: span.start))

    def _calibrated(self, kind: str, probability: float) -> float:
        curve = self._settings["calibration"][kind]
        return round(float(np.interp(probability, curve["raw"], curve["right"])), 2)

    def offsets(self, name: Name) -> list[tuple[int, int]]:
        """The character offsets of a name's mentions."""
        return [(self._pieces.starts[first], self._pieces.ends[last]) for first, last in name.mentions]

    def _words(self, mentions: Sequence[tuple[int, int]]) -> list[WordSpan]:
        """The words (last one included) that the character spans touch; a paper's first word where there is none."""
        spans = []
        for start, end in mentions:
            first = bisect_right(self._pieces.ends, start)
            last = bisect_left(self._pieces.starts, end) - 1
            if first <= last:
                spans.append((first, last))
        return spans or [(0, 0)]

    def roles_of_names(self, names: Sequence[Name]) -> list[dict[str, float]]:
        """The chances of each name's roles."""
        return self._roles_of([self.offsets(name) for name in names], [KINDS[name.kind] for name in names])

    def roles(self, kind: str, mentions: Sequence[tuple[int, int]]) -> dict[str, float]:
        """Probability of every role an entity of this kind can have; they sum to 1."""
        return self._roles_of([mentions], [kind])[0]

    def _roles_of(self, entities: Sequence[Sequence[tuple[int, int]]], kinds: Sequence[str]) -> list[dict[str, float]]:
        if not entities:
            return []
        if not self._pieces.starts:
            return [{role: 1 / len(ROLES_OF[kind]) for role in ROLES_OF[kind]} for kind in kinds]
        keys = [(kind, tuple(sorted(own))) for kind, own in zip(kinds, entities, strict=True)]
        fresh = [key for key in dict.fromkeys(keys) if key not in self._roles]
        if fresh:
            vectors = self._heads.entities(self._encoded, [self._words(own) for _, own in fresh])
            scores = self._heads.roles(vectors, [KINDS.index(kind) for kind, _ in fresh])
            for key, row in zip(fresh, scores, strict=True):
                allowed = [ROLES.index(role) for role in ROLES_OF[key[0]]]
                chances = softmax(row[allowed])
                self._roles[key] = {ROLES[n]: float(chance) for n, chance in zip(allowed, chances, strict=True)}
        return [self._roles[key] for key in keys]

    def relations(
        self, entities: Sequence[Sequence[tuple[int, int]]], kinds: Sequence[str], *, at_least: float | None = None
    ) -> list[tuple[int, str, int, float]]:
        """(head, predicate, tail, probability) from the predicate's own threshold on, in the order of the entities.

        `at_least` takes the place of the thresholds, for callers that weigh the probabilities themselves. Indices are
        those of `entities`; -1 is the paper's own unnamed method, which takes part only where no method is likeliest
        to be introduced.
        """
        if not entities or not self._pieces.starts:
            return []
        roles = self._roles_of(entities, kinds)
        named = any(
            kind == "method" and max(role, key=role.__getitem__) == "introduced"
            for kind, role in zip(kinds, roles, strict=True)
        )
        spans = [self._words(own) for own in entities]
        pairs = list(entity_pairs(spans, [KINDS.index(kind) for kind in kinds], with_this=not named))
        if not pairs:
            return []
        table = self._table(spans)
        count = len(entities)
        rows = np.array([(row_of(p.head, count), row_of(p.tail, count), *p[2:]) for p in pairs], np.int64)
        chances = self._heads.relations(self._heads.pairs(self._encoded, table, rows))
        thresholds = self._settings["relation_thresholds"]
        found = []
        for pair, row in zip(pairs, chances, strict=True):
            best = int(np.argmax(row[1:]))
            if row[best + 1] >= (thresholds[PREDICATES[best]] if at_least is None else at_least):
                found.append((pair.head, PREDICATES[best], pair.tail, round(float(row[best + 1]), 2)))
        return found

    def results(self, entities: Sequence[Sequence[tuple[int, int]]], kinds: Sequence[str]) -> list[NumberFound]:
        """The numbers that may be results, with what each may be tied to among `entities`, in text order."""
        offsets = numbers_in(self._text)
        if not offsets or not self._pieces.starts:
            return []
        heads, encoded = self._heads, self._encoded
        numbers = [self._words([span])[0] for span in offsets]
        spans = [self._words(own) for own in entities]
        vectors = heads.numbers(encoded, numbers)
        chances = heads.number_kinds(vectors)
        rows_of_numbers = [
            pair
            for pair in number_pairs(numbers, spans, [KINDS.index(kind) for kind in kinds])
            if 1 - chances[pair.number][0] >= _POSSIBLE_RESULT
        ]
        if not rows_of_numbers:
            return []
        table = np.concatenate([self._table(spans), vectors])
        count = len(entities)
        rows = np.array([(count + 3 + p.number, row_of(p.entity, count), *p[3:]) for p in rows_of_numbers], np.int64)
        scores: dict[int, dict[str, dict[int | None, float]]] = {}
        for pair, score in zip(rows_of_numbers, heads.pointers(heads.pairs(encoded, table, rows)), strict=True):
            filler = None if pair.entity in (NO_PLACE, NO_METRIC) else pair.entity
            slots = scores.setdefault(pair.number, {slot: {} for slot in _SLOTS})
            slots[_SLOTS[pair.slot]][filler] = float(score)
        return [
            NumberFound(
                *offsets[number],
                confidence=float(1 - chances[number][0]),
                improvement=float(chances[number][2] / (chances[number][1] + chances[number][2])),
                chances={slot: _shares(own) for slot, own in slots.items()},
            )
            for number, slots in sorted(scores.items())
        ]

    def _table(self, spans: Sequence[Sequence[WordSpan]]) -> Floats:
        """The vectors of the entities, then those of THIS, nothing-on and no-metric."""
        heads = self._heads
        special = [heads.this(self._encoded)[None], heads.nothing()]
        return np.concatenate([heads.entities(self._encoded, spans), *special] if spans else special)


def _shares(scores: Mapping[int | None, float]) -> dict[int | None, float]:
    """Softmax of the fillers' scores."""
    highest = max(scores.values())
    odds = {filler: math.exp(score - highest) for filler, score in scores.items()}
    total = sum(odds.values())
    return {filler: odd / total for filler, odd in odds.items()}
