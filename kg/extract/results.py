"""Reported numbers: which are results, of what method, on what, in which metric, absolute or an improvement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from kg.extract import relations
from kg.extract.linear import Linear, yes
from kg.extract.quantities import Number
from kg.extract.relations import NOTHING, OWN, Document, log_odds, reason
from kg.extract.result_features import SLOTS, candidates, number_features, slot_features
from kg.extract.roles import WITH_TAGGER

_GATE = "is result"
#: Below this probability a number is no result, however sure its fillers; chosen by cross-validation.
THRESHOLD = 0.3
#: Nor is one less sure than this in all its parts together: so many of those at the border are right.
SURE = 0.15
#: A given entity is no surer than the surest that are found.
_SUREST = 0.98


@dataclass(frozen=True, slots=True)
class ResultGuess:
    """A result: indices of groups, OWN or NOTHING."""

    number: Number
    method: int
    on: int
    metric: int
    kind: str
    confidence: float
    rule: str


class Opinion(Protocol):
    """A number as the tagger reads it: half-open offsets, how sure it is a result, and that it is an improvement.

    `chances`: slot -> filler (index of a group, OWN, None for nothing) -> probability.
    """

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def confidence(self) -> float: ...
    @property
    def improvement(self) -> float: ...
    @property
    def chances(self) -> Mapping[str, Mapping[int | None, float]]: ...


def guess_results(
    document: Document, opinions: Sequence[Opinion] | None, models: Mapping[str, Linear]
) -> list[ResultGuess]:
    """The results of a paper in text order; `opinions` are the tagger's, None where it has none."""
    found = candidates(document.text, document.groups)
    rows = [number_features(document.text, number, document) for number in found]
    chances = yes(models[_GATE], rows)
    own = [opinion_on(number, opinions or ()) for number in found]
    weighed = opinions is not None and _GATE + WITH_TAGGER in models
    if weighed:
        both = [gate_opinions(*pair) for pair in zip(chances, own, strict=True)]
        chances = yes(models[_GATE + WITH_TAGGER], both)
    guesses = []
    for number, row, chance, opinion in zip(found, rows, chances, own, strict=True):
        if chance >= THRESHOLD:
            rule = reason(models[_GATE], row)
            kind, sure = _kind(row, opinion, models, with_tagger=weighed)
            fillers = {}
            for slot in SLOTS:
                choices = slot_features(document.text, number, found, document, slot)
                odds = slot_odds(choices, slot, models)
                if weighed:
                    asked = slot_opinions(odds, slot, opinion, document)
                    odds = dict(zip(odds, yes(models[f"result {slot}{WITH_TAGGER}"], asked), strict=True))
                fillers[slot] = max(odds, key=lambda filler: (odds[filler], -filler))
                sure *= odds[fillers[slot]] if weighed else odds[fillers[slot]] / sum(odds.values())
            if chance * sure >= SURE:
                found_fillers = fillers["method"], fillers["on"], fillers["metric"]
                guesses.append(ResultGuess(number, *found_fillers, kind, chance * sure, rule))
    return guesses


def opinion_on(number: Number, opinions: Sequence[Opinion]) -> Opinion | None:
    """The tagger's reading of a number that overlaps this one."""
    overlapping = (opinion for opinion in opinions if opinion.start < number.end and number.start < opinion.end)
    return next(overlapping, None)


def gate_opinions(chance: float, opinion: Opinion | None) -> dict[str, float]:
    """What rules and tagger say of a number being a result."""
    return relations.both_opinions(chance, opinion.confidence if opinion else 0.0)


def slot_odds(choices: Mapping[int, Mapping[str, float]], slot: str, models: Mapping[str, Linear]) -> dict[int, float]:
    """Each filler's probability by the rules."""
    return dict(zip(choices, yes(models[f"result {slot}"], list(choices.values())), strict=True))


def slot_opinions(
    odds: Mapping[int, float], slot: str, opinion: Opinion | None, document: Document
) -> list[dict[str, float]]:
    """What rules and tagger say of each filler of a slot, and how sure the filler itself is."""
    chances = opinion.chances[slot] if opinion else {}
    said = {NOTHING if filler is None else filler: chance for filler, chance in chances.items()}
    picked = max(said, key=lambda filler: (said[filler], -filler), default=None)
    likeliest = max(odds, key=lambda filler: (odds[filler], -filler))
    total = sum(odds.values()) or 1.0
    rows = []
    for filler, chance in odds.items():
        row = {
            "rules": log_odds(chance),
            "rules, share": chance / total,
            "tagger": float(filler == picked),
            "tagger, share": said.get(filler, 0.0),
            "tagger, odds": log_odds(said.get(filler, 0.0)) if opinion else 0.0,
            "tagger silent": float(opinion is None),
            "both": float(filler == picked == likeliest),
            "nothing": float(filler == NOTHING),
            "own": float(filler == OWN),
        }
        if filler not in (NOTHING, OWN):
            sure = max(own.confidence for own in document.groups[filler].occurrences)
            row["sure"] = log_odds(min(sure, _SUREST))
        rows.append(row)
    return rows


def kind_opinions(improves: float, opinion: Opinion | None) -> dict[str, float]:
    """What rules and tagger say of a number being an improvement."""
    return {"rules": log_odds(improves), "tagger": log_odds(opinion.improvement) if opinion else 0.0}


def _kind(
    row: Mapping[str, float], opinion: Opinion | None, models: Mapping[str, Linear], *, with_tagger: bool
) -> tuple[str, float]:
    """Improvement or absolute, and how sure that is."""
    rules = models["result kind"]
    improves = float(rules.probabilities([row])[0, rules.labels.index("improvement")])
    if with_tagger:
        both = models["result kind" + WITH_TAGGER]
        chances = both.probabilities([kind_opinions(improves, opinion)])
        improves = float(chances[0, both.labels.index("improvement")])
    return ("improvement", improves) if improves >= 0.5 else ("absolute", 1 - improves)
