"""What other rooms answer about a graph, as JSON for the page: papers to read next, leaderboards."""

from collections.abc import Mapping
from typing import Any

from kg.graph import Graph
from kg.leaderboard import Row, leaderboard, resources
from kg.related import related

Json = Any
#: Papers to read next in the details of a paper.
NEXT = 4
#: Above so many papers the page finds what to read next itself, by shared rare concepts: asking the index about each
#: paper takes some 25 ms.
ASK_UP_TO = 1000
#: Rows of one metric on a leaderboard: nobody reads on, and the papers' own details have every result.
ROWS = 25


def read_next(graph: Graph, index_of: Mapping[str, int]) -> Mapping[str, list[Json]]:
    """Paper id -> [paper, reason] of the papers to read next; empty for a graph of very many papers."""
    if len(graph.papers()) > ASK_UP_TO:
        return {}
    return {
        paper.id: [[index_of[answer.paper.id], answer.text] for answer in related(graph, paper, k=NEXT) if answer.text]
        for paper in graph.papers()
    }


def leaderboards(graph: Graph, index_of: Mapping[str, int]) -> dict[str, Json]:
    """Concept -> its boards: a metric with [value, method, paper] from the best on, and how many rows were left out."""
    return {
        str(index_of[concept.id]): _boards(leaderboard(graph, concept).rows, index_of)
        for concept, _ in resources(graph)
        if concept.id in index_of
    }


def _boards(rows: tuple[Row, ...], index_of: Mapping[str, int]) -> list[Json]:
    by_metric: dict[str, list[Row]] = {}
    for row in rows:
        metric = row.metric.name if row.metric else "metric not said"
        gain = ", improvement" if row.result.kind == "improvement" else ""
        by_metric.setdefault(f"{metric}{gain}", []).append(row)
    return [
        {
            "metric": metric,
            "rows": [[row.result.text, index_of[row.method.id], index_of[row.paper.id]] for row in found[:ROWS]],
            "more": max(len(found) - ROWS, 0),
        }
        for metric, found in by_metric.items()
    ]
