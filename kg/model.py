"""The values that walk through the house: frozen, hashable, without I/O and without third-party types.

Offsets are 0-based Unicode code points into `Paper.text`, half-open. Ids carry their scheme before the first colon, so
that no two kinds of node can share one: `arxiv:`, `doi:`, `id:`, `title:` (papers), `method:`, `dataset:`,
`benchmark:`, `task:`, `metric:` (concepts), `result:` (reported numbers).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

#: The paper's own unnamed method, where a result or a relation speaks of it.
THIS = "THIS"


class Kind(StrEnum):
    """What a concept is."""

    METHOD = "method"
    DATASET = "dataset"
    BENCHMARK = "benchmark"
    TASK = "task"
    METRIC = "metric"


class Role(StrEnum):
    """What an entity does in one paper."""

    INTRODUCED = "introduced"
    USED = "used"
    COMPARED = "compared"
    EVALUATED = "evaluated"
    ADDRESSED = "addressed"
    REPORTED = "reported"
    MENTIONED = "mentioned"


#: The roles each kind may have, as the annotation guidelines allow them; the first is the usual one.
ROLES_OF_KIND: Mapping[Kind, tuple[Role, ...]] = {
    Kind.METHOD: (Role.USED, Role.INTRODUCED, Role.COMPARED, Role.MENTIONED),
    Kind.DATASET: (Role.EVALUATED, Role.INTRODUCED, Role.USED, Role.MENTIONED),
    Kind.BENCHMARK: (Role.EVALUATED, Role.INTRODUCED, Role.USED, Role.MENTIONED),
    Kind.TASK: (Role.ADDRESSED, Role.MENTIONED),
    Kind.METRIC: (Role.REPORTED, Role.MENTIONED),
}


class Predicate(StrEnum):
    """The name of an edge; also the local name of its RDF property."""

    # paper -> concept
    INTRODUCES = "introduces"
    USES = "uses"
    COMPARES_WITH = "comparesWith"
    EVALUATES_ON = "evaluatesOn"
    ADDRESSES = "addresses"
    REPORTS = "reports"
    MENTIONS = "mentions"
    # concept (or, for an unnamed method, paper) -> concept
    USED_FOR = "usedFor"
    BASED_ON = "basedOn"
    PART_OF = "partOf"
    OUTPERFORMS = "outperforms"
    COMPARED_WITH = "comparedWith"
    TRAINED_ON = "trainedOn"
    # result -> paper or concept
    IN_PAPER = "inPaper"
    METHOD = "method"
    ON = "on"
    METRIC = "metric"
    # concept -> the more general concept; said by the names or the lexicon, not by a paper
    BROADER = "broader"


PREDICATE_OF_ROLE: Mapping[Role, Predicate] = {
    Role.INTRODUCED: Predicate.INTRODUCES,
    Role.USED: Predicate.USES,
    Role.COMPARED: Predicate.COMPARES_WITH,
    Role.EVALUATED: Predicate.EVALUATES_ON,
    Role.ADDRESSED: Predicate.ADDRESSES,
    Role.REPORTED: Predicate.REPORTS,
    Role.MENTIONED: Predicate.MENTIONS,
}
PAPER_PREDICATES = frozenset(PREDICATE_OF_ROLE.values())
CONCEPT_PREDICATES = frozenset(
    {
        Predicate.USED_FOR,
        Predicate.BASED_ON,
        Predicate.PART_OF,
        Predicate.OUTPERFORMS,
        Predicate.COMPARED_WITH,
        Predicate.TRAINED_ON,
    }
)
RESULT_PREDICATES = frozenset({Predicate.IN_PAPER, Predicate.METHOD, Predicate.ON, Predicate.METRIC})


@dataclass(frozen=True, slots=True, order=True)
class PartialDate:
    """A date known as far as the source tells it: year, year-month, day, or month-day of an unknown year."""

    year: int | None = None
    month: int | None = None
    day: int | None = None

    def __str__(self) -> str:
        """ISO 8601, as XML Schema spells it: `2024`, `2024-05`, `2024-05-27`, `--10-29`."""
        if self.year is None:
            return f"--{self.month:02d}-{self.day:02d}"
        parts = [f"{self.year:04d}"] + [f"{part:02d}" for part in (self.month, self.day) if part is not None]
        return "-".join(parts)


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a paper stood in the input: file name, 1-based line, and the day the page carries."""

    file: str
    line: int
    day: PartialDate | None = None


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper as its sources tell it; what they do not say is None or empty, never a guess.

    `ids` holds every identifier the paper came with, as written; `published` may be partial.
    """

    id: str
    title: str
    abstract: str
    ids: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    author_count: int | None = None
    organisation: str | None = None
    published: PartialDate | None = None
    comments: int | None = None
    upvotes: int | None = None
    links: tuple[str, ...] = ()
    seen_in: tuple[Place, ...] = ()

    @property
    def text(self) -> str:
        """Title, newline, abstract: what every offset counts in."""
        return f"{self.title}\n{self.abstract}"


@dataclass(frozen=True, slots=True, order=True)
class Sentence:
    """A sentence of a paper's text: `paper.text[start:end]`."""

    paper: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, order=True)
