"""Concepts by the date they first appear and by how much they grow, as far as the papers carry dates."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from kg.graph import Graph
from kg.model import PAPER_PREDICATES, Concept, Kind, Paper, PartialDate, Predicate
from kg.notebook import table

#: Up to so many years of papers, a period is a month; beyond, a year.
_MONTHS_UP_TO_YEARS = 2
_BARS = " ▁▂▃▄▅▆▇█"


@dataclass(frozen=True, slots=True)
class Trend:
    """A concept: its first paper's date, its papers in each period, and its growth.

    `growth` is its share of the later half of the dated papers over its share of the earlier half, both with one paper
    added, so that 1 is no change; `papers` counts the dated ones, `undated` the others.
    """

    concept: Concept
    first: PartialDate | None
    counts: tuple[int, ...]
    growth: float
    papers: int
    undated: int

    @property
    def plot(self) -> str:
        """One bar a period, the highest a full block."""
        most = max(self.counts, default=0)
        return "".join(_BARS[-(-count * (len(_BARS) - 1) // most)] if most else " " for count in self.counts)


@dataclass(frozen=True, slots=True)
class Trends:
    """The trends of one kind, the fastest growing first, and what they rest on."""

    kind: Kind | None
    periods: tuple[str, ...]
    rows: tuple[Trend, ...]
    papers: int
    undated: int

    @property
    def basis(self) -> str:
        """How many papers this rests on, in words."""
        return f"{self.papers - self.undated} of {self.papers} papers carry a date; {self.undated} have none"

    def __len__(self) -> int:
        return len(self.rows)

    def _repr_html_(self) -> str:
        head = ("concept", "first", "papers", "growth", "plot")
        rows = (
            (
                escape(row.concept.name),
                str(row.first or ""),
                str(row.papers),
                f"{row.growth:.2f}",
                f"<pre>{row.plot}</pre>",
            )
            for row in self.rows
        )
        return table(head, rows, caption=self.basis)


def trends(graph: Graph, kind: Kind | str | None = None) -> Trends:
    """The concepts of a kind, or all, by growth; only papers that do more than mention a concept count.

    A concept without any dated paper comes last, with no first date and growth 1.
    """
    papers = graph.papers()
    dated = sorted((paper for paper in papers if _year(paper) is not None), key=_when)
    periods, period_of = _periods(dated)
    later = frozenset(paper.id for paper in dated[len(dated) // 2 :])
    rows = []
    for concept in graph.concepts(None if kind is None else Kind(kind)):
        working = {
            claim.subject
            for claim in graph.claims(object=concept.id)
            if claim.predicate in PAPER_PREDICATES and claim.predicate is not Predicate.MENTIONS
        }
        if working:
            own = [paper for paper in dated if paper.id in working]
            counts = Counter(period_of[paper.id] for paper in own)
            rows.append(
                Trend(
                    concept,
                    own[0].published if own else None,
                    tuple(counts[period] for period in periods),
                    _growth(sum(paper.id in later for paper in own), len(own), len(later), len(dated)),
                    len(own),
                    len(working) - len(own),
                )
            )
    rows.sort(key=lambda row: (not row.papers, -row.growth, -row.papers, row.concept.id))
    return Trends(Kind(kind) if kind else None, periods, tuple(rows), len(papers), len(papers) - len(dated))


def _year(paper: Paper) -> int | None:
    return paper.published.year if paper.published else None


def _when(paper: Paper) -> tuple[int, int, int, str]:
    """Sorts dated papers; what a partial date leaves open counts as its beginning."""
    date = paper.published or PartialDate()
    return date.year or 0, date.month or 0, date.day or 0, paper.id


def _periods(dated: Sequence[Paper]) -> tuple[tuple[str, ...], Mapping[str, str]]:
    """All periods from the first dated paper to the last, none left out, and the period of each paper.

    Months where the papers span few years and each says its month, else years.
    """
    if not dated:
        return (), {}
    first, last = _when(dated[0]), _when(dated[-1])
    by_month = last[0] - first[0] < _MONTHS_UP_TO_YEARS and all(_when(paper)[1] for paper in dated)
    if by_month:
        months = range(first[0] * 12 + first[1] - 1, last[0] * 12 + last[1])
        names = tuple(f"{month // 12}-{month % 12 + 1:02d}" for month in months)
        return names, {paper.id: "{}-{:02d}".format(*_when(paper)) for paper in dated}
    years = tuple(str(year) for year in range(first[0], last[0] + 1))
    return years, {paper.id: str(_year(paper)) for paper in dated}


def _growth(later: int, own: int, all_later: int, everything: int) -> float:
    """((later + 1) / (all later + 1)) / ((earlier + 1) / (all earlier + 1)), two decimals."""
    earlier, all_earlier = own - later, everything - all_later
    return round((later + 1) / (all_later + 1) / ((earlier + 1) / (all_earlier + 1)), 2)
