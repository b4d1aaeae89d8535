"""Scores extractions against gold annotations, with the figures that the annotations' own scorer gives.

    mention     exact span and type
    concept     one thing an entity: same type and a common surface form, up to case, spaces, punctuation and plural s
    introduced  the concept score of the entities with role "introduced"
    role        share of the matched entities whose role agrees
    result      method, on, metric, value and kind all equal, names through the match of entities
    relation    head, predicate and tail all equal, likewise

Works on records: the dictionaries that `kg.extract.records` writes and the annotations hold.
"""

import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

from kg.extract.document import Group, Occurrence
from kg.model import Kind
from kg.text import URL, caseless

Record = Mapping[str, Any]
TYPES = ("METHOD", "DATASET", "BENCHMARK", "TASK", "METRIC")
#: Data sets and benchmarks taken as one type, for annotators tell them apart least.
RESOURCE = "RESOURCE"
ALL = "ALL"
_NOT_KEY = re.compile(r"[^a-z0-9+@.]+")
_DASH = re.compile(r"(?<=[\d%])\s*(?:--?|–|—)\s*(?=\d)")
_UNSAID = re.compile(r"[\s%≈+]")


@dataclass(slots=True)
class Count:
    """True positives, predicted and gold things, and the figures they give."""

    right: int = 0
    predicted: int = 0
    gold: int = 0

    def add(self, right: int, predicted: int, gold: int) -> None:
        """Count one paper."""
        self.right += right
        self.predicted += predicted
        self.gold += gold

    @property
    def precision(self) -> float:
        """In [0, 1]; 0 where nothing was predicted."""
        return self.right / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        """In [0, 1]; 0 where the gold holds nothing."""
        return self.right / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of the two."""
        return 2 * self.right / (self.predicted + self.gold) if self.right else 0.0


@dataclass(slots=True)
class Scores:
    """The counts of every score, the roles, and what was missed or invented how often."""

    papers: int = 0
    mention: dict[str, Count] = field(default_factory=lambda: {kind: Count() for kind in (*TYPES, ALL)})
    concept: dict[str, Count] = field(default_factory=lambda: {kind: Count() for kind in (*TYPES, RESOURCE, ALL)})
    introduced: Count = field(default_factory=Count)
    result: Count = field(default_factory=Count)
    relation: Count = field(default_factory=Count)
    roles_right: int = 0
    roles: int = 0
    missed: Counter[tuple[str, str]] = field(default_factory=Counter)
    invented: Counter[tuple[str, str]] = field(default_factory=Counter)
    confused_roles: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    @property
    def role_accuracy(self) -> float:
        """Share of matched entities whose role agrees; 0 where none matched."""
        return self.roles_right / self.roles if self.roles else 0.0

    def to_json(self) -> dict[str, Any]:
        """Figures rounded to four places, under the scorer's own names."""
        return {
            "papers": self.papers,
            "mention": {kind: _figures(count) for kind, count in self.mention.items()},
            "concept": {kind: _figures(count) for kind, count in self.concept.items()},
            "introduced": _figures(self.introduced),
            "role_accuracy": round(self.role_accuracy, 4),
            "result": _figures(self.result),
            "relation": _figures(self.relation),
        }


def _figures(count: Count) -> dict[str, float | int]:
    return {
        "p": round(count.precision, 4),
        "r": round(count.recall, 4),
        "f1": round(count.f1, 4),
        "gold": count.gold,
        "pred": count.predicted,
    }


def score(gold: Iterable[Record], predicted: Mapping[str, Record]) -> Scores:
    """The scores of predictions by paper id; a paper without prediction counts as an empty one."""
    scores = Scores()
    for paper in gold:
        _score_paper(paper, predicted.get(paper["id"], {"entities": []}), scores)
    return scores


