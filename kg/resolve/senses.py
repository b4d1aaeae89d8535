"""What a short form means in a paper that does not define it: by other papers, the lexicon, the company it keeps."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

from kg.model import Kind
from kg.names import is_short_form
from kg.resolve.acronyms import same_stems
from kg.resolve.cluster import Clustering
from kg.resolve.forms import form
from kg.resolve.gather import Named
from kg.resolve.judge import compatible
from kg.resolve.knowledge import Knowledge, Meaning, short_key, without_plural
from kg.resolve.meaning import expanded

#: The company decides for the meaning whose score is this many times the next one's.
_CLEARLY = 2.0
#: From this share of the field's definitions on, one rival in the corpus does not make a short form ambiguous.
_SETTLED_SHARE = 0.9
#: A meaning of this many papers in the lexicon is a rival to the corpus's only definition.
_RIVAL_PAPERS = 10


#: A short form of so many letters is seldom formed twice.
_TELLING_LETTERS = 4


@dataclass(frozen=True, slots=True)
class Sense:
    """What an undefined short form was taken for: a cluster (None: itself), the rule, the candidates if not plain."""

    cluster: str | None
    rule: str
    candidates: tuple[str, ...] = ()


class Senses:
    """The meanings that the papers of a corpus give to short forms."""

    def __init__(self, named: Sequence[Named], clustering: Clustering, knowledge: Knowledge) -> None:
        self._clustering = clustering
        self._knowledge = knowledge
        self._defined: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        #: Clusters that a paper defines a short form of without calling them its own.
        self._common: set[str] = set()
        longs: dict[str, set[str]] = defaultdict(set)
        for each in named:
            for short in each.shorts:
                longs[short_key(short)].add(each.anchor)
        for short in sorted(longs):
            self._join_near(short, sorted(longs[short]))
        self._kinds: dict[str, Counter[Kind]] = defaultdict(Counter)
        self._company: dict[str, set[str]] = defaultdict(set)
        for each in named:
            cluster = clustering.find(each.anchor)
            self._kinds[cluster][each.kind] += 1
            for short in each.shorts:
                self._define(short, cluster, each.paper)
                if not each.introduced:
                    self._common.add(cluster)
            if each.undefined and each.introduced:
                self._define(each.anchor, cluster, each.paper)
            if not each.undefined:
                self._company[each.paper].add(cluster)
        self._papers_of: Counter[str] = Counter(cluster for company in self._company.values() for cluster in company)

    def _join_near(self, short: str, longs: list[str]) -> None:
        """Long forms of one short form that differ in endings alone are one."""
        by_stems: dict[str, str] = {}
        for long in longs:
            for other in by_stems.values():
                if same_stems(long, other) and self._clustering.kinds(long) & self._clustering.kinds(other):
                    self._clustering.join(other, long, "one short form, one stem", short)
                    break
            else:
                by_stems[long] = long

    def _define(self, short: str, cluster: str, paper: str) -> None:
        for key in (without_plural(short), short_key(short)):
            self._defined[key][cluster].add(paper)

    def meanings(self, short: str) -> Mapping[str, set[str]]:
        """Cluster -> the papers that define the short form so, in its own capitals if there are any, else in others."""
        return self._defined.get(without_plural(short)) or self._defined.get(short_key(short), {})

    def read(self, each: Named) -> Sense:
        """What an entity that has only a short form stands for."""
        meanings = {
            cluster: papers
            for cluster, papers in self.meanings(each.anchor).items()
            if compatible({each.kind}, frozenset(self._kinds[cluster]))
            and not self._clustering.clusters.obstacle(each.anchor, cluster)
        }
        own = self._clustering.find(each.anchor)
        usual = self._usual(each)
        if usual is not None and self._clustering.clusters.obstacle(each.anchor, usual.long):
            usual = None
        if each.introduced and usual is None:
            return Sense(None, "introduced by the paper")
        if not meanings and usual is None:
            return Sense(None, "a name of its own")
        if usual is not None:
            usual_cluster = self._clustering.find(usual.long)
            meanings.setdefault(usual_cluster, set())
        if len(meanings) == 1:
            only = next(iter(meanings))
            if usual is not None or only == own or self._is_plain(each, only, meanings[only]):
                rule = "acronym, in the field's plain meaning" if usual else "acronym, as other papers define it"
                return Sense(only, rule)
            if not self._rivals(each, only):
                return Sense(None, "a name of its own")
        return self._by_company(each, meanings, usual)

    def _usual(self, each: Named) -> Meaning | None:
        """The field's plain meaning of the short form, if its kind fits."""
        meaning = self._knowledge.plain_meaning(each.anchor)
        if meaning is None or not meaning.kind or not compatible({each.kind}, {Kind(meaning.kind)}):
            return None
        return meaning

    def _is_plain(self, each: Named, only: str, papers: Set[str]) -> bool:
        """Whether the corpus's only meaning will do: no rival, and it is more than one paper's own short name."""
        if len(papers) > 1:
            return True
        if self._rivals(each, only):
            return False
        known = self._known(each)
        if known and self._names(known[0], only):
            return True
        enough = only in self._common or len(without_plural(each.anchor)) >= _TELLING_LETTERS
        return enough or self._shared(each.paper, papers, only) > 0

    def _rivals(self, each: Named, only: str) -> bool:
        """Whether the field knows other meanings than the only one that the corpus gives."""
        known = self._known(each)
        return any(meaning.papers >= _RIVAL_PAPERS and not self._names(meaning, only) for meaning in known)

    def _known(self, each: Named) -> list[Meaning]:
        """The field's meanings of the short form that fit its kind."""
        meanings = self._knowledge.meanings(each.anchor)
        return [m for m in meanings if m.kind and compatible({each.kind}, {Kind(m.kind)})]

    def _names(self, meaning: Meaning, cluster: str) -> bool:
        """Whether a meaning of the lexicon is the concept of a cluster."""
        if self._clustering.find(meaning.long) == cluster or same_stems(meaning.long, cluster):
            return True
        both = {form(expanded(long, self._knowledge)) for long in (meaning.long, cluster)}
        return len({self._knowledge.canonical(each) for each in both}) == 1

    def _by_company(self, each: Named, meanings: Mapping[str, set[str]], usual: Meaning | None) -> Sense:
        """The meaning whose papers share most, weighted by rarity, with the paper; else the settled one; else none."""
        scores = sorted(
            ((self._shared(each.paper, papers, cluster), cluster) for cluster, papers in meanings.items()),
            key=lambda scored: (-scored[0], scored[1]),
        )
        best, cluster = scores[0]
        if best > 0 and (len(scores) == 1 or best >= _CLEARLY * scores[1][0]):
            return Sense(cluster, "acronym, by the company it keeps")
        if usual is not None:
            total = sum(meaning.papers for meaning in self._knowledge.meanings(each.anchor))
            if usual.papers >= _SETTLED_SHARE * total:
                return Sense(self._clustering.find(usual.long), "acronym, in the field's plain meaning")
        return Sense(None, "ambiguous", tuple(sorted(cluster for cluster in meanings)))

    def _shared(self, paper: str, papers: Iterable[str], cluster: str) -> float:
        """How much a paper shares with the papers of a meaning: the rarity of each shared concept, log(N / papers)."""
        mine = self._company[paper]
        if cluster in mine:
            return math.inf
        shared: set[str] = set()
        for other in papers:
            shared |= mine & self._company[other]
        total = len(self._company)
        return sum(math.log(total / self._papers_of[each]) for each in sorted(shared))


def lexicon_longs(named: Iterable[Named], knowledge: Knowledge) -> set[str]:
    """The long forms that undefined short forms may mean by the lexicon, so that they meet those the papers write."""
    longs = set()
    for short in sorted({each.anchor for each in named if each.undefined and is_short_form(each.anchor)}):
        if meaning := knowledge.plain_meaning(short):
            longs.add(meaning.long)
    return longs
