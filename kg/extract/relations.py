"""Relations between the entities of one paper: who is used for, based on, part of, better than, compared with, trained on whom.

A paper says most of them only as a whole: what it introduces serves the tasks it addresses and builds on what it uses. So the
roles of the two ends weigh as much as the words between them.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log

from kg.extract.document import Group, Text
from kg.extract.linear import Linear
from kg.extract.roles import RoleGuess
from kg.model import Kind, Predicate, Role

#: The index that stands for the paper's own unnamed method.
OWN = -1
_METHODS = (Kind.METHOD,)
_RESOURCES = (Kind.DATASET, Kind.BENCHMARK)
#: Which kinds each predicate joins: 97 % of the annotated relations.
CANDIDATES: Mapping[Predicate, tuple[tuple[Kind, ...], tuple[Kind, ...]]] = {
    Predicate.USED_FOR: (_METHODS, (Kind.TASK, Kind.METHOD)),
    Predicate.BASED_ON: (_METHODS, _METHODS),
    Predicate.PART_OF: ((Kind.METHOD, *_RESOURCES), (Kind.METHOD, *_RESOURCES)),
    Predicate.OUTPERFORMS: (_METHODS, _METHODS),
    Predicate.COMPARED_WITH: (_METHODS, _METHODS),
    Predicate.TRAINED_ON: (_METHODS, _RESOURCES),
}
#: Below this probability a relation is left out; chosen by cross-validation for the best F1.
THRESHOLDS: Mapping[Predicate, float] = {
    Predicate.USED_FOR: 0.25,
    Predicate.BASED_ON: 0.21,
    Predicate.PART_OF: 0.28,
    Predicate.OUTPERFORMS: 0.28,
    Predicate.COMPARED_WITH: 0.2,
    Predicate.TRAINED_ON: 0.22,
}
#: Words between two names of one sentence.
_BETWEEN: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern, re.IGNORECASE))
    for name, pattern in (
        ("based on", r"\b(?:based|build\w*|built|rel(?:y|ies|ying)|extend\w*|extension|adapt\w*|variant|initiali[sz]\w*|fine-tun\w*|inspired|generali[sz]\w*|modif\w*|derived|grounded)\b"),
        ("uses", r"\b(?:us(?:es|ing|e|ed)|leverag\w+|utili[sz]\w+|employ\w*|appl(?:y|ies|ied|ying)|adopt\w*|combin\w+|integrat\w+|exploit\w*|harness\w*|unif\w+)\b"),
        ("with", r"\b(?:with|via|by|through|within|into|in)\b"),
        ("for", r"\b(?:for|to|towards?|on)\b"),
        ("addresses", r"\b(?:address\w*|solv\w*|tackl\w*|mitigat\w*|alleviat\w*|reduc\w*|improv\w*|enhanc\w*|enabl\w*|handl\w*|perform\w*|overcom\w*|prevent\w*|eliminat\w*|support\w*)\b"),
        ("module", r"\b(?:module|component|consist\w*|compris\w*|includ\w*|contain\w*|incorporat\w*|equipped|introduc\w*|loss|stages?|objective|block|layer|strategy|mechanism|propos\w*|compos\w*|first|second|third|couples?)\b"),
        ("outperforms", r"\b(?:outperform\w*|surpass\w*|better|exceed\w*|superior|beats?|improve\w* (?:up)?on|improvements?|over|gains?|faster|higher|lower)\b"),
        ("compares", r"\b(?:compar\w+|competitive|on par|match\w*|versus|vs|relative|rival\w*|against|than|unlike|baselines?)\b"),
        ("trained", r"\b(?:train\w*|pre-?train\w*|fine-?tun\w*|learn\w*|supervis\w*|distill\w*)\b"),
        ("named", r"\b(?:called|named|termed|dubbed|namely|i\.e\.)"),
        ("is a", r"^\W*(?:\([^)]*\)\W*)?(?:,|is)\s*(?:an?|the|our)\b"),
        ("only joined", r"^(?:[\s,;/&()-]|\band\b|\bor\b)*$"),
        ("hyphen", r"^-\s?\w*\s*$|^\s$"),
        ("such as", r"\b(?:such as|including|like|e\.g)\b"),
        ("not", r"\b(?:not|without|instead|rather|unlike|existing|however|while|whereas)\b"),
        ("other clause", r"[;:]|, (?:and|which|where|while)\b"),
    )
)  # fmt: skip
#: The cues of the entities' roles that tell relations too.
_PASSED_ON = (
    "in title", "only in title", "is title up to colon", "before title colon", "title, part after colon", "only before proposal",
    "first in proposal", "only after proposal", "we propose", "named", "our", "proposed", "outperforms", "compared with", "than", "baselines", "unlike",
    "based on", "using", "address", "for", "recent", "apposition", "achieves", "suffer", "generic noun", "based", "in a list", "result sentence",
    "own sentence", "proposing sentence", "occurs once", "occurs often", "proper name", "lower case", "model class", "digit in name", "trained on",
    "evaluated on", "from source", "title, after for", "title, after with", "title, after via", "title, after of", "title, after in",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pair:
    """Two entities (or OWN) that a predicate may join, where they stand nearest, and what speaks for it."""

    head: int
    tail: int
    sentence: int
    features: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class RelationGuess:
    """A relation with its probability; indices of groups, or OWN; the sentence where the two meet, else where the tail stands."""

    head: int
    predicate: Predicate
    tail: int
    sentence: int
    confidence: float
    rule: str


class Document:
    """What the features of pairs ask again and again, computed once a paper."""

    def __init__(
        self, text: Text, groups: Sequence[Group], roles: Sequence[RoleGuess], cues: Sequence[Mapping[str, float]]
    ) -> None:
        self.text, self.groups, self.roles = text, groups, roles
        self.cues = [[cue for cue in _PASSED_ON if cue in own] for own in cues]
        self.at = [
            [(occurrence.start, occurrence.end, text.sentence_at(occurrence.start)) for occurrence in group.occurrences]
            for group in groups
        ]
        self.sentences = [{sentence for _, _, sentence in own} for own in self.at]
        self.names = [frozenset(re.findall(r"\w+", group.name)) for group in groups]
        introduced = [
            (
                roles[i].chances.get(Role.INTRODUCED, 0.0) * (1.5 if "is title up to colon" in cues[i] else 1.0)
                + 0.02 * len(self.at[i]),
                -i,
            )
            for i, group in enumerate(groups)
            if group.kind is Kind.METHOD
        ]
        best = max(introduced, default=(0.0, 0))
        self.main = -best[1] if best[0] > 0.4 else OWN
        self.unnamed = 1.0
        for i, group in enumerate(groups):
            if group.kind is Kind.METHOD:
                self.unnamed *= 1.0 - roles[i].chances.get(Role.INTRODUCED, 0.0)
        self.introduced = sum(
            roles[i].chances.get(Role.INTRODUCED, 0.0) for i, group in enumerate(groups) if group.kind is Kind.METHOD
        )
        self.tasks = sum(group.kind is Kind.TASK for group in groups)


def pairs(document: Document, predicate: Predicate) -> Iterator[Pair]:
    """Every pair the predicate may join, with its features."""
    heads, tails = CANDIDATES[predicate]
    kinds = [group.kind for group in document.groups]
    own = [OWN] if document.unnamed > 0.2 else []
    for head in [*(i for i, kind in enumerate(kinds) if kind in heads), *own]:
        for tail in [
            *(i for i, kind in enumerate(kinds) if kind in tails),
            *(own if predicate is Predicate.PART_OF else []),
        ]:
            if head != tail and not (predicate is Predicate.PART_OF and OWN in (head, tail) and head == OWN):
                yield _pair(document, head, tail)


def _pair(document: Document, head: int, tail: int) -> Pair:
    features: dict[str, float] = {}
    for end, name in ((head, "head"), (tail, "tail")):
        if end == OWN:
            features[f"{name} unnamed"] = document.unnamed
            continue
        for role, chance in document.roles[end].chances.items():
            features[f"{name} {role}"] = chance
        for cue in document.cues[end]:
            features[f"{name}: {cue}"] = 1.0
        features[f"{name} is {document.groups[end].kind}"] = 1.0
        if end == document.main:
            features[f"{name} is main"] = 1.0
    _role_products(document, head, tail, features)
    features["introduced methods"] = min(4.0, document.introduced) / 4
    features["tasks"] = min(6, document.tasks) / 6
    if head == OWN or tail == OWN:
        known = tail if head == OWN else head
        return Pair(head, tail, document.at[known][0][2], features)
    sentence = _nearness(document, head, tail, features)
    names = document.names
    if names[tail] and names[tail] < names[head]:
        features["head name holds tail name"] = 1.0
    elif names[head] and names[head] < names[tail]:
        features["tail name holds head name"] = 1.0
    return Pair(head, tail, sentence, features)


def _role_products(document: Document, head: int, tail: int, features: dict[str, float]) -> None:
    none: Mapping[Role, float] = {Role.INTRODUCED: document.unnamed}
    heads = none if head == OWN else document.roles[head].chances
    tails = none if tail == OWN else document.roles[tail].chances
    for first, chance in heads.items():
        for second, other in tails.items():
            features[f"{first} and {second}"] = chance * other
    if head == document.main and head != OWN:
        for second, other in tails.items():
            features[f"main and {second}"] = other
    if tail == document.main and tail != OWN:
        for first, chance in heads.items():
            features[f"{first} and main"] = chance


def _nearness(document: Document, head: int, tail: int, features: dict[str, float]) -> int:
    """Where the two stand nearest; the words between them, if in one sentence. Returns that sentence, or the tail's first."""
    shared = document.sentences[head] & document.sentences[tail]
    features["shared sentences"] = min(3, len(shared)) / 3
    if 0 in shared:
        features["both in title"] = 1.0
    if not shared:
        gap = min(abs(first - second) for first in document.sentences[head] for second in document.sentences[tail])
        features["next sentence" if gap == 1 else "far apart"] = 1.0
        return document.at[tail][0][2]
    best = None
    for start, end, sentence in document.at[head]:
        if sentence in shared:
            for other_start, other_end, other in document.at[tail]:
                if other == sentence:
                    forward = other_start >= end
                    gap = other_start - end if forward else start - other_end
                    if best is None or gap < best[0]:
                        best = (gap, forward, min(end, other_end), max(start, other_start), sentence)
            if best is not None and best[0] < 0:
                break
    assert best is not None
    gap, forward, begin, end, sentence = best
    order = "then" if forward else "after"
    between = document.text.text[begin:end]
    features["same sentence"] = 1.0
    features[f"head {order} tail"] = 1.0
    features[f"{'near' if gap < 25 else 'middling' if gap < 80 else 'wide'} {order}"] = 1.0
    inner = sum(begin <= start and stop <= end for own in document.at for start, stop, _ in own)
    features[f"{min(inner, 3)} names between"] = 1.0
    if len(between) <= 250:
        for name, pattern in _BETWEEN:
            if pattern.search(between):
                features[f"{order}: {name}"] = 1.0
    return sentence


