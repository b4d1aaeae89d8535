"""Fits the weights of the rules to annotated papers; `kg train` runs it after the tagger's training.

First the rules alone, on all papers; then, on papers the tagger has not seen, how much rules and tagger count against
each other. Every figure of a paper that another model is fitted to comes from models that have not seen the paper.
"""

from collections import ChainMap, Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from kg.extract.acronyms import abbreviations
from kg.extract.assemble import tagger_relations, tagger_results
from kg.extract.coreference import SAME, Coreference
from kg.extract.coreference import candidates as candidates_of_names
from kg.extract.decoding import spelling_key
from kg.extract.document import Group, Text, text_of
from kg.extract.entities import group as joined
from kg.extract.evaluate import given_groups, match, same_loose_type, value_key
from kg.extract.judging import Seen
from kg.extract.linear import NO, YES, Features, Linear, fit, write_models, yes
from kg.extract.pipeline import NameReading, NameTagger, document_of, groups_of, pipeline, reading_of
from kg.extract.records import PREDICATE_OF_NAME
from kg.extract.relations import CANDIDATES, NOTHING, OWN, Document, both_opinions, pairs
from kg.extract.result_features import SLOTS, candidates, number_features, slot_features
from kg.extract.results import gate_opinions, kind_opinions, opinion_on, slot_odds, slot_opinions
from kg.extract.roles import MODEL_OF_KIND, WITH_TAGGER, allowed_chances, guess_roles, role_features
from kg.extract.roles import both_opinions as both_role_opinions
from kg.extract.sentences import sentence_bounds
from kg.extract.tokens import blank_english
from kg.model import ROLES_OF_KIND, Kind, Predicate, Role
from kg.text import caseless

#: Role models that judge a paper while relations and results are fitted were fitted without its fold.
_FOLDS = 5
#: Of the pairs that are no relation (95 % of all) one in so many is looked at, and counted as many times.
_THINNED = 5
THINNED_NO = "no, thinned"
#: Words in fewer pairs of names than this tell nothing of them.
_RARE_WORD = 20
_IS_RESULT, _KIND = "is result", "result kind"
_UNNAMED: Mapping[str | None, int] = {"THIS": OWN, None: NOTHING}
Rows = dict[str, tuple[list[Features], list[str]]]


@dataclass(frozen=True, slots=True)
class Annotated:
    """An annotated paper as the rules see it: its entities, given or found, with their cues.

    `index` gives the group of each annotated name that has one.
    """

    record: Mapping[str, Any]
    text: Text
    groups: list[Group]
    cues: list[dict[str, float]]
    index: Mapping[str | None, int]

    @property
    def roles(self) -> list[str]:
        """The annotated role of each given entity."""
        role_of = {entity["name"]: entity["role"] for entity in self.record["entities"]}
        return [role_of[group.name] for group in self.groups]


def annotated(records: Iterable[Mapping[str, Any]]) -> list[Annotated]:
    """The papers with their words, sentences, given entities and cues."""
    nlp = blank_english()
    papers = []
    for record in records:
        title, whole = record["title"], f"{record['title']}\n{record['abstract']}"
        text = text_of(nlp.make_doc(whole), len(title), sentence_bounds(whole, len(title)))
        groups = given_groups(record, whole)
        named: dict[str | None, int] = {group.name: at for at, group in enumerate(groups)}
        papers.append(Annotated(record, text, groups, role_features(text, groups), {**named, **_UNNAMED}))
    return papers


def found_in(papers: Iterable[Annotated], tagger: NameTagger, same: Coreference) -> list[tuple[Annotated, NameReading]]:
    """The same papers with the entities that the pipeline finds in them in place of the given ones."""
    nlp = pipeline(tagger, same)
    out = []
    for paper in papers:
        doc = nlp(document_of(nlp, paper.record["title"], paper.record["abstract"]))
        groups = groups_of(doc)
        entities = [
            {
                "name": own.name,
                "type": own.kind.upper(),
                "mentions": [doc.text[o.start : o.end] for o in own.occurrences],
            }
            for own in groups
        ]
        golden = paper.record["entities"]
        pairs = match(golden, entities, same_loose_type)
        index: dict[str | None, int] = {golden[i]["name"]: j for i, j in pairs}
        found = Annotated(paper.record, paper.text, groups, role_features(paper.text, groups), {**index, **_UNNAMED})
        out.append((found, reading_of(doc)))
    return out


def fit_rules(papers: Sequence[Annotated]) -> dict[str, Linear]:
    """The models of the rules alone, but for the one that joins names."""
    models = _fitted(_role_rows(papers))
    rows: Rows = defaultdict(lambda: ([], []))
    for fold in range(_FOLDS):
        known = [paper for at, paper in enumerate(papers) if at % _FOLDS != fold]
        without = _fitted(_role_rows(known))
        for paper in papers[fold::_FOLDS]:
            roles = guess_roles(paper.groups, paper.cues, [{}] * len(paper.groups), without)
            document = Document(paper.text, paper.groups, roles, paper.cues)
            _relation_rows(paper, document, rows)
            _result_rows(paper, document, rows)
    return {**models, **_fitted(rows)}


