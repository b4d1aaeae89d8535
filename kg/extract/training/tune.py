"""Thresholds and calibration from held-out papers: what the quantised model says of texts it was not trained on."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from kg.extract.decoding import Name, spelling_key
from kg.extract.heads import PREDICATES
from kg.extract.judging import UNJUDGED, Judge, Seen, features_of, fitted, threshold_class
from kg.extract.pairs import KINDS
from kg.extract.tagger import Reading, Tagger
from kg.extract.training.gold import gold_spans
from kg.extract.wordpiece import WORD

#: Names this unlikely are collected when thresholds are sought; the best ones lie well above.
_LOWEST = 0.2
#: Points of a calibration curve: each stands for at least so many mentions.
_PER_POINT = 60
_SMALLEST_RELATION = 0.1
#: Thresholds whose gains differ by less, in names, do about as well.
_SLACK = 3.5
_KIND = {kind.upper(): n for n, kind in enumerate(KINDS)}
#: A threshold a kind, and another for what is likeliest introduced.
_CLASSES = 2 * len(KINDS)
#: Nothing needs less: who annotated the further papers marks one entity in twenty more than the gold, and held out F1
#: is the same from 0.33 to 0.45.
LENIENT = 0.4
#: What is likeliest introduced needs just this: a reader looks for it first.
INTRODUCED = 0.35


def tuned(tagger: Tagger, papers: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The second look fitted to `papers`, the thresholds of the best concept and relation F1, and the calibration."""
    open_ended = {"thresholds": [0.0] * _CLASSES, "judge": [UNJUDGED] * len(KINDS)}
    readings = [Reading(with_settings(tagger, tagger.settings | open_ended), text_of(paper)) for paper in papers]
    judges = _judges(readings, papers, tagger.judge.seen)
    judge = Judge(tagger.judge.seen, judges)
    ranked: list[list[tuple[float, float]]] = [[] for _ in range(_CLASSES)]
    mentions: list[list[tuple[float, float]]] = [[] for _ in KINDS]
    looks = [_second_look(judge, reading, paper) for reading, paper in zip(readings, papers, strict=True)]
    for reading, paper, look in zip(readings, papers, looks, strict=True):
        entity_of = matched([name for name, _ in look], paper["entities"])
        kinds = {
            span[:2]: _KIND[paper["entities"][span[2]]["type"]]
            for span in gold_spans(paper["entities"], text_of(paper))
        }
        for n, (name, own_class) in enumerate(look):
            ranked[own_class].append((name.probability, float(n in entity_of)))
            for offsets in reading.offsets(name):
                mentions[name.kind].append((name.probability, float(kinds.get(offsets) == name.kind)))
    thresholds = best_thresholds(ranked, sum(len(paper["entities"]) for paper in papers))
    thresholds = [INTRODUCED if n >= len(KINDS) else max(own, LENIENT) for n, own in enumerate(thresholds)]
    relations: list[list[tuple[float, float]]] = [[] for _ in PREDICATES]
    for reading, paper, look in zip(readings, papers, looks, strict=True):
        found = [name for name, own_class in look if name.probability >= thresholds[own_class]]
        own = {n: paper["entities"][m]["name"] for n, m in matched(found, paper["entities"]).items()} | {-1: "THIS"}
        gold = {tuple(relation) for relation in paper["relations"]}
        entities, kinds_found = [reading.offsets(name) for name in found], [KINDS[name.kind] for name in found]
        for head, predicate, tail, chance in reading.relations(entities, kinds_found, at_least=_SMALLEST_RELATION):
            right = head in own and tail in own and (own[head], predicate, own[tail]) in gold
            relations[PREDICATES.index(predicate)].append((chance, float(right)))
    relation_thresholds = best_thresholds(relations, sum(len(paper["relations"]) for paper in papers))
    return tagger.settings | {
        "judge": judges,
        "thresholds": thresholds,
        "calibration": {kind: calibration(own) for kind, own in zip(KINDS, mentions, strict=True)},
        "relation_thresholds": dict(zip(PREDICATES, relation_thresholds, strict=True)),
    }


def _second_look(judge: Judge, reading: Reading, paper: Mapping[str, Any]) -> list[tuple[Name, int]]:
    """The names of a text that are not hopeless, with their class of threshold."""
    roles = reading.roles_of_names(reading.names)
    judged = judge.judged(reading.names, reading.words, len(paper["title"]), roles)
    looked = [(name, threshold_class(name, own)) for name, own in zip(judged, roles, strict=True)]
    return [(name, own_class) for name, own_class in looked if name.probability >= _LOWEST]


def _judges(readings: Sequence[Reading], papers: Sequence[Mapping[str, Any]], seen: Seen) -> list[list[float]]:
    rows: list[list[list[float]]] = [[] for _ in KINDS]
    right: list[list[float]] = [[] for _ in KINDS]
    for reading, paper in zip(readings, papers, strict=True):
        entity_of = matched(reading.names, paper["entities"])
        roles = reading.roles_of_names(reading.names)
        for n, (name, own) in enumerate(zip(reading.names, roles, strict=True)):
            rows[name.kind].append(features_of(name, reading.words, len(paper["title"]), seen, own))
            right[name.kind].append(float(n in entity_of))
    return [fitted(own, answers) for own, answers in zip(rows, right, strict=True)]


