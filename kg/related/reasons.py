"""Why two papers are related, from what each claims: in plain English, with the sentences on both sides."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kg.graph import Graph
from kg.lookup import words
from kg.model import Claim, Concept, Kind, Paper, Predicate, Sentence
from kg.related.answers import Quote, Reason
from kg.related.query import Query
from kg.text import squeeze

BUILDS_ON, COMPARES_WITH, USES = "builds on", "compares with", "uses"
SAME_METHOD, SAME_TASK, SAME_DATA, SAME_METRIC = "same method", "same task", "same data", "same metric"
SIMILAR_WORDING = "similar wording"
#: Every kind of reason. The first three: one paper introduces what the other builds on, compares with, or works with.
KINDS = (BUILDS_ON, COMPARES_WITH, USES, SAME_METHOD, SAME_TASK, SAME_DATA, SAME_METRIC, SIMILAR_WORDING)

#: Concepts named in one reason; the rest are counted.
_NAMED = 3
#: Sentences quoted on each side of one reason.
_QUOTED = 3
#: A title before its colon is a name where it is no longer than this.
_NAME_LENGTH = 40

#: Where the names of the concepts go; no title can hold it.
_NAMES = "\0"
#: What the paper asked about is called where its own name is the concept's.
_ASKED = "the paper asked about"
#: Last words of names that stand for many things of one kind: papers work with language models, not with one.
_COUNTED = frozenset(
    {"adapter", "agent", "autoencoder", "classifier", "encoder", "forest", "machine", "model", "network", "retriever"}
    | {"token", "tree", "vector", "Transformer", "transformer"}
)

#: What the one that takes does with what the other introduces: its relation goes before its role.
_TAKES: Mapping[Predicate, tuple[str, str, str]] = {
    Predicate.OUTPERFORMS: (COMPARES_WITH, "outperforms \0", "which {q} outperforms"),
    Predicate.BASED_ON: (BUILDS_ON, "builds on \0", "on which {q} builds"),
    Predicate.COMPARED_WITH: (COMPARES_WITH, "compares with \0", "with which {q} compares"),
    Predicate.TRAINED_ON: (USES, "trains on \0", "on which {q} trains"),
    Predicate.COMPARES_WITH: (COMPARES_WITH, "compares with \0", "with which {q} compares"),
    Predicate.EVALUATES_ON: (USES, "evaluates on \0", "on which {q} evaluates"),
    Predicate.USES: (USES, "works with \0", "which {q} works with"),
    Predicate.MENTIONS: (USES, "mentions \0", "which {q} mentions"),
}
_SAME_KIND = {
    Kind.METHOD: SAME_METHOD,
    Kind.TASK: SAME_TASK,
    Kind.DATASET: SAME_DATA,
    Kind.BENCHMARK: SAME_DATA,
    Kind.METRIC: SAME_METRIC,
}
_BOTH = {
    Predicate.INTRODUCES: "both introduce \0",
    Predicate.USES: "both work with \0",
    Predicate.COMPARES_WITH: "both compare with \0",
    Predicate.EVALUATES_ON: "both evaluate on \0",
    Predicate.ADDRESSES: "both address \0",
    Predicate.REPORTS: "both report \0",
}


@dataclass(frozen=True, slots=True)
class Shared:
    """A concept both papers have, with what it adds to the score."""

    concept: Concept
    here: Claim
    there: Claim
    weight: float


def concept_reasons(query: Query, answer: Query, shared: Iterable[Shared], label: str) -> list[Reason]:
    """One reason for each thing that can be said of the shared concepts; `label` names the paper asked about."""
    said: dict[tuple[str, str], list[tuple[Shared, Claim, Claim]]] = defaultdict(list)
    for each in shared:
        kind, text, here, there = _told(query, answer, each, label)
        said[kind, text].append((each, here, there))
    return [_reason(kind, text, members, query, answer) for (kind, text), members in sorted(said.items())]


def name_of(graph: Graph, paper: Paper) -> str:
    """What a sentence calls a paper: its short title, the one method it introduces, or its title in quotes."""
    short, colon, _ = paper.title.partition(":")
    if colon and len(short) <= _NAME_LENGTH:
        return squeeze(short)
    claims = graph.concepts_of(paper.id).values() if graph.has(paper.id) else ()
    own = [graph.node(claim.object) for claim in claims if claim.predicate is Predicate.INTRODUCES]
    methods = [concept.name for concept in own if isinstance(concept, Concept) and concept.kind is Kind.METHOD]
    return methods[0] if len(methods) == 1 else f"“{squeeze(paper.title)}”"


def listed(names: Sequence[str]) -> str:
    """`A`, `A and B`, `A, B and C`, `A, B, C and 2 more`."""
    if len(names) > _NAMED:
        return f"{', '.join(names[:_NAMED])} and {len(names) - _NAMED} more"
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def spoken(concept: Concept) -> str:
    """A concept's name as the object of a sentence: `large language models`, but `LoRA`."""
    return (
        f"{concept.name}s"
        if concept.kind is Kind.METHOD and concept.name.rpartition(" ")[2] in _COUNTED
        else concept.name
    )


