"""Relations between the entities of one paper: used for, based on, part of, outperforms, compared with, trained on.

A paper says most of them only as a whole: what it introduces serves the tasks it addresses and builds on what it uses.
So the roles of the two ends weigh as much as the words between them.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log

from kg.extract.cues import fired
from kg.extract.document import Group, Text
from kg.extract.linear import YES, Linear, yes
from kg.extract.roles import WITH_TAGGER, RoleGuess
from kg.model import Kind, Predicate, Role

#: The index that stands for the paper's own unnamed method.
OWN = -1
#: The index that stands for "not said".
NOTHING = -2
#: The labels of the models that say whether something holds.
_LEAST = 0.003
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
THRESHOLDS_WITH_TAGGER: Mapping[Predicate, float] = {
    Predicate.USED_FOR: 0.24,
    Predicate.BASED_ON: 0.18,
    Predicate.PART_OF: 0.24,
    Predicate.OUTPERFORMS: 0.12,
    Predicate.COMPARED_WITH: 0.15,
    Predicate.TRAINED_ON: 0.2,
}
#: The cues of the entities' roles that tell relations too.
_PASSED_ON = frozenset(
    """
    in title
    only in title
    is title up to colon
    before title colon
    title, part after colon
    only before proposal
    first in proposal
    only after proposal
    we propose
    named
    our
    proposed
    outperforms
    compared with
    than
    baselines
    unlike
    based on
    using
    address
    for
    recent
    apposition
    achieves
    suffer
    generic noun
    based
    in a list
    result sentence
    own sentence
    proposing sentence
    occurs once
    occurs often
    proper name
    lower case
    model class
    digit in name
    trained on
    evaluated on
    from source
    title, after for
    title, after with
    title, after via
    title, after of
    title, after in
    """.strip().split("\n    ")
)
#: Words between two names longer than this are not read for cues.
_WIDEST = 250
#: With more entities than this (a hostile text), only those that share a sentence are paired.
_MANY = 60
#: The unnamed method takes part where all named ones are together no surer to be introduced.
_UNNAMED = 0.2


@dataclass(frozen=True, slots=True)
class Pair:
    """Two entities (or OWN) that a predicate may join, where they stand nearest, and what speaks for it."""

    head: int
    tail: int
    sentence: int
    features: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class RelationGuess:
    """A relation with its probability; indices of groups, or OWN; the sentence where the two meet, else the tail's."""

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
        self.cues = [[cue for cue in own if cue in _PASSED_ON] for own in cues]
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
        tasks = [
            (roles[i].chances.get(Role.ADDRESSED, 0.0) + (0 in self.sentences[i]) + 0.05 * len(self.at[i]), -i)
            for i, group in enumerate(groups)
            if group.kind is Kind.TASK
        ]
        #: The task that title and text speak of most; NOTHING where there is none.
        self.main_task = -max(tasks)[1] if tasks else NOTHING
        self._pairs: dict[tuple[int, int], Pair] = {}

    def pair(self, head: int, tail: int) -> Pair:
        """The pair with its features, which are the same for every predicate."""
        if (head, tail) not in self._pairs:
            self._pairs[head, tail] = _pair(self, head, tail)
        return self._pairs[head, tail]


def pairs(document: Document, predicate: Predicate) -> Iterator[Pair]:
    """Every pair the predicate may join, with its features."""
    heads, tails = CANDIDATES[predicate]
    kinds = [group.kind for group in document.groups]
    own = [OWN] if document.unnamed > _UNNAMED else []
    crowded = len(kinds) > _MANY
    for head in [*(i for i, kind in enumerate(kinds) if kind in heads), *own]:
        for tail in [
            *(i for i, kind in enumerate(kinds) if kind in tails),
            *(own if predicate is Predicate.PART_OF else []),
        ]:
            if head == tail or (head == OWN and predicate is Predicate.PART_OF):
                continue
            if crowded and OWN not in (head, tail) and not document.sentences[head] & document.sentences[tail]:
                continue
            yield document.pair(head, tail)


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
    """Where the two stand nearest, and the words between them. Returns their common sentence, or the tail's first."""
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
    if len(between) <= _WIDEST:
        for name in fired("between", between):
            features[f"{order}: {name}"] = 1.0
    return sentence


def guess_relations(
    document: Document, opinions: Mapping[tuple[int, Predicate, int], float], models: Mapping[str, Linear]
) -> list[RelationGuess]:
    """The relations whose probability reaches their predicate's threshold; `opinions` are the tagger's chances."""
    guesses = []
    for predicate in CANDIDATES:
        model = models[predicate]
        found = list(pairs(document, predicate))
        rows = [pair.features for pair in found]
        chances = yes(model, rows)
        if opinions and predicate + WITH_TAGGER in models:
            asked = [opinions.get((pair.head, predicate, pair.tail), 0.0) for pair in found]
            both = [both_opinions(rules, tagger) for rules, tagger in zip(chances, asked, strict=True)]
            chances = yes(models[predicate + WITH_TAGGER], both)
        threshold = (THRESHOLDS_WITH_TAGGER if opinions else THRESHOLDS)[predicate]
        for pair, row, chance in zip(found, rows, chances, strict=True):
            if chance >= threshold:
                rule = reason(model, row)
                guesses.append(RelationGuess(pair.head, predicate, pair.tail, pair.sentence, chance, rule))
    return guesses


def both_opinions(rules: float, tagger: float) -> dict[str, float]:
    """The log odds of both: a linear model over them weighs the one against the other."""
    return {"rules": log_odds(rules), "tagger": log_odds(tagger), "tagger silent": float(tagger == 0.0)}


def log_odds(chance: float) -> float:
    """The logarithm of chance / (1 - chance), kept finite."""
    kept = min(1 - _LEAST, max(_LEAST, chance))
    return log(kept / (1 - kept))


def reason(model: Linear, row: Mapping[str, float]) -> str:
    """The feature that speaks most for the relation."""
    column = model.labels.index(YES)
    worth = {
        name: value * float(model.weights[model.columns[name], column])
        for name, value in row.items()
        if name in model.columns
    }
    return max(worth, key=lambda name: (worth[name], name)) if worth else "prior"
