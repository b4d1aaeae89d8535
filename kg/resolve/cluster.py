"""Names into clusters, rule by rule, each join and each refusal written down."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from kg.model import Decision, Kind
from kg.names import is_proper, is_short_form, tight
from kg.resolve.forms import form
from kg.resolve.gather import Usage, blocks
from kg.resolve.judge import CAPITALS_DIFFER, Verdict, compatible, head_conflict, judge
from kg.resolve.knowledge import Knowledge
from kg.resolve.meaning import expanded
from kg.resolve.spelling import slips
from kg.resolve.union import Clusters

#: In a block of more names than this, each is judged against the first of the block only.
_BLOCK_PAIRS = 40
#: Shorter terms are too near to each other.
_SHORTEST_VERB = 9
#: A decision names at most this many papers.
PAPERS_SHOWN = 5


#: The rule that goes even across kinds: what the lexicon calls one is one, whatever a paper takes it for.
LEXICON = "lexicon"
#: Differences by which the own names of two papers may fall together by chance.
_CAPITALS_AND_HYPHENS = ("case", "hyphen or space", CAPITALS_DIFFER)


class Clustering:
    """The clusters of a set of names and the decisions that made them."""

    def __init__(
        self, usage: Mapping[str, Usage], knowledge: Knowledge, user: Iterable[tuple[str, str, str]] = ()
    ) -> None:
        self.usage = usage
        self.knowledge = knowledge
        self.decisions: list[Decision] = []
        self.clusters = Clusters()
        names = sorted(usage)
        for rule, name, other in user:
            if rule == "same":
                self.join(name, other, "user")
            elif self.clusters.forbid(name, other, "the user says they differ"):
                self.refuse(name, other, "user")
        self._judge_blocks(names)
        self._join_all(LEXICON, self._by_lexicon(names))
        self._join_all("acronym inside the name", self._by_expansion(names))
        self._join_all("one slipped letter", self._slips(names))
        self._join_all("participle and gerund", self._by_inflection(names))

    def find(self, name: str) -> str:
        """The name that stands for the cluster of `name`."""
        return self.clusters.find(name)

    def kinds(self, name: str) -> frozenset[Kind]:
        """The kinds that papers give to exactly this name."""
        usage = self.usage.get(name)
        return frozenset(usage.kinds) if usage else frozenset()

    def join(self, name: str, other: str, rule: str, note: str = "") -> None:
        """Join two names, or write down why not."""
        if self.find(name) == self.find(other):
            return
        if obstacle := self.clusters.obstacle(name, other):
            self.refuse(name, other, f"{rule}, but {obstacle}")
        elif self.clusters.join(name, other):
            self.decisions.append(Decision(name, other, "merged", rule, self._papers(name, other), note))

    def refuse(self, name: str, other: str, rule: str, note: str = "") -> None:
        """Write down that two names look alike and stay apart."""
        self.decisions.append(Decision(name, other, "refused", rule, self._papers(name, other), note))

    def _papers(self, *names: str) -> tuple[str, ...]:
        papers: set[str] = set()
        for name in names:
            if name in self.usage:
                papers.update(self.usage[name].papers[:PAPERS_SHOWN])
        return tuple(sorted(papers)[:PAPERS_SHOWN])

    def _judge_blocks(self, names: list[str]) -> None:
        """All pairs of each block: first what must stay apart, then what is one."""
        joins = []
        for name, other in _pairs_of_blocks(names):
            verdict = judge(name, other, self.kinds(name), self.kinds(other), self.knowledge)
            if self._introduced_twice(name, other) and verdict.rule in _CAPITALS_AND_HYPHENS:
                verdict = Verdict(False, "introduced by two papers for two things")
            elif verdict.rule == CAPITALS_DIFFER:
                verdict = Verdict(True, "case")
            if verdict.same:
                joins.append((name, other, verdict.rule))
            elif self.clusters.forbid(name, other, verdict.rule):
                self.refuse(name, other, verdict.rule)
        order = {
            rule: place for place, rule in enumerate(("same writing", "markup", "case", "hyphen or space", "plural"))
        }
        for name, other, rule in sorted(joins, key=lambda join: (order.get(join[2], len(order)), join)):
            self.join(name, other, rule)

    def _introduced_twice(self, name: str, other: str) -> bool:
        """Whether two papers each call their own by one of the names, and none by both."""
        first, second = self.usage[name].introduced, self.usage[other].introduced
        return bool(first and second) and not set(first) & set(second) and (is_proper(name) or is_proper(other))

    def _join_all(self, rule: str, pairs: Iterable[tuple[str, str]]) -> None:
        for name, other in sorted(pairs):
            kinds, other_kinds = self.kinds(name), self.kinds(other)
            if rule != LEXICON and not compatible(kinds, other_kinds):
                self.refuse(name, other, f"{rule}, but another kind")
            else:
                self.join(name, other, rule)

    def _by_lexicon(self, names: list[str]) -> Iterator[tuple[str, str]]:
        """Names whose forms the lexicon knows as one."""
        groups: dict[str, dict[str, str]] = defaultdict(dict)
        for name in names:
            key = form(name)
            canonical = self.knowledge.canonical(key)
            groups[canonical].setdefault(key, name)
        for canonical in sorted(groups):
            first, *rest = [groups[canonical][key] for key in sorted(groups[canonical])]
            yield from ((first, other) for other in rest)

    def _slips(self, names: list[str]) -> Iterator[tuple[str, str]]:
        """Slipped letters; a paper does not misspell the name that it introduces."""
        for name, other in slips(names, self.knowledge):
            if not (is_proper(name) and (self.usage[name].introduced or self.usage[other].introduced)):
                yield name, other

    def _by_inflection(self, names: list[str]) -> Iterator[tuple[str, str]]:
        """Terms whose last word is the participle or the gerund of one verb: instruction-tuned, instruction tuning."""
        by_stem: dict[str, str] = {}
        for name in names:
            key = form(name)
            ending = next((each for each in ("ing", "ed", "e") if key.endswith(each)), None)
            if ending is None or is_proper(name) or len(key) < _SHORTEST_VERB:
                continue
            partner = by_stem.setdefault(key.removesuffix(ending), name)
            if partner != name and self.kinds(name) & self.kinds(partner):
                yield partner, name

    def _by_expansion(self, names: list[str]) -> Iterator[tuple[str, str]]:
        """Phrases that are one when the acronyms in them are written out."""
        by_form: dict[str, str] = {}
        for name in names:
            by_form.setdefault(self.knowledge.canonical(form(name)), name)
        for name in names:
            if not is_short_form(name) and (long := expanded(name, self.knowledge)) != name:
                key = self.knowledge.canonical(form(long))
                partner = by_form.setdefault(key, name)
                conflict = head_conflict(long, partner, self.kinds(name), self.kinds(partner))
                if conflict is not None:
                    self.refuse(name, partner, f"acronym inside the name, but {conflict}")
                elif partner != name:
                    yield name, partner


def _pairs_of_blocks(names: list[str]) -> Iterator[tuple[str, str]]:
    by_tight: dict[str, list[str]] = defaultdict(list)
    for name in names:
        by_tight[tight(name)].append(name)
    seen: set[tuple[str, str]] = set()
    for grouped in (by_tight, blocks(names)):
        for key in sorted(grouped):
            block = grouped[key]
            for index, name in enumerate(block if len(block) <= _BLOCK_PAIRS else block[:1]):
                for other in block[index + 1 :]:
                    if (name, other) not in seen:
                        seen.add((name, other))
                        yield name, other
