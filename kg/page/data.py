"""What the page knows: an overview that paints at once, an index of everything, and the texts of the papers in blocks.

All are plain JSON values. A node is its index in `Atlas.spots`; offsets count UTF-16 units, as JavaScript does.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Any, TypeVar

from kg.model import Claim, Evidence, Paper, Predicate, Result, Sentence
from kg.page.answers import leaderboards, read_next
from kg.page.atlas import Atlas
from kg.page.network import STYLES

if TYPE_CHECKING:
    from pyvis.network import Network

Json = Any
Said = TypeVar("Said", Claim, Result)
#: Papers whose texts are read together: one block is about 100 KB compressed, a few milliseconds to open.
BLOCK = 200
PREDICATES = tuple(predicate.value for predicate in Predicate)
_NUMBER = {predicate: number for number, predicate in enumerate(Predicate)}


def overview(atlas: Atlas, net: "Network") -> dict[str, Json]:
    """Counts, kinds, regions with their outlines, and how to show what: enough for the first paint of a large graph."""
    xs, ys = [spot.x for spot in atlas.spots], [spot.y for spot in atlas.spots]
    kinds = [spot.kind for spot in atlas.spots]
    return {
        "format": 1,
        "mode": atlas.mode,
        "papers": len(atlas.papers),
        "concepts": len(atlas.concepts),
        "whole": list(atlas.whole),
        "focus": next((paper.title for paper in atlas.papers if paper.id == atlas.focus), None),
        "focusId": atlas.focus,
        "block": BLOCK,
        "kinds": [
            {
                "key": key,
                "word": style.word,
                "light": style.light,
                "dark": style.dark,
                "shape": style.shape,
                "count": kinds.count(key),
            }
            for key, style in STYLES.items()
        ],
        "predicates": PREDICATES,
        "regions": [
            {
                "label": region.label,
                "papers": len(region.papers),
                "concepts": len(region.concepts),
                "outline": [value for corner in outline for value in corner],
            }
            for region, outline in zip(atlas.regions, atlas.outlines, strict=True)
        ],
        "box": [min(xs, default=0), min(ys, default=0), max(xs, default=0), max(ys, default=0)],
        "vis": {"physics": net.options.physics.enabled, "smooth": net.options.edges.smooth.enabled},
    }


def index(atlas: Atlas, net: "Network") -> dict[str, Json]:
    """Columns: nodes as the PyVis network has them, names, dates, roads (from, to, predicate, paper), results."""
    index_of = atlas.index_of
    kinds = {kind: number for number, kind in enumerate(STYLES)}
    columns: dict[str, Json] = {key: [node[key] for node in net.nodes] for key in ("x", "y")}
    columns |= {
        "radius": [node["size"] for node in net.nodes],
        "kind": [kinds[spot.kind] for spot in atlas.spots],
        # Id and name side by side, and a label only where it is not the name: so they compress to half.
        "names": [part for spot in atlas.spots for part in (spot.id, spot.name)],
        "label": [
            "" if node["label"] == spot.name else node["label"]
            for node, spot in zip(net.nodes, atlas.spots, strict=True)
        ],
        "region": [spot.region for spot in atlas.spots],
        "date": [str(paper.published) if paper.published else "" for paper in atlas.papers],
        "aliases": [list(concept.aliases) for concept in atlas.concepts],
        "broader": [[index_of[each] for each in concept.broader if each in index_of] for concept in atlas.concepts],
        "shown": [] if atlas.mode == "all" else list(atlas.shown),
        "from": [index_of[claim.subject] for claim in atlas.roads],
        "to": [index_of[claim.object] for claim in atlas.roads],
        "predicate": [_NUMBER[claim.predicate] for claim in atlas.roads],
        "paper": [index_of[claim.paper] if claim.paper else -1 for claim in atlas.roads],
    }
    return columns | {"boards": leaderboards(atlas.graph, index_of)}


def texts(atlas: Atlas) -> Iterator[list[dict[str, Json]]]:
    """The papers in blocks of `BLOCK`: what each source tells, the abstract, and every claim with its sentences."""
    index_of = atlas.index_of
    claims = _by_paper(atlas.roads)
    results = _by_paper(atlas.graph.results())
    following = read_next(atlas.graph, index_of)
    for first in range(0, len(atlas.papers), BLOCK):
        yield [
            _paper(paper, claims.get(paper.id, ()), results.get(paper.id, ()), index_of)
            | ({"related": following[paper.id]} if paper.id in following else {})
            for paper in atlas.papers[first : first + BLOCK]
        ]


def _by_paper(said: Sequence[Said]) -> Mapping[str, list[Said]]:
    found: dict[str, list[Said]] = {}
    for each in said:
        found.setdefault(each.paper or "", []).append(each)
    return found


def _paper(
    paper: Paper, claims: Sequence[Claim], results: Sequence[Result], index_of: Mapping[str, int]
) -> dict[str, Json]:
    unit = _utf16(paper.text)
    sentences: dict[Sentence, int] = {}

    def sentence(evidence: Evidence) -> int:
        return sentences.setdefault(evidence.sentence, len(sentences))

    told = {
        "abstract": paper.abstract,
        "authors": list(paper.authors),
        "author_count": paper.author_count,
        "organisation": paper.organisation,
        "comments": paper.comments,
        "upvotes": paper.upvotes,
        "links": list(paper.links),
        "ids": list(paper.ids),
        "seen": [f"{place.file}, line {place.line}" for place in paper.seen_in],
    }
    said = {
        "marks": sorted(
            {
                (unit(mention.start), unit(mention.end) - unit(mention.start), number)
                for number, claim in enumerate(claims)
                if claim.subject == paper.id
                for evidence in claim.evidence
                for mention in evidence.mentions
                if mention.paper == paper.id
            }
        ),
        # In the order of the paper's roads in the index, which hold the rest of each claim.
        "sure": [_percent(claim) for claim in claims],
        "said": [[sentence(each) for each in claim.evidence] if claim.evidence else 0 for claim in claims],
        "results": [
            {
                "method": index_of.get(result.method),
                "on": index_of.get(result.on or ""),
                "metric": index_of.get(result.metric or ""),
                "text": result.text,
                "kind": result.kind,
                "sentence": sentence(result.evidence),
            }
            for result in results
        ],
        "sentences": [[unit(each.start), unit(each.end) - unit(each.start)] for each in sentences],
    }
    return {key: value for key, value in told.items() if value not in (None, [])} | said


def _percent(claim: Claim) -> int:
    """How sure a claim is; nearly all have one sentence, and a large graph has hundreds of thousands."""
    evidence = claim.evidence
    sure = evidence[0].confidence if len(evidence) == 1 else claim.confidence if evidence else 1.0
    return round(100 * sure)


def _utf16(text: str) -> Callable[[int], int]:
    """From offsets in code points to offsets in UTF-16 units; the same where no character needs two."""
    if text.isascii() or max(text, default="") <= "\uffff":
        return int
    before = list(accumulate((2 if char > "\uffff" else 1 for char in text), initial=0))
    return before.__getitem__