def _score_paper(gold: Record, predicted: Record, scores: Scores) -> None:
    scores.papers += 1
    golden, found = gold["entities"], predicted.get("entities", [])
    if "abstract" in gold:
        text = f"{gold['title']}\n{gold['abstract']}"
        gold_spans, found_spans = spans(golden, text), spans(found, text)
        for kind in TYPES:
            ours = {span for span, own in found_spans.items() if own == kind}
            theirs = {span for span, own in gold_spans.items() if own == kind}
            for counted in (kind, ALL):
                scores.mention[counted].add(len(ours & theirs), len(ours), len(theirs))
    pairs = match(golden, found, _same_type)
    for kind in TYPES:
        right = sum(golden[i]["type"] == kind for i, _ in pairs)
        for counted in (kind, ALL):
            scores.concept[counted].add(right, _of_type(found, kind), _of_type(golden, kind))
    loose = match(golden, found, same_loose_type)
    scores.concept[RESOURCE].add(
        sum(_loose(golden[i]["type"]) == RESOURCE for i, _ in loose), _resources(found), _resources(golden)
    )
    _score_roles(golden, found, pairs, scores)
    own_names = {name: name for name in ["THIS", *(entity["name"] for entity in golden)]}
    names = {"THIS": "THIS", **{found[j]["name"]: golden[i]["name"] for i, j in loose}}
    for key, count, of in (("results", scores.result, _result_key), ("relations", scores.relation, _relation_key)):
        theirs_keys = {of(row, own_names) for row in gold.get(key, [])}
        our_keys = {of(row, names) for row in predicted.get(key, [])}
        count.add(len(theirs_keys & our_keys), len(our_keys), len(theirs_keys))


def _score_roles(
    golden: Sequence[Record], found: Sequence[Record], pairs: Sequence[tuple[int, int]], scores: Scores
) -> None:
    for i, j in pairs:
        scores.roles += 1
        if golden[i]["role"] == found[j]["role"]:
            scores.roles_right += 1
        else:
            scores.confused_roles[golden[i]["type"], golden[i]["role"], found[j]["role"]] += 1
    theirs = [entity for entity in golden if entity["role"] == "introduced"]
    ours = [entity for entity in found if entity["role"] == "introduced"]
    scores.introduced.add(len(match(theirs, ours, same_loose_type)), len(ours), len(theirs))
    hit_gold, hit_found = {i for i, _ in pairs}, {j for _, j in pairs}
    scores.missed.update((e["type"], e["name"]) for i, e in enumerate(golden) if i not in hit_gold)
    scores.invented.update((e["type"], e["name"]) for j, e in enumerate(found) if j not in hit_found)


def _of_type(entities: Sequence[Record], kind: str) -> int:
    return sum(entity["type"] == kind for entity in entities)


def _resources(entities: Sequence[Record]) -> int:
    return sum(_loose(entity["type"]) == RESOURCE for entity in entities)


def _loose(kind: str) -> str:
    return RESOURCE if kind in ("DATASET", "BENCHMARK") else kind


def _same_type(one: str, other: str) -> bool:
    return one == other


def same_loose_type(one: str, other: str) -> bool:
    return _loose(one) == _loose(other)


def match(golden: Sequence[Record], found: Sequence[Record], same: Callable[[str, str], bool]) -> list[tuple[int, int]]:
    """Pairs of entities of one type with a common form, one to one, those that share the most forms first."""
    their_forms, our_forms = [forms(entity) for entity in golden], [forms(entity) for entity in found]
    possible = []
    for i, own in enumerate(golden):
        for j, other in enumerate(found):
            shared = len(their_forms[i] & our_forms[j])
            if shared and same(own["type"], other["type"]):
                possible.append((-shared, i, j))
    pairs: list[tuple[int, int]] = []
    used_gold, used_found = set[int](), set[int]()
    for _, i, j in sorted(possible):
        if i not in used_gold and j not in used_found:
            used_gold.add(i)
            used_found.add(j)
            pairs.append((i, j))
    return pairs


