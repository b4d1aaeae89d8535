"""Results on one data set, benchmark or task across papers, best first in the metric's own direction."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from html import escape

from kg.errors import AmbiguousNameError
from kg.graph import Graph
from kg.lookup import find_concept, words
from kg.model import Concept, Kind, Paper, Predicate, Result
from kg.notebook import table
from kg.text import squeeze

#: Metrics whose smaller value is the better one, by a word of their name; of all others the larger is.
_LESS = frozenset(
    words(
        """
        perplexity ppl bpb loss error errors wer cer der fvd kid lpips rmse mse mae mape nrmse rmsd nll ade fde ate rpe
        absrel latency runtime time memory flops macs cost costs distance ece brier hallucination toxicity carbon energy
        hallucinations regret eer divergence overhead parameters steps tokens calls hausdorff chamfer hd95 forgetting
        complexity usage consumption collision violations misclassification ttft footprint
        """
    ).split()
)
#: FID and its kin: gFID, rFID.
_LESS_ENDING = "fid"
#: Words that turn it round: a reduction of the error, tokens per second, explained variance.
_MORE = frozenset(
    words(
        """
        reduction saving savings speedup decrease recall precision accuracy f1 throughput consistency efficiency second
        explained similarity per
        """
    ).split()
)
#: What one name may be in two papers.
_RESOURCES = frozenset({Kind.DATASET, Kind.BENCHMARK})


@dataclass(frozen=True, slots=True)
class Row:
    """One reported number.

    `method` is a concept, or the paper itself where its method has no name; `rank` counts from 1 within its metric and
    kind, None where the text cannot be read as a number; `conflict` says what else was reported for the same method,
    resource and metric.
    """

    rank: int | None
    method: Concept | Paper
    on: Concept | None
    metric: Concept | None
    result: Result
    paper: Paper
    sentence: str
    conflict: tuple[str, ...] = ()

    @property
    def method_name(self) -> str:
        """The method's name; for an unnamed one, whose it is."""
        return self.method.name if isinstance(self.method, Concept) else f"(method of “{squeeze(self.method.title)}”)"


@dataclass(frozen=True, slots=True)
class Leaderboard:
    """`absolute` values and `improvements` apart, each by resource and metric, then best first."""

    resource: Concept
    absolute: tuple[Row, ...]
    improvements: tuple[Row, ...]

    @property
    def rows(self) -> tuple[Row, ...]:
        """Absolute values, then improvements."""
        return self.absolute + self.improvements

    def __len__(self) -> int:
        return len(self.rows)

    def __str__(self) -> str:
        lines = [self.resource.name]
        for title, rows in (("absolute", self.absolute), ("improvement", self.improvements)):
            lines += [f"  {title}"] if rows else []
            for row in rows:
                metric = row.metric.name if row.metric else "metric not said"
                conflict = f"  [also {', '.join(row.conflict)}]" if row.conflict else ""
                value = f"{row.rank or '-':>3}  {row.result.text:>10}"
                lines.append(f"  {value}  {metric}  {row.method_name}  {row.paper.title}{conflict}")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        head = ("", "value", "kind", "metric", "method", "paper", "sentence")
        rows = ([escape(str(cell)) for cell in _cells(row)] for row in self.rows)
        return table(head, rows, caption=self.resource.name)


def leaderboard(graph: Graph, resource: str | Concept, metric: str | Concept | None = None) -> Leaderboard:
    """The results on one resource (a data set, benchmark or task) and its versions, of one metric or of all.

    Raises UnknownNameError, AmbiguousNameError.
    """
    on = resource if isinstance(resource, Concept) else find_resource(graph, resource)
    by = metric if isinstance(metric, Concept) or metric is None else find_concept(graph, metric, Kind.METRIC)
    metric_id = by.id if by else None
    results = [result for each in _covered(graph, on) for result in graph.results(on=each, metric=metric_id)]
    rows = [_row(graph, result) for result in results]
    return Leaderboard(
        on,
        _ranked([row for row in rows if row.result.kind != "improvement"]),
        _ranked([row for row in rows if row.result.kind == "improvement"]),
    )


def find_resource(graph: Graph, name: str) -> Concept:
    """The data set, benchmark or task of a name; where it fits several exactly, the one with the most results."""
    try:
        return find_concept(graph, name)
    except AmbiguousNameError:
        fitting = [c for c, _ in resources(graph) if words(name) in map(words, (c.name, *c.aliases))]
        if not fitting:
            raise
        return fitting[0]


