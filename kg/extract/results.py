"""Reported numbers: which are results, of what method, on what, in which metric, absolute or an improvement."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from kg.extract import relations
from kg.extract.cues import fired
from kg.extract.document import Group, Text
from kg.extract.linear import Linear
from kg.extract.quantities import Number, numbers
from kg.extract.relations import NOTHING, OWN, Document, log_odds, reason, yes
from kg.extract.roles import WITH_TAGGER
from kg.model import Kind, Role

_GATE = "is result"
#: Below this probability a number is no result, however sure its fillers; chosen by cross-validation.
THRESHOLD = 0.3
RESOURCES = (Kind.DATASET, Kind.BENCHMARK)
#: Nor is one less sure than this in all its parts together: so many of those at the border are right.
SURE = 0.2
#: A given entity is no surer than the surest that are found.
_SUREST = 0.98
#: What each slot of a result may be filled with.
SLOTS: Mapping[str, tuple[Kind, ...]] = {
    "method": (Kind.METHOD,),
    "on": (*RESOURCES, Kind.TASK),
    "metric": (Kind.METRIC,),
}
#: Words between a number and a name, named.
_DISTANCES = (("touching", 2), ("close", 5), ("middling", 12), ("wide", 1 << 20))
_COMPARISON = re.compile(
    r"\b(?:compared|versus|vs\.?|than|over|from|baseline|relative to|against|only|just|while)\b", re.IGNORECASE
)


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


def candidates(text: Text, groups: Sequence[Group]) -> list[Number]:
    """The numbers of a paper that may be results."""
    taken = bytearray(len(text.text) + 1)
    for group in groups:
        for occurrence in group.occurrences:
            taken[occurrence.start : occurrence.end] = b"\1" * (occurrence.end - occurrence.start)
    return list(numbers(text.text, taken))


def number_features(text: Text, number: Number, document: Document) -> dict[str, float]:
    """What speaks for a number being a result, and of which kind."""
    begin, end = text.sentences[text.sentence_at(number.start)]
    written = text.text[number.start : number.end]
    before, after = text.before(number.start, 4), text.after(number.end, 4)
    left = text.text[max(begin, number.start - 60) : number.start]
    right = text.text[number.end : min(end, number.end + 60)]
    sentence = text.sentence_at(number.start)
    far = fired("left", left)
    features = {f"before: {word}": 1.0 for word in before[-3:]}
    features.update({f"after: {word}": 1.0 for word in after[:3]})
    features[f"just before: {' '.join(before[-2:])}"] = 1.0
    features[f"just after: {' '.join(after[:2])}"] = 1.0
    features[f"next: {after[0] if after else '-'}"] = 1.0
    features[f"last: {before[-1] if before else '-'}"] = 1.0
    present = {document.groups[i].kind for i, own in enumerate(document.sentences) if sentence in own}
    for name, holds in (
        ("percent", "%" in written),
        ("times", bool(re.search(r"[xX×]|times|fold", written))),
        ("points", "point" in written or "pp" in written),
        ("decimal", bool(re.search(r"\d\.\d", written))),
        ("signed", written[:1] in "+-−"),
        ("small whole", written.isdigit() and len(written) < 2),
        ("whole", written.isdigit()),
        ("comma", "," in written),
        ("range", bool(re.search(r"\d\s?(?:%|\\%)?(?:-|–|~|\sto\s)", written))),
        ("in brackets", "(" in left and ")" not in left[left.rfind("(") :]),
        ("brackets around", left[-1:] == "(" and right[:1] == ")"),
        ("in title", sentence == 0),
        ("improves before", "improves before" in far),
        ("improves right before", "improves before" in fired("left", left[-25:])),
        ("improves after", "improves before" in fired("left", right[:30])),
        ("absolute before", "absolute before" in far),
        ("absolute right before", "absolute before" in fired("left", left[-20:])),
        ("comparison before", bool(_COMPARISON.search(left[-20:]))),
        (
            "by",
            bool(re.search(r"\bby\s+(?:up to |about |an? |at least |over |nearly |roughly |average )*[~≈$]?$", left)),
        ),
        ("early", sentence < len(text.sentences) / 2),
        ("resource here", bool(present & {Kind.DATASET, Kind.BENCHMARK})),
        ("task here", Kind.TASK in present),
        ("metric here", Kind.METRIC in present),
        ("method here", Kind.METHOD in present),
        ("other numbers", sum(char.isdigit() for char in text.text[begin:end]) > 4),
        ("from .. to", bool(re.search(r"\bfrom\s+[\d.$]+\s*(?:\\?%)?\$?\s+to\s+$", left))),
        ("from", bool(re.search(r"\bfrom\s+\$?$", left)) and " to " in right[:12]),
    ):
        if holds:
            features[name] = 1.0
    return features


def slot_features(
    text: Text, number: Number, all_numbers: Sequence[Number], document: Document, slot: str
) -> dict[int, dict[str, float]]:
    """For each filler of a slot (group index, OWN, NOTHING) what speaks for it."""
    sentence = text.sentence_at(number.start)
    kinds = SLOTS[slot]
    fitting = [i for i, group in enumerate(document.groups) if group.kind in kinds]
    here = [i for i in fitting if sentence in document.sentences[i]]
    near = {i: _nearest(document, i, sentence, number) for i in here}
    peers = [other for other in all_numbers if text.sentence_at(other.start) == sentence]
    rows: dict[int, dict[str, float]] = {}
    befores = sorted((i for i in here if near[i][1] <= number.start), key=lambda i: -near[i][1])
    afters = sorted((i for i in here if near[i][0] >= number.end), key=lambda i: near[i][0])
    begin, end = text.sentences[sentence]
    resources = [i for i in here if document.groups[i].kind in RESOURCES]
    respectively = "respectively" in text.text[begin:end]
    for i in fitting:
        row: dict[str, float] = {f"role {role}": chance for role, chance in document.roles[i].chances.items()}
        row[f"is {document.groups[i].kind}"] = 1.0
        if i == document.main:
            row["is main"] = 1.0
            row["is main, here" if i in near else "is main, elsewhere"] = 1.0
        if i in near:
            _near_features(text, number, near[i], all_numbers, row)
            if i in befores:
                row[f"before {min(befores.index(i), 3)}"] = 1.0
            if i in afters:
                row[f"after {min(afters.index(i), 3)}"] = 1.0
            if len(here) == 1:
                row["only one here"] = 1.0
            if len(peers) > 1 and len(here) == len(peers):
                ranked = sorted(here, key=lambda j: near[j][0])
                if ranked.index(i) == peers.index(number):
                    row["same rank, respectively" if respectively else "same rank"] = 1.0
                elif respectively:
                    row["other rank, respectively"] = 1.0
        else:
            gap = min(abs(other - sentence) for other in document.sentences[i])
            row["next sentence" if gap == 1 else "far"] = 1.0
            if not here:
                row["none here, next sentence" if gap == 1 else "none here, far"] = 1.0
            if 0 in document.sentences[i]:
                row["far, in title"] = 1.0
            if len(fitting) == 1:
                row["the only one"] = 1.0
                row["the only one, elsewhere"] = 1.0
        chances = document.roles[i].chances
        if slot == "on" and i == document.main_task:
            row["is main task"] = 1.0
            row["is main task, no resource here" if not resources else "is main task, resource here"] = 1.0
            row["is main task, none here"] = float(not here)
        if slot == "method" and i in near:
            row["introduced, here"] = chances.get(Role.INTRODUCED, 0.0)
            row["compared, here"] = chances.get(Role.COMPARED, 0.0)
            row["alone introduced here"] = float(
                chances.get(Role.INTRODUCED, 0.0) > 0.5
                and all(document.roles[j].chances.get(Role.INTRODUCED, 0.0) < 0.5 for j in here if j != i)
            )
            for cue in fired("left", text.text[max(begin, number.start - 40) : number.start]):
                row[f"introduced, {cue}"] = chances.get(Role.INTRODUCED, 0.0)
                row[f"compared, {cue}"] = chances.get(Role.COMPARED, 0.0)
            if begin <= near[i][0] <= begin + 30:
                row["begins sentence"] = 1.0
        if "in a list" in document.cues[i]:
            row["in a list"] = 1.0
        for cue in (
            "evaluated on",
            "metric given",
            "achieves",
            "our",
            "than",
            "outperforms",
            "compared with",
            "baselines",
        ):
            if cue in document.cues[i]:
                row[f"cue {cue}"] = 1.0
        rows[i] = row
    if slot == "method":
        rows[OWN] = {
            "unnamed": document.unnamed,
            "unnamed, methods here": document.unnamed * bool(here),
            "no method": float(not fitting),
            "own": 1.0,
        }
    else:
        nothing = {"nothing": 1.0, "nothing, some here": float(bool(here)), "nothing, none": float(not fitting)}
        nothing["nothing, some near"] = float(any(0 <= near[i][0] - number.end < 40 for i in here))
        nothing["nothing, just before"] = float(any(0 <= number.start - near[i][1] < 40 for i in here))
        nothing["nothing, no resource here"] = float(not resources)
        nothing["nothing, main task"] = float(slot == "on" and document.main_task != NOTHING)
        nothing["nothing, resources"] = float(any(document.groups[i].kind in RESOURCES for i in fitting))
        nothing["nothing, number of fitting"] = min(5, len(fitting)) / 5
        written = text.text[number.start : number.end]
        nothing["nothing, percent"] = float("%" in written)
        nothing["nothing, times"] = float(bool(re.search(r"[xX×]|times|fold", written)))
        rows[NOTHING] = nothing
    return rows


def _nearest(document: Document, i: int, sentence: int, number: Number) -> tuple[int, int]:
    spans = [(start, end) for start, end, own in document.at[i] if own == sentence]
    return min(spans, key=lambda span: (max(span[0] - number.end, number.start - span[1]), span))


def _near_features(
    text: Text, number: Number, span: tuple[int, int], all_numbers: Sequence[Number], row: dict[str, float]
) -> None:
    start, end = span
    after = start >= number.end
    between = text.text[number.end : start] if after else text.text[end : number.start]
    side = "then" if after else "earlier"
    words = between.split()
    row["here"] = 1.0
    row[f"here, {side}"] = 1.0
    distance = next(name for name, limit in _DISTANCES if len(words) < limit)
    row[f"{side}, {distance}"] = 1.0
    low, high = (number.end, start) if after else (end, number.start)
    row[f"{side}, {min(3, sum(low <= other.start and other.end <= high for other in all_numbers))} numbers between"] = (
        1.0
    )
    for mark, name in ((";", "semicolon"), (",", "comma"), ("(", "bracket"), (")", "closing bracket")):
        if mark in between:
            row[f"{side}, {name} between"] = 1.0
    for word in words[:1] + words[-2:]:
        row[f"{side}, word {word}"] = 1.0
    if re.search(r"\b(?:and|while|whereas|but)\b", between):
        row[f"{side}, and between"] = 1.0


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