def guess_relations(
    document: Document, opinions: Mapping[tuple[int, Predicate, int], float], models: Mapping[str, Linear]
) -> list[RelationGuess]:
    """The relations whose probability reaches their predicate's threshold; `opinions` are the tagger's probabilities."""
    guesses = []
    for predicate in CANDIDATES:
        model = models[f"{predicate} with tagger" if opinions else str(predicate)]
        candidates = list(pairs(document, predicate))
        rows = [with_opinion(pair, predicate, opinions) for pair in candidates]
        chances = model.probabilities(rows)[:, model.labels.index("yes")] if rows else []
        for pair, row, chance in zip(candidates, rows, chances, strict=True):
            if chance >= THRESHOLDS[predicate]:
                guesses.append(
                    RelationGuess(pair.head, predicate, pair.tail, pair.sentence, float(chance), reason(model, row))
                )
    return guesses


def with_opinion(
    pair: Pair, predicate: Predicate, opinions: Mapping[tuple[int, Predicate, int], float]
) -> Mapping[str, float]:
    """The pair's features and the tagger's opinion of it, as log odds."""
    if not opinions:
        return pair.features
    chance = min(0.995, max(0.005, opinions.get((pair.head, predicate, pair.tail), 0.0)))
    return {**pair.features, "tagger": log(chance / (1 - chance))}


def reason(model: Linear, row: Mapping[str, float]) -> str:
    """The feature that speaks most for the relation."""
    yes = model.labels.index("yes")
    worth = {
        name: value * float(model.weights[model.columns[name], yes])
        for name, value in row.items()
        if name in model.columns
    }
    return max(worth, key=lambda name: (worth[name], name)) if worth else "prior"