def resources(graph: Graph) -> tuple[tuple[Concept, int], ...]:
    """What has results, with how many, the most first."""
    counts = Counter(result.on for result in graph.results() if result.on)
    known = [(concept, counts[concept.id]) for concept in graph.concepts() if concept.id in counts]
    return tuple(sorted(known, key=lambda pair: (-pair[1], pair[0].id)))


def less_is_better(metric: Concept | None) -> bool:
    """Whether a smaller value of a metric is the better one, by the words of its names."""
    said = set(words(" ".join((metric.name, *metric.aliases))).split()) if metric else set()
    less = not said.isdisjoint(_LESS) or any(word.endswith(_LESS_ENDING) for word in said)
    return less and said.isdisjoint(_MORE)


def _ranked(rows: Sequence[Row]) -> tuple[Row, ...]:
    """Rows of one kind, board after board (resource, metric, unit), the board with the most rows first."""
    boards: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for row in rows:
        boards[row.on.id if row.on else "", row.metric.id if row.metric else "", _scale(row.result)].append(row)
    ordered = sorted(boards.items(), key=lambda board: (-len(board[1]), board[0]))
    return tuple(row for _, board in ordered for row in _ranked_board(board))


def _ranked_board(rows: Sequence[Row]) -> Iterable[Row]:
    """The rows of one board, best first; equal values share a rank; conflicts are noted on each row of theirs."""
    percent = any(row.result.unit == "percent" for row in rows)
    value_of = {row.result.id: _comparable(row.result, percent) for row in rows}
    sign = 1 if less_is_better(rows[0].metric) and rows[0].result.kind != "improvement" else -1

    def key(row: Row) -> tuple[bool, Decimal, str]:
        value = value_of[row.result.id]
        return value is None, sign * (value or Decimal(0)), row.result.id

    ordered = sorted(rows, key=key)
    values = [value_of[row.result.id] for row in ordered]
    for place, row in enumerate(ordered):
        value = values[place]
        rank = None if value is None else values.index(value) + 1
        conflict = tuple(
            f"{other.result.text} in “{squeeze(other.paper.title)}”"
            for other in ordered
            if other.method.id == row.method.id
            and row.result.kind != "improvement"
            and None not in (value, value_of[other.result.id])
            and value_of[other.result.id] != value
        )
        yield replace(row, rank=rank, conflict=conflict)


def _scale(result: Result) -> str:
    """What values must share to be compared: percent and bare numbers may be one scale, seconds and factors are not."""
    return "" if result.unit in (None, "percent", "points", "percentage-point") else result.unit


def _comparable(result: Result, percent: bool) -> Decimal | None:
    """The number to sort by; a bare 0.77 among percentages is 77."""
    value = number(result)
    fraction = value is not None and percent and result.unit is None and 0 < value <= 1
    return value * 100 if value is not None and fraction else value


def _cells(row: Row) -> tuple[object, ...]:
    conflict = f" (also {', '.join(row.conflict)})" if row.conflict else ""
    metric = row.metric.name if row.metric else ""
    kind, text = row.result.kind, row.result.text + conflict
    return row.rank or "", text, kind, metric, row.method_name, row.paper.title, row.sentence


def number(result: Result) -> Decimal | None:
    """The number to sort by: the value, the middle of a range."""
    if result.value is not None:
        return result.value
    if result.value_min is not None and result.value_max is not None:
        return (result.value_min + result.value_max) / 2
    return None


def _covered(graph: Graph, resource: Concept) -> list[str]:
    """A resource, what bears its name in another kind (a benchmark here, a data set there), and their versions."""
    same = [c.id for c in graph.concepts() if words(c.name) == words(resource.name) and c.kind in _RESOURCES]
    all_names = dict.fromkeys([resource.id, *same])
    narrower = [claim.subject for each in all_names for claim in graph.claims(object=each, predicate=Predicate.BROADER)]
    return list(dict.fromkeys([*all_names, *narrower]))


def _row(graph: Graph, result: Result) -> Row:
    method, paper = graph.node(result.method), graph.node(result.paper)
    ends = [graph.node(end) if end else None for end in (result.on, result.metric)]
    on, metric = (end if isinstance(end, Concept) else None for end in ends)
    if isinstance(method, Result) or not isinstance(paper, Paper):
        raise TypeError(f"{result.id} is the result of no method or of no paper")
    return Row(None, method, on, metric, result, paper, squeeze(graph.text_of(result.evidence.sentence)))