class Mention:
    """One occurrence of a name; `paper.text[start:end] == text`. `confidence` in [0, 1], two decimals."""

    paper: str
    start: int
    end: int
    text: str
    kind: Kind
    confidence: float
    rule: str


@dataclass(frozen=True, slots=True)
class Entity:
    """What one paper says of one concept: its names there, its kind and role, and every mention."""

    name: str
    kind: Kind
    role: Role
    mentions: tuple[Mention, ...]
    role_confidence: float = 1.0
    role_rule: str = ""


@dataclass(frozen=True, slots=True)
class ExtractedResult:
    """A number as one paper reports it; entities by name, or THIS. `start`, `end`: the number in the text."""

    method: str
    on: str | None
    metric: str | None
    value: str
    kind: str
    start: int
    end: int
    sentence: Sentence
    confidence: float
    rule: str


@dataclass(frozen=True, slots=True)
class ExtractedRelation:
    """A relation between two entities of one paper, by name, or THIS; `sentence` is the one that says it."""

    head: str
    predicate: Predicate
    tail: str
    sentence: Sentence
    confidence: float
    rule: str


@dataclass(frozen=True, slots=True)
class Extraction:
    """All that was read out of one paper. Entity names are unique within it; sentences cover the whole text."""

    paper: str
    entities: tuple[Entity, ...]
    results: tuple[ExtractedResult, ...]
    relations: tuple[ExtractedRelation, ...]
    sentences: tuple[Sentence, ...] = ()
    #: Short form -> long form, as the paper itself defines them.
    abbreviations: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Concept:
    """A node that papers meet at. `name` is its display name, `aliases` every other name, sorted.

    `former_ids` are the ids of its other names, so that an older link still arrives; `broader` the ids of more general
    concepts; `candidates` is non-empty for an ambiguous name: the ids of the concepts it may stand for.
    """

    id: str
    kind: Kind
    name: str
    aliases: tuple[str, ...] = ()
    former_ids: tuple[str, ...] = ()
    broader: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class Evidence:
    """One sentence that supports a claim, the mentions in it, how sure the extraction is, and the rule that says so."""

    sentence: Sentence
    mentions: tuple[Mention, ...]
    confidence: float
    rule: str


@dataclass(frozen=True, slots=True)
class Claim:
    """One edge, said by one paper (`paper` is None only for `broader`, which the names themselves say)."""

    paper: str | None
    subject: str
    predicate: Predicate
    object: str
    evidence: tuple[Evidence, ...] = ()

    @property
    def confidence(self) -> float:
        """The best of its evidence, in [0, 1]; 1.0 where the names themselves say it."""
        return max((evidence.confidence for evidence in self.evidence), default=1.0)

    @property
    def weight(self) -> int:
        """The number of sentences that support it, at least 1."""
        return max(1, len(self.evidence))


@dataclass(frozen=True, slots=True)
class Result:
    """One reported number. `text` as written; `value`, a range or a bound where it can be read as a number.

    `method` is the id of a concept, or of the paper where its own method has no name; `kind` is "absolute" or
    "improvement"; `bound` is "at least", "at most" or None; `unit` e.g. "percent", "times", None when not said.
    """

    id: str
    paper: str
    method: str
    on: str | None
    metric: str | None
    text: str
    kind: str
    evidence: Evidence
    value: Decimal | None = None
    value_min: Decimal | None = None
    value_max: Decimal | None = None
    bound: str | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True, order=True)
class Decision:
    """Why two names are one concept, or are not: verdict "merged", "refused" or "ambiguous", the rule, the papers."""

    name: str
    other: str
    verdict: str
    rule: str
    papers: tuple[str, ...] = ()
    note: str = ""
    concept: str = ""


@dataclass(frozen=True, slots=True)
class Resolution:
    """What `resolve` says of a corpus: its concepts, which entity is which, and why."""

    concepts: tuple[Concept, ...]
    #: (paper id, entity name) -> concept id
    concept_of: Mapping[tuple[str, str], str]
    decisions: tuple[Decision, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class Rejection:
    """A record that could not be read: where it stands, why, and what to do."""

    file: str
    line: int
    reason: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class PaperMerge:
    """Entries that were found to be one paper: the id kept, every place, and the rule."""

    paper: str
    places: tuple[Place, ...]
    rule: str
    titles: tuple[str, ...] = field(default=())
