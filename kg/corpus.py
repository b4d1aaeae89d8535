"""The same paper seen twice becomes one paper that remembers each place."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from kg.model import Paper, PaperMerge
from kg.sources.identity import title_id
from kg.text import title_key

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Corpus:
    """Distinct papers, by id; how many entries they were made from; and what was merged."""

    papers: tuple[Paper, ...]
    entries: int
    merges: tuple[PaperMerge, ...]


def merge(entries: Iterable[Paper]) -> Corpus:
    """Join entries that are one paper: the same DOI, arXiv id, or title, unless their DOIs or arXiv ids differ.

    The result does not depend on the order of the entries. Two papers of different titles that came with the same plain
    id stay two papers.
    """
    everything = sorted(entries, key=_order)
    by_title: dict[str, list[Paper]] = defaultdict(list)
    for paper in everything:
        by_title[title_key(paper.title)].append(paper)
    groups: dict[str, list[Paper]] = defaultdict(list)
    for key, same_title in by_title.items():
        strong = sorted({paper.id for paper in same_title if _is_strong(paper)})
        for paper in same_title:
            groups[paper.id if _is_strong(paper) else (strong[0] if strong else f"title {key}")].append(paper)
    merged = [_one(group) for _, group in sorted(groups.items())]
    papers, merges = _with_distinct_ids([paper for paper, _ in merged]), [merge for _, merge in merged if merge]
    return Corpus(tuple(sorted(papers, key=lambda paper: paper.id)), len(everything), tuple(merges))


def _order(paper: Paper) -> tuple[object, ...]:
    return (paper.id, paper.title, paper.abstract, [(place.file, place.line) for place in paper.seen_in])


def _is_strong(paper: Paper) -> bool:
    return paper.id.startswith(("doi:", "arxiv:"))


def _one(group: Sequence[Paper]) -> tuple[Paper, PaperMerge | None]:
    """All that the entries of one paper tell, and how they were found to be one."""
    best = max(group, key=lambda paper: (len(paper.abstract), paper.abstract, paper.title))
    places = tuple(sorted({place for paper in group for place in paper.seen_in}, key=lambda p: (p.file, p.line)))
    paper = Paper(
        id=min((paper.id for paper in group), key=_id_rank),
        title=best.title,
        abstract=best.abstract,
        ids=_union(paper.ids for paper in group),
        authors=max((paper.authors for paper in group), key=lambda authors: (len(authors), authors)),
        author_count=_largest(paper.author_count for paper in group),
        organisation=max(paper.organisation or "" for paper in group) or None,
        published=max((paper.published for paper in group if paper.published), key=str, default=None),
        comments=_largest(paper.comments for paper in group),
        upvotes=_largest(paper.upvotes for paper in group),
        links=_union(paper.links for paper in group),
        seen_in=places,
    )
    if len(group) == 1:
        return paper, None
    titles = tuple(sorted({member.title for member in group}))
    rule = "same title" if len({title_key(title) for title in titles}) == 1 else "same id"
    if len({member.abstract for member in group}) > 1:
        rule += ", the longest abstract kept"
    return paper, PaperMerge(paper.id, places, rule, titles)


def _with_distinct_ids(papers: Sequence[Paper]) -> list[Paper]:
    """Where two different papers came with the same plain id, each is known by its title instead."""
    holders: dict[str, int] = defaultdict(int)
    for paper in papers:
        holders[paper.id] += 1
    return [paper if holders[paper.id] == 1 else replace(paper, id=title_id(paper.title)) for paper in papers]


def _id_rank(paper_id: str) -> tuple[int, str]:
    return (("doi", "arxiv", "id", "title").index(paper_id.partition(":")[0]), paper_id)


def _union(parts: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(sorted({value for part in parts for value in part}))


def _largest(values: Iterable[int | None]) -> int | None:
    return max((value for value in values if value is not None), default=None)