def forms(entity: Record) -> Set[str]:
    """The name and every surface form of an entity, normalised."""
    written = [entity["name"], *(_surface(mention) for mention in entity.get("mentions", []))]
    return {normal for normal in map(_norm, written) if normal}


def _surface(mention: Any) -> str:
    return str(mention["text"] if isinstance(mention, Mapping) else mention)


def _norm(written: str) -> str:
    key = _NOT_KEY.sub("", caseless(written).replace("&", "and")).strip(".")
    return key[:-1] if len(key) > 3 and key.endswith("s") and not key.endswith("ss") else key


def spans(entities: Sequence[Record], text: str) -> dict[tuple[int, int], str]:
    """Half-open offsets -> type: given offsets as they are, then every occurrence of the strings, longest first."""
    urls = [url.span() for url in URL.finditer(text)]
    taken = bytearray(len(text) + 1)
    for start, end in urls:
        taken[start:end] = b"\1" * (end - start)
    found: dict[tuple[int, int], str] = {}
    strings = set()
    for entity in entities:
        for mention in entity.get("mentions", []):
            if isinstance(mention, Mapping) and "start" in mention:
                found[mention["start"], mention["end"]] = entity["type"]
            else:
                strings.add((_surface(mention), entity["type"]))
    found = {at: kind for at, kind in found.items() if not any(a < at[1] and at[0] < b for a, b in urls)}
    for start, end in found:
        taken[start:end] = b"\1" * (end - start)
    for surface, kind in sorted(strings, key=lambda pair: (-len(pair[0]), pair)):
        for hit in re.finditer(rf"(?<![A-Za-z0-9]){re.escape(surface)}(?![A-Za-z0-9])", text):
            if not any(taken[hit.start() : hit.end()]):
                taken[hit.start() : hit.end()] = b"\1" * len(surface)
                found[hit.span()] = kind
    return found


def given_groups(record: Record, text: str) -> list[Group]:
    """The entities of an annotated record as groups: every occurrence of their strings, longest first."""
    urls = [url.span() for url in URL.finditer(text)]
    taken = bytearray(len(text) + 1)
    for start, end in urls:
        taken[start:end] = b"\1" * (end - start)
    found: dict[str, list[Occurrence]] = {}
    strings = {
        (_surface(mention), entity["name"], entity["type"])
        for entity in record["entities"]
        for mention in entity["mentions"]
    }
    kinds: dict[str, Kind] = {}
    for surface, name, kind in sorted(strings, key=lambda own: (-len(own[0]), own)):
        kinds.setdefault(name, next(own for own in Kind if own.upper() == kind))
        for hit in re.finditer(rf"(?<![A-Za-z0-9]){re.escape(surface)}(?![A-Za-z0-9])", text):
            if not any(taken[hit.start() : hit.end()]):
                taken[hit.start() : hit.end()] = b"\1" * len(surface)
                found.setdefault(name, []).append(Occurrence(hit.start(), hit.end(), kinds[name], 1.0, "given"))
    return [
        Group(name, kinds[name], tuple(sorted(own)))
        for name, own in sorted(found.items(), key=lambda pair: min(pair[1]))
    ]


def value_key(written: str) -> str:
    """A reported number as compared: no spaces, percent signs, tildes, leading plus; any dash between digits is one."""
    dashed = _DASH.sub("~", written.replace("\\", ""))
    return _UNSAID.sub("", dashed.lstrip("~")).strip(".,")


def _result_key(row: Record, names: Mapping[str, str]) -> Hashable:
    place, metric = row.get("on"), row.get("metric")
    return (
        names.get(row["method"], f"?{row['method']}"),
        names.get(place, "?") if place else None,
        names.get(metric, "?") if metric else None,
        value_key(str(row["value"])),
        row.get("kind"),
    )


def _relation_key(row: Sequence[str], names: Mapping[str, str]) -> Hashable:
    head, predicate, tail = row
    return names.get(head, f"?{head}"), predicate, names.get(tail, f"?{tail}")
