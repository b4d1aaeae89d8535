"""What each entity does in its paper: cues in title and sentences, weighed together with the tagger's own opinion."""

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log

from kg.extract.cues import fired
from kg.extract.document import Group, Occurrence, Text
from kg.extract.linear import Linear
from kg.model import ROLES_OF_KIND, Kind, Role

#: How far before and after a mention cues are looked for, in characters.
_REACH_BEFORE, _REACH_AFTER = 160, 80
#: What may stand between two names of one list.
_JOIN = re.compile(
    r"[\s,;/&]*(?:\b(?:and|or|as well as|the|both|with)\b[\s,]*)*(?:\([^()]{0,40}\)\s*)?[\s,]*", re.IGNORECASE
)
_JOINER = re.compile(r"[,/&]|\band\b|\bor\b")
_LONGEST_JOIN = 60
_PROPER = re.compile(r"[A-Z].*[A-Z0-9]|[a-z]+[A-Z0-9]|^[A-Z][a-z]+$")
_CLASS_NOUNS = ("model", "models", "network", "networks", "learning", "transformer", "LLM", "LLMs", "VLM")
_TITLE_WORDS = frozenset(
    ("for", "in", "on", "via", "with", "using", "of", "by", "from", "through", "to", "Using", "towards", "Towards")
)
#: Sentence number that no sentence has: "there is no sentence that proposes".
_NEVER = 1 << 20
#: Chances are kept this far from 0 and 1 before their logarithm is taken.
_LEAST = 0.003
#: Likelihood of the name times that of the role below which nothing is called introduced: three in four would be wrong.
_INTRODUCED = 0.3
#: Cues that may overrule the tagger.
_SUREST_CUES = ("is title up to colon", "before title colon", "named", "we propose", "our", "only before proposal")
#: The linear model of each kind, by name in the weights file.
MODEL_OF_KIND: Mapping[Kind, str] = {
    Kind.METHOD: "role of method",
    Kind.DATASET: "role of resource",
    Kind.BENCHMARK: "role of resource",
    Kind.TASK: "role of task",
    Kind.METRIC: "role of metric",
}
#: Suffix of the models that weigh rules and tagger against each other.
WITH_TAGGER = ", with tagger"


@dataclass(frozen=True, slots=True)
class RoleGuess:
    """A role with its probability, the chances of the others, and the cue that spoke most for it."""

    role: Role
    confidence: float
    rule: str
    chances: Mapping[Role, float]


class _Sentences:
    """What the cues ask again and again of one text."""

    def __init__(self, text: Text, groups: Sequence[Group]) -> None:
        self.text = text
        self.order = sorted((own.start, own.end) for group in groups for own in group.occurrences)
        self._cues: dict[int, list[str]] = {}

    def cues(self, number: int) -> list[str]:
        """The cues of a whole sentence."""
        if number not in self._cues:
            begin, end = self.text.sentences[number]
            sentence = self.text.text[begin:end]
            self._cues[number] = fired("sentence", sentence)
            if any(char.isdigit() for char in sentence):
                self._cues[number].append("number in sentence")
        return self._cues[number]

    @cached_property
    def proposing(self) -> int:
        """The first sentence after the title that proposes something."""
        numbers = range(1, len(self.text.sentences))
        return next((number for number in numbers if "proposing sentence" in self.cues(number)), _NEVER)


def role_features(text: Text, groups: Sequence[Group]) -> list[dict[str, float]]:
    """The cues that fire for each group."""
    sentences = _Sentences(text, groups)
    return [_features(sentences, group) for group in groups]


def _features(sentences: _Sentences, group: Group) -> dict[str, float]:
    text = sentences.text
    found: dict[str, float] = {}
    numbers = sorted({text.sentence_at(occurrence.start) for occurrence in group.occurrences})
    for occurrence in group.occurrences:
        if occurrence.start < text.title_end:
            _title_cues(text, occurrence, found)
        else:
            _sentence_cues(sentences, occurrence, found)
    last = len(text.sentences) - 1
    in_abstract = [number for number in numbers if number]
    proposing = sentences.proposing
    for name, holds in (
        ("occurs once", len(group.occurrences) == 1),
        ("occurs often", len(group.occurrences) > 3),
        ("in title", numbers[0] == 0),
        ("only in title", not in_abstract),
        ("first in sentence 1", numbers[0] == 1),
        ("only before proposal", numbers[0] != 0 and numbers[-1] < proposing),
        ("first in proposal", bool(in_abstract) and in_abstract[0] == proposing),
        ("only after proposal", numbers[0] > proposing),
        ("only at the end", numbers[0] >= last - 1 and last > 2),
        ("proper name", " " not in group.name and _PROPER.search(group.name) is not None),
        ("lower case", group.name.islower()),
        ("long name", group.name.count(" ") >= 3),
        ("digit in name", any(char.isdigit() for char in group.name)),
        ("is benchmark", group.kind is Kind.BENCHMARK),
        ("model class", group.name.endswith(_CLASS_NOUNS)),
    ):
        if holds:
            found[name] = 1.0
    found["occurrences"] = min(4, len(group.occurrences)) / 4
    found["first place"] = numbers[0] / (last + 1)
    found["last place"] = numbers[-1] / (last + 1)
    return found