def quotes(paper: Paper, sentences: Iterable[Sentence]) -> tuple[Quote, ...]:
    """The words of the first few different sentences."""
    distinct = list(dict.fromkeys(sentences))[:_QUOTED]
    return tuple(Quote(sentence, squeeze(paper.text[sentence.start : sentence.end])) for sentence in distinct)


def _told(query: Query, answer: Query, shared: Shared, label: str) -> tuple[str, str, Claim, Claim]:
    """The kind of reason, its text with a place for the concepts, and the claims that show it."""
    here, there = shared.here, shared.there
    label = _ASKED if words(label) == words(shared.concept.name) else label
    if there.predicate is Predicate.INTRODUCES and here.predicate is not Predicate.INTRODUCES:
        taken = _taken(query, here)
        if taken.predicate in _TAKES:
            kind, _, clause = _TAKES[taken.predicate]
            return kind, f"introduces \0, {clause.format(q=label)}", taken, there
    if here.predicate is Predicate.INTRODUCES and there.predicate is not Predicate.INTRODUCES:
        taken = _taken(answer, there)
        if taken.predicate in _TAKES:
            kind, verb, _ = _TAKES[taken.predicate]
            return kind, f"{verb}, which {label} introduces", here, taken
    text = _BOTH[here.predicate] if here.predicate is there.predicate and here.predicate in _BOTH else "both mention \0"
    if Predicate.MENTIONS not in (here.predicate, there.predicate) and here.predicate is not there.predicate:
        text = "both deal with \0"
    return _SAME_KIND[shared.concept.kind], text, here, there


def _taken(taker: Query, claim: Claim) -> Claim:
    """What a paper does with a concept of another: a relation of its own method if there is one, else its role."""
    for predicate in _TAKES:
        for relation in taker.relations:
            if relation.object == claim.object and relation.predicate is predicate:
                return relation
    return claim


def _reason(
    kind: str, text: str, members: Sequence[tuple[Shared, Claim, Claim]], query: Query, answer: Query
) -> Reason:
    ordered = sorted(members, key=lambda member: (-member[0].weight, member[0].concept.id))
    concepts = tuple(shared.concept for shared, _, _ in ordered)
    return Reason(
        kind=kind,
        text=text.replace(_NAMES, listed([spoken(concept) for concept in concepts])),
        weight=sum(shared.weight for shared, _, _ in ordered),
        concepts=concepts,
        here=quotes(query.paper, (_sentence(claim) for _, claim, _ in ordered)),
        there=quotes(answer.paper, (_sentence(claim) for _, _, claim in ordered)),
    )


def _sentence(claim: Claim) -> Sentence:
    """The sentence that shows a claim best: the surest; of the equally sure the longest, which is rarely the title."""
    best = max(claim.evidence, key=lambda each: (each.confidence, each.sentence.end - each.sentence.start))
    return best.sentence
