"""From what a person types to the paper or concept meant: by id, by exact name, by a part that fits only one."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from kg.errors import AmbiguousNameError, UnknownNameError
from kg.graph import Graph
from kg.model import Concept, Kind, Paper, Predicate
from kg.text import fold

#: How many near names an error suggests: enough to find a typing slip, few enough to read.
SUGGESTIONS = 3
#: Two names are near where they share at least this part of their letter trigrams (see `_nearest`); below it is noise.
NEAR = 0.15

_WORDS = re.compile(r"[^\W_]+")
_VERSION = re.compile(r"v\d+$")
#: What people write before an arXiv id or a DOI when they paste one.
_ADDRESS = re.compile(
    r"^(?:https?://)?(?:www\.|dx\.)?(?:arxiv\.org/(?:abs|pdf|html)/|doi\.org/|huggingface\.co/papers/)"
)
#: The schemes a paper's id may carry; a person leaves them out.
_SCHEMES = ("arxiv:", "doi:", "id:", "title:")


def find_paper(graph: Graph, name: str) -> Paper:
    """The paper of this id (ours, or any it came with), title, short title (before a colon), or part of one title.

    Where no title fits, the one paper that introduces the concept of this name. Raises UnknownNameError with the
    nearest titles, AmbiguousNameError with all that fit.
    """
    index = _index(graph)
    for key in _spellings_of_id(name):
        if graph.has(key) and isinstance(paper := graph.node(key), Paper):
            return paper
        if papers := index.raw_ids.get(key):
            return index.only_paper(graph, name, papers)
    wanted = words(name)
    if wanted:
        for fitting in (index.titles, index.short_titles):
            if wanted in fitting:
                return index.only_paper(graph, name, fitting[wanted])
        if parts := _containing(index.titles, wanted):
            return index.only_paper(graph, name, parts)
        if introducer := _introducer(graph, index, wanted):
            return introducer
    near = _nearest(wanted, {**index.short_titles, **index.titles})
    raise UnknownNameError(name, "paper", tuple(dict.fromkeys(index.paper_label(graph, paper) for paper in near)))


def find_concept(graph: Graph, name: str, kind: Kind | str | None = None) -> Concept:
    """The concept of this id (former ids too), name, alias, or part of one name; `kind` narrows the choice.

    A name spelled exactly goes before one that differs in case or hyphens. Raises UnknownNameError with the nearest
    names, AmbiguousNameError with the ids of all that fit.
    """
    index = _index(graph)
    if graph.has(name) and isinstance(concept := graph.node(name), Concept) and kind in (None, concept.kind):
        return concept
    wanted = words(name)

    def allowed(ids: Iterable[str]) -> list[Concept]:
        found = [node for each in ids if isinstance(node := graph.node(each), Concept)]
        return [concept for concept in found if kind in (None, concept.kind)]

    steps: tuple[Callable[[], Iterable[str]], ...] = (
        lambda: index.display_names.get(name.strip(), ()),
        lambda: index.alias_names.get(name.strip(), ()),
        lambda: index.concept_names.get(wanted, ()),
        lambda: index.concept_aliases.get(wanted, ()),
        lambda: _containing(index.concept_names, wanted),
        lambda: _containing(index.concept_aliases, wanted),
    )
    for step in steps:
        if wanted and (concepts := allowed(step())):
            candidates = concepts[0].candidates or [concept.id for concept in concepts]
            if len(candidates) > 1:
                raise AmbiguousNameError(name, "concept", candidates)
            return concepts[0]
    what = "concept" if kind is None else str(kind)
    near = allowed(_nearest(wanted, {**index.concept_aliases, **index.concept_names}, limit=4 * SUGGESTIONS))
    names = dict.fromkeys(concept.name for concept in near)
    raise UnknownNameError(name, what, tuple(names)[:SUGGESTIONS])


def words(name: str) -> str:
    """The words of a name, folded, one space between: `ZIP-FIT:` and `zip fit` agree."""
    return " ".join(_WORDS.findall(fold(name)))


@dataclass(frozen=True, slots=True)
class _Names:
    """Every name of a graph, as written or as `words`, with the ids it stands for."""

    raw_ids: Mapping[str, tuple[str, ...]]
    titles: Mapping[str, tuple[str, ...]]
    short_titles: Mapping[str, tuple[str, ...]]
    display_names: Mapping[str, tuple[str, ...]]
    alias_names: Mapping[str, tuple[str, ...]]
    concept_names: Mapping[str, tuple[str, ...]]
    concept_aliases: Mapping[str, tuple[str, ...]]

    def paper_label(self, graph: Graph, paper_id: str) -> str:
        """A paper's title; with its id where another paper has the same title."""
        paper = graph.node(paper_id)
        title = paper.title if isinstance(paper, Paper) else ""
        return title if len(self.titles.get(words(title), ())) == 1 else f"{title} ({paper_id})"

    def only_paper(self, graph: Graph, name: str, ids: Iterable[str]) -> Paper:
        """The paper of the only id; raises AmbiguousNameError where there are several."""
        papers = [paper for each in sorted(ids) if isinstance(paper := graph.node(each), Paper)]
        if len(papers) > 1:
            raise AmbiguousNameError(name, "paper", tuple(self.paper_label(graph, paper.id) for paper in papers))
        return papers[0]