def _title_cues(text: Text, occurrence: Occurrence, found: dict[str, float]) -> None:
    title = text.text[: text.title_end]
    colon = title.find(":")
    if occurrence.start <= 1:
        found["begins title"] = 1.0
    if title[occurrence.end : occurrence.end + 1] == ":":
        found["before title colon"] = 1.0
        if occurrence.start <= 1:
            found["is title up to colon"] = 1.0
    elif colon >= 0:
        found["title, part before colon" if occurrence.end <= colon else "title, part after colon"] = 1.0
    before = title[: occurrence.start].rstrip()
    word = before[before.rfind(" ") + 1 :]
    if word in _TITLE_WORDS:
        found[f"title, after {word}"] = 1.0
    elif word.endswith("ing"):
        found["title, after -ing"] = 1.0


def _sentence_cues(sentences: _Sentences, occurrence: Occurrence, found: dict[str, float]) -> None:
    text, order = sentences.text, sentences.order
    number = text.sentence_at(occurrence.start)
    begin, end = text.sentences[number]
    head = list_head(text.text, occurrence.start, begin, order)
    near = text.text[max(begin, occurrence.start - _REACH_BEFORE) : occurrence.start]
    after = text.text[occurrence.end : min(end, occurrence.end + _REACH_AFTER)]
    names = [*fired("before", near), *fired("after", after), *sentences.cues(number)]
    if head != occurrence.start:
        names += ["in a list", *fired("before", text.text[max(begin, head - _REACH_BEFORE) : head])]
    if near.endswith("(") and after[:1] in (")", "s"):
        names.append("in brackets")
    if occurrence.start - begin < 3:
        names.append("begins sentence")
    earlier = bisect_left(order, (occurrence.start, 0)) - 1
    if earlier < 0 or order[earlier][0] < begin:
        names.append("first name of its sentence")
    for name in names:
        found[name] = 1.0


def list_head(text: str, start: int, begin: int, order: Sequence[tuple[int, int]]) -> int:
    """Where the list that the name at `start` stands in begins: "A" of "A, B, and C"; `start` itself outside lists.

    `begin` is the start of its sentence, `order` the spans of all names, sorted.
    """
    head = start
    for at in range(bisect_left(order, (start, 0)) - 1, -1, -1):
        other_start, other_end = order[at]
        if other_start < begin or other_end > head or not _joined(text[other_end:head]):
            break
        head = other_start
    return head


def _joined(between: str) -> bool:
    return len(between) < _LONGEST_JOIN and _JOINER.search(between) is not None and _JOIN.fullmatch(between) is not None


def guess_roles(
    groups: Sequence[Group],
    features: Sequence[Mapping[str, float]],
    opinions: Sequence[Mapping[str, float]],
    models: Mapping[str, Linear],
) -> list[RoleGuess]:
    """The likeliest role of each group; `opinions` are the tagger's chances by role, empty where it has none."""
    guesses = []
    for group, cues, opinion in zip(groups, features, opinions, strict=True):
        name = MODEL_OF_KIND[group.kind]
        model = models[name]
        chances = allowed_chances(group.kind, model, model.probabilities([cues])[0])
        rule = _reason(model, cues, max(chances, key=lambda role: (chances[role], role)))
        if opinion and name + WITH_TAGGER in models:
            row = both_opinions(chances, opinion, cues)
            both = models[name + WITH_TAGGER]
            chances = allowed_chances(group.kind, both, both.probabilities([row])[0])
        best, *others = sorted(chances, key=lambda role: (chances[role], role), reverse=True)
        name_chance = max(own.confidence for own in group.occurrences)
        if best is Role.INTRODUCED and others and name_chance * chances[best] < _INTRODUCED:
            best, rule = others[0], "too doubtful to be introduced"
        elif opinion and best != max(opinion, key=lambda role: (opinion[role], role)):
            rule = f"cue: {rule}"
        elif opinion:
            rule = _reason(model, cues, best)
        guesses.append(RoleGuess(best, chances[best], rule, chances))
    return guesses


def allowed_chances(kind: Kind, model: Linear, row: Sequence[float]) -> dict[Role, float]:
    """The chances of the roles this kind may have, summing to 1."""
    chances = {role: float(row[model.labels.index(role)]) for role in ROLES_OF_KIND[kind] if role in model.labels}
    total = sum(chances.values())
    return {role: chance / total for role, chance in chances.items()}


def both_opinions(
    rules: Mapping[Role, float], tagger: Mapping[str, float], cues: Mapping[str, float]
) -> dict[str, float]:
    """Logarithms of both chances of each role, and the surest cues: a linear model over them is a weighted mean."""
    row = {cue: 1.0 for cue in _SUREST_CUES if cue in cues}
    for role, chance in rules.items():
        row[f"rules: {role}"] = log(max(_LEAST, chance))
        row[f"tagger: {role}"] = log(max(_LEAST, tagger.get(role, 0.0)))
    return row


def _reason(model: Linear, row: Mapping[str, float], role: Role) -> str:
    """The cue that speaks most for the role against the mean of the others."""
    own = model.labels.index(role)
    worth = {
        name: value * float(model.weights[model.columns[name], own] - model.weights[model.columns[name]].mean())
        for name, value in row.items()
        if name in model.columns
    }
    return max(worth, key=lambda name: (worth[name], name)) if worth else "prior"