def fit_with_tagger(
    papers: Sequence[Annotated],
    rules: Mapping[str, Linear],
    tagger: NameTagger,
    shares: Mapping[str, Mapping[str, float]],
) -> dict[str, Linear]:
    """How much rules and tagger count, from papers that neither has seen.

    `shares`: how often each kind of entity has each role where it counts; the roles of `papers` are weighed so, since
    one annotator calls twice as much merely mentioned as another (Saerens et al. 2002 on changed class frequencies).
    Roles are learned from the given entities; relations and results from those found, wrong and missing ones among
    them, since that is what there will be: a result is as sure as its method, place and metric are likely to be right.
    """
    roles: Rows = defaultdict(lambda: ([], []))
    read = [(paper, tagger.read(paper.text.text)) for paper in papers]
    for paper, reading in read:
        for group, cues, role in zip(paper.groups, paper.cues, paper.roles, strict=True):
            mentions = [(own.start, own.end) for own in group.occurrences]
            name = MODEL_OF_KIND[group.kind]
            chances = allowed_chances(group.kind, rules[name], rules[name].probabilities([cues])[0])
            if Role(role) in chances:
                row = both_role_opinions(chances, reading.roles(group.kind.value, mentions), cues)
                _add(roles, name + WITH_TAGGER, row, role)
    weighed = {}
    for name, (features, labels) in roles.items():
        own = Counter(labels)
        wanted = shares.get(name.removesuffix(WITH_TAGGER), own)
        weighed[name] = fit(features, labels, counts=[wanted[label] / own[label] for label in labels])
    models = {**rules, **weighed}
    rows: Rows = defaultdict(lambda: ([], []))
    for paper, reading in found_in(papers, tagger, Coreference(rules[SAME], tagger.seen)):
        opinions = [
            reading.roles(group.kind.value, [(own.start, own.end) for own in group.occurrences])
            for group in paper.groups
        ]
        guesses = guess_roles(paper.groups, paper.cues, opinions, models)
        document = Document(paper.text, paper.groups, guesses, paper.cues)
        said = tagger_relations(document, reading)
        true = _true_relations(paper)
        for predicate in CANDIDATES:
            found = list(pairs(document, predicate))
            for pair, chance in zip(found, yes(rules[predicate], [pair.features for pair in found]), strict=True):
                key = (pair.head, predicate, pair.tail)
                row = both_opinions(chance, said.get(key, 0.0))
                _add(rows, predicate + WITH_TAGGER, row, YES if key in true else NO)
        _result_opinion_rows(paper, document, tagger_results(document, reading) or (), rules, rows)
    return {**models, **_fitted(rows)}


def role_shares(records: Iterable[Mapping[str, Any]]) -> dict[str, Counter[str]]:
    """How often the entities that each model of roles judges have each role."""
    shares: dict[str, Counter[str]] = defaultdict(Counter)
    for record in records:
        for entity in record["entities"]:
            shares[MODEL_OF_KIND[Kind(caseless(entity["type"]))]][entity["role"]] += 1
    return shares


def write_rules(
    path: Path,
    records: Sequence[Mapping[str, Any]],
    unseen: Sequence[Mapping[str, Any]],
    tagger: NameTagger,
    shares: Mapping[str, Mapping[str, float]],
) -> None:
    """Fit everything and write the weights: `unseen` are those of the `records` that `tagger` was not trained on."""
    apart = {record["id"] for record in unseen}
    seen = annotated(record for record in records if record["id"] not in apart)
    rest = annotated(unseen)
    same = {SAME: fit_same(seen, tagger.seen)}
    both = fit_with_tagger(rest, {**fit_rules(seen), **same}, tagger, shares)
    weighed = {name: model for name, model in both.items() if name.endswith(WITH_TAGGER)}
    write_models(path, sorted({**fit_rules([*seen, *rest]), **same, **weighed}.items()))


def _add(rows: Rows, model: str, row: Features, label: str) -> None:
    rows[model][0].append(row)
    rows[model][1].append(label)


def _fitted(rows: Rows) -> dict[str, Linear]:
    models = {}
    for model, (features, labels) in sorted(rows.items()):
        counts = [float(_THINNED) if label == THINNED_NO else 1.0 for label in labels]
        models[model] = fit(features, [NO if label == THINNED_NO else label for label in labels], counts=counts)
    return models