#: One index a graph, built at the first look-up; graphs do not change.
_INDEXES: WeakKeyDictionary[Graph, _Names] = WeakKeyDictionary()


def _index(graph: Graph) -> _Names:
    if graph not in _INDEXES:
        papers, concepts = graph.papers(), graph.concepts()
        aliases = [(alias, concept.id) for concept in concepts for alias in concept.aliases]
        _INDEXES[graph] = _Names(
            raw_ids=_by_name((key, p.id) for p in papers for raw in p.ids for key in (raw, *_spellings_of_id(raw))),
            titles=_by_name((words(p.title), p.id) for p in papers),
            short_titles=_by_name((words(p.title.partition(":")[0]), p.id) for p in papers if ":" in p.title),
            display_names=_by_name((c.name, c.id) for c in concepts),
            alias_names=_by_name(aliases),
            concept_names=_by_name((words(c.name), c.id) for c in concepts),
            concept_aliases=_by_name((words(alias), concept) for alias, concept in aliases),
        )
    return _INDEXES[graph]


def _by_name(pairs: Iterable[tuple[str, str]]) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, set[str]] = defaultdict(set)
    for name, node_id in pairs:
        found[name].add(node_id)
    return {name: tuple(sorted(ids)) for name, ids in sorted(found.items())}


def _spellings_of_id(raw: str) -> tuple[str, ...]:
    """An id as typed, and as it may be kept: without its web address or version, with a scheme."""
    bare = _ADDRESS.sub("", raw.strip()).removesuffix(".pdf")
    forms = (raw, raw.strip(), bare, _VERSION.sub("", bare))
    return tuple(dict.fromkeys([*forms, *(scheme + form for form in forms for scheme in _SCHEMES)]))


def _containing(names: Mapping[str, tuple[str, ...]], wanted: str) -> list[str]:
    """Ids of the names that contain `wanted` as whole words, else of those that contain its letters."""
    if not wanted:
        return []
    whole = sorted({each for name, ids in names.items() if f" {wanted} " in f" {name} " for each in ids})
    return whole or sorted({each for name, ids in names.items() if wanted in name for each in ids})


def _introducer(graph: Graph, index: _Names, wanted: str) -> Paper | None:
    """The one paper that introduces the concept of this name."""
    ids = {*index.concept_names.get(wanted, ()), *index.concept_aliases.get(wanted, ())}
    papers = {c.subject for each in ids for c in graph.claims(object=each, predicate=Predicate.INTRODUCES)}
    paper = graph.node(papers.pop()) if len(papers) == 1 else None
    return paper if isinstance(paper, Paper) else None


def _nearest(wanted: str, names: Mapping[str, tuple[str, ...]], *, limit: int = SUGGESTIONS) -> list[str]:
    """Ids of the names nearest by letter trigrams, best first: Jaccard, or half of the part of `wanted` found in it."""
    letters = _trigrams(wanted)
    scored = []
    for name, ids in names.items():
        other = _trigrams(name)
        common = len(letters & other)
        near = max(common / len(letters | other), 0.5 * common / len(letters))
        if near >= NEAR:
            scored.append((-near, name, ids))
    return list(dict.fromkeys(each for _, _, ids in sorted(scored) for each in ids))[:limit]


def _trigrams(name: str) -> frozenset[str]:
    padded = f"  {name} "
    return frozenset(padded[at : at + 3] for at in range(len(padded) - 2))
