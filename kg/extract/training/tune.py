"""Thresholds and calibration from held-out papers: what the quantised model says of texts it was not trained on."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from kg.extract.decoding import Name, spelling_key
from kg.extract.heads import PREDICATES
from kg.extract.pairs import KINDS
from kg.extract.tagger import Reading, Tagger
from kg.extract.training.gold import gold_spans

#: Names this unlikely are collected when thresholds are sought; the best ones lie well above.
_LOWEST = 0.2
#: Points of a calibration curve: each stands for at least so many mentions.
_PER_POINT = 60
_SMALLEST_RELATION = 0.1


def tuned(tagger: Tagger, papers: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The settings that give the best concept, relation and result F1 on `papers`; calibration on their mentions."""
    loose = dict(tagger.settings)
    loose["thresholds"] = [_LOWEST] * len(KINDS)
    names: list[list[tuple[float, float]]] = [[] for _ in KINDS]
    mentions: list[list[tuple[float, float]]] = [[] for _ in KINDS]
    gold_count = 0
    for paper in papers:
        reading = Reading(with_settings(tagger, loose), text_of(paper))
        gold_count += len(paper["entities"])
        entity_of = matched(reading.names, paper["entities"])
        kinds = {span[:2]: paper["entities"][span[2]]["type"] for span in gold_spans(paper["entities"], text_of(paper))}
        for n, name in enumerate(reading.names):
            names[name.kind].append((name.probability, float(n in entity_of)))
            for offsets in reading.offsets(name):
                mentions[name.kind].append((name.probability, float(kinds.get(offsets) == KINDS[name.kind].upper())))
    settings = dict(loose)
    settings["thresholds"] = best_thresholds(names, gold_count)
    settings["calibration"] = {kind: calibration(own) for kind, own in zip(KINDS, mentions, strict=True)}
    settings["relation_thresholds"] = dict.fromkeys(PREDICATES, _SMALLEST_RELATION)
    settings["result_threshold"] = _SMALLEST_RELATION
    relations: list[list[tuple[float, float]]] = [[] for _ in PREDICATES]
    gold_relations = sum(len(paper["relations"]) for paper in papers)
    for paper in papers:
        reading = Reading(with_settings(tagger, settings), text_of(paper))
        entity_of = matched(reading.names, paper["entities"])
        gold_names = [entity["name"] for entity in paper["entities"]]
        own = {n: gold_names[entity] for n, entity in entity_of.items()} | {-1: "THIS"}
        gold = {tuple(relation) for relation in paper["relations"]}
        entities = [reading.offsets(name) for name in reading.names]
        for head, predicate, tail, probability in reading.relations(
            entities, [KINDS[name.kind] for name in reading.names]
        ):
            right = head in own and tail in own and (own[head], predicate, own[tail]) in gold
            relations[PREDICATES.index(predicate)].append((probability, float(right)))
    found = best_thresholds(relations, gold_relations)
    settings["relation_thresholds"] = dict(zip(PREDICATES, found, strict=True))
    settings["result_threshold"] = 0.5
    return settings


def with_settings(tagger: Tagger, settings: dict[str, Any]) -> Tagger:
    """The same model under other settings."""
    return Tagger(
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
    """One threshold a class for the best F1 over all: what is right with at least F1 / 2 is kept (Dinkelbach)."""
    ranked = [sorted(own, reverse=True) for own in classes]
    best, thresholds = 0.5, [0.5] * len(ranked)
    for _ in range(10):
        hits = kept = 0.0
        for n, own in enumerate(ranked):
            right = np.array([right for _, right in own])
            gain = np.cumsum(2 * right - best)
            take = int(np.argmax(gain)) + 1 if len(own) and gain.max() > 0 else 0
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