def _role_rows(papers: Iterable[Annotated]) -> Rows:
    rows: Rows = defaultdict(lambda: ([], []))
    for paper in papers:
        for group, cues, role in zip(paper.groups, paper.cues, paper.roles, strict=True):
            if Role(role) in ROLES_OF_KIND[group.kind]:
                _add(rows, MODEL_OF_KIND[group.kind], cues, role)
    return rows


def fit_same(papers: Iterable[Annotated], seen: Seen) -> Linear:
    """From pairs of names that nothing certain joins: whether the annotators give them as one entity.

    `seen` counts the names of these papers.
    """
    rows: list[Features] = []
    labels: list[str] = []
    for paper in papers:
        for features, same in _same_rows(paper, seen):
            rows.append(features)
            labels.append(YES if same else NO)
    return fit(rows, labels, rare=_RARE_WORD)


def _same_rows(paper: Annotated, seen: Seen) -> Iterator[tuple[Features, bool]]:
    """The paper's own counts are taken from `seen`: what is learned has to hold for papers that are not in it."""
    text = paper.text
    owner = {own.start: at for at, group in enumerate(paper.groups) for own in group.occurrences}
    given = sorted(own for group in paper.groups for own in group.occurrences)
    parts = [part.occurrences for part in joined(text.text, given, list(abbreviations(text.text)))]
    own = {spelling_key(mention) for entity in paper.record["entities"] for mention in entity["mentions"]}
    less: dict[str, tuple[int, ...]] = {key: (seen[key][0] - 1, sum(seen[key][1:]) - 1) for key in own if key in seen}
    others = ChainMap(less, cast("dict[str, tuple[int, ...]]", seen))
    owners = [{owner[own.start] for own in part} for part in parts]
    for i, j, features in candidates_of_names(text.text, text.sentences, parts, others):
        yield features, not owners[i].isdisjoint(owners[j])


def _true_relations(paper: Annotated) -> set[tuple[int | None, Predicate, int | None]]:
    index = paper.index
    return {
        (index.get(head), PREDICATE_OF_NAME[name], index.get(tail)) for head, name, tail in paper.record["relations"]
    }


def _relation_rows(paper: Annotated, document: Document, rows: Rows) -> None:
    true = _true_relations(paper)
    for predicate in CANDIDATES:
        for at, pair in enumerate(pairs(document, predicate)):
            if (pair.head, predicate, pair.tail) in true:
                _add(rows, predicate, pair.features, YES)
            elif at % _THINNED == 0:
                _add(rows, predicate, pair.features, THINNED_NO)


def gold_numbers(paper: Annotated) -> dict[int, Mapping[str, Any]]:
    """Index of a candidate number -> the annotated result it is; of equal numbers the first that is free."""
    values = [value_key(paper.text.text[own.start : own.end]) for own in candidates(paper.text, paper.groups)]
    found: dict[int, Mapping[str, Any]] = {}
    for result in paper.record["results"]:
        wanted = value_key(result["value"])
        free = [at for at, value in enumerate(values) if value == wanted and at not in found]
        if free:
            found[free[0]] = result
    return found


def _result_rows(paper: Annotated, document: Document, rows: Rows) -> None:
    gold, index = gold_numbers(paper), paper.index
    numbers = candidates(paper.text, paper.groups)
    for at, number in enumerate(numbers):
        row = number_features(paper.text, number, document)
        _add(rows, _IS_RESULT, row, YES if at in gold else NO)
        if at in gold:
            _add(rows, _KIND, row, gold[at]["kind"])
            for slot in SLOTS:
                right = index.get(gold[at][slot])
                for filler, choice in slot_features(paper.text, number, numbers, document, slot).items():
                    _add(rows, f"result {slot}", choice, YES if filler == right else NO)


def _result_opinion_rows(
    paper: Annotated, document: Document, opinions: Sequence[Any], rules: Mapping[str, Linear], rows: Rows
) -> None:
    gold, index = gold_numbers(paper), paper.index
    numbers = candidates(paper.text, paper.groups)
    kinds = rules[_KIND]
    for at, number in enumerate(numbers):
        row = number_features(paper.text, number, document)
        opinion = opinion_on(number, opinions)
        chance = yes(rules[_IS_RESULT], [row])[0]
        _add(rows, _IS_RESULT + WITH_TAGGER, gate_opinions(chance, opinion), YES if at in gold else NO)
        if at in gold:
            improves = float(kinds.probabilities([row])[0, kinds.labels.index("improvement")])
            _add(rows, _KIND + WITH_TAGGER, kind_opinions(improves, opinion), gold[at]["kind"])
            for slot in SLOTS:
                odds = slot_odds(slot_features(paper.text, number, numbers, document, slot), slot, rules)
                right = index.get(gold[at][slot])
                for filler, choice in zip(odds, slot_opinions(odds, slot, opinion, document), strict=True):
                    _add(rows, f"result {slot}{WITH_TAGGER}", choice, YES if filler == right else NO)
