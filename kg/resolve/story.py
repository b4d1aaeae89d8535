"""The story of a node, told from the decisions: its names, what was merged, what refused, and why."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from kg.model import Concept, Decision

#: The columns of the list of decisions, in order.
COLUMNS = ("verdict", "name", "other", "rule", "concept", "papers", "note")


@dataclass(frozen=True, slots=True)
class Story:
    """One concept: its decisions by verdict; `related` are the refusals and doubts that speak of its names."""

    concept: Concept
    merged: tuple[Decision, ...]
    refused: tuple[Decision, ...]
    other: tuple[Decision, ...]


def why(concept: Concept, decisions: Iterable[Decision]) -> Story:
    """All that was decided about the names of a concept, sorted."""
    names = {concept.name, *concept.aliases}
    found: dict[str, set[Decision]] = defaultdict(set)
    for decision in decisions:
        own = decision.concept == concept.id
        if decision.verdict == "merged":
            if own:
                found["merged"].add(decision)
        elif own or decision.name in names or decision.other in names:
            found["refused" if decision.verdict == "refused" else "other"].add(decision)
    return Story(concept, *(tuple(sorted(found[part])) for part in ("merged", "refused", "other")))


def merges_tsv(decisions: Iterable[Decision]) -> str:
    """Every decision as tab-separated text with a header: what `merges.tsv` holds."""
    rows: list[tuple[str, ...]] = [COLUMNS]
    for decision in sorted(decisions, key=lambda each: (each.verdict, each.concept, each)):
        papers = " ".join(decision.papers)
        cells = (
            decision.verdict,
            decision.name,
            decision.other,
            decision.rule,
            decision.concept,
            papers,
            decision.note,
        )
        rows.append(tuple(" ".join(cell.split()) for cell in cells))
    return "".join("\t".join(row) + "\n" for row in rows)