def seen_in(papers: Sequence[Mapping[str, Any]]) -> dict[str, tuple[int, ...]]:
    """How many of `papers` hold each annotated name's key, and how many annotate it as each kind."""
    annotated: dict[str, list[int]] = defaultdict(lambda: [0] * len(KINDS))
    for paper in papers:
        for entity in paper["entities"]:
            for key in {spelling_key(mention) for mention in entity["mentions"]} - {""}:
                annotated[key][_KIND[entity["type"]]] += 1
    holding: Counter[str] = Counter()
    for paper in papers:
        text = text_of(paper)
        words = [found.span() for found in WORD.finditer(text)]
        spans = {(begin, words[m][1]) for n, (begin, _) in enumerate(words) for m in range(n, min(n + 6, len(words)))}
        holding.update({spelling_key(text[begin:end]) for begin, end in spans} & annotated.keys())
    return {key: (max(holding[key], *counts), *counts) for key, counts in annotated.items()}


def with_settings(tagger: Tagger, settings: dict[str, Any]) -> Tagger:
    """The same model under other settings."""
    return Tagger(
        judge=Judge(tagger.judge.seen, settings["judge"]),
        encoder=tagger.encoder,
        heads=tagger.heads,
        pieces=tagger.pieces,
        settings=settings,
        model_hash=tagger.model_hash,
    )


def text_of(paper: Mapping[str, Any]) -> str:
    return f"{paper['title']}\n{paper['abstract']}"


def matched(names: Sequence[Name], entities: Sequence[Mapping[str, Any]]) -> dict[int, int]:
    """Index of the gold entity of each found name that has one: same kind, one spelling in common, one to one."""
    own = [{spelling_key(surface) for surface in name.surfaces} for name in names]
    gold = [{spelling_key(form) for form in [entity["name"], *entity["mentions"]]} for entity in entities]
    shared = sorted(
        (-len(a & b), j, i)
        for i, a in enumerate(own)
        for j, b in enumerate(gold)
        if a & b and KINDS[names[i].kind].upper() == entities[j]["type"]
    )
    out: dict[int, int] = {}
    taken = set[int]()
    for _, j, i in shared:
        if i not in out and j not in taken:
            out[i] = j
            taken.add(j)
    return out


def best_thresholds(classes: Sequence[Iterable[tuple[float, float]]], gold: int) -> list[float]:
    """One threshold a class for the best F1 over all: what is right with at least F1 / 2 is kept (Dinkelbach).

    Of thresholds that do about as well the lowest: the very best one of a small class is chance.
    """
    ranked = [sorted(own, reverse=True) for own in classes]
    best, thresholds = 0.5, [0.5] * len(ranked)
    for _ in range(10):
        hits = kept = 0.0
        for n, own in enumerate(ranked):
            right = np.array([right for _, right in own])
            gain = np.cumsum(2 * right - best)
            take = int(np.flatnonzero(gain >= gain.max() - _SLACK)[-1]) + 1 if len(own) and gain.max() > 0 else 0
            hits, kept = hits + float(right[:take].sum()), kept + take
            thresholds[n] = round(own[take - 1][0], 3) if take else 1.0
        best = 2 * hits / max(1.0, kept + gold)
    return thresholds


def calibration(pairs: Iterable[tuple[float, float]]) -> dict[str, list[float]]:
    """A rising curve from raw probability to the share of right ones (isotonic regression over equal-sized bins)."""
    ranked = sorted(pairs)
    blocks: list[list[float]] = []  # [weight, sum of raw, sum of right]
    for at in range(0, len(ranked) - _PER_POINT + 1, _PER_POINT):
        part = ranked[at : at + _PER_POINT] if at + 2 * _PER_POINT <= len(ranked) else ranked[at:]
        blocks.append([float(len(part)), sum(raw for raw, _ in part), sum(right for _, right in part)])
        while len(blocks) > 1 and blocks[-2][2] / blocks[-2][0] >= blocks[-1][2] / blocks[-1][0]:
            last = blocks.pop()
            blocks[-1] = [a + b for a, b in zip(blocks[-1], last, strict=True)]
    if not blocks:
        return {"raw": [0.0, 1.0], "right": [0.0, 1.0]}
    return {
        "raw": [round(raw / weight, 3) for weight, raw, _ in blocks],
        "right": [round(right / weight, 3) for weight, _, right in blocks],
    }


def reliability(readings: Iterable[tuple[Reading, Mapping[str, Any]]]) -> list[tuple[float, int, float]]:
    """(lower edge, mentions, share right) of each tenth of confidence."""
    seen: dict[int, list[bool]] = defaultdict(list)
    for reading, paper in readings:
        kinds = {span[:2]: paper["entities"][span[2]]["type"] for span in gold_spans(paper["entities"], text_of(paper))}
        for span in reading.spans:
            seen[min(9, int(span.confidence * 10 + 1e-9))].append(
                kinds.get((span.start, span.end)) == span.kind.upper()
            )
    return [(tenth / 10, len(own), sum(own) / len(own)) for tenth, own in sorted(seen.items())]
