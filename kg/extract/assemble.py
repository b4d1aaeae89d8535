"""What the rules and the tagger say of one document becomes its extraction."""

from collections.abc import Mapping, Sequence

from spacy.tokens import Doc

from kg.extract.document import Group, Text
from kg.extract.linear import Linear
from kg.extract.pipeline import NameReading, abbreviations_of, reading_of, text_from
from kg.extract.records import PREDICATE_OF_NAME
from kg.extract.relations import NOTHING, OWN, Document, guess_relations
from kg.extract.results import Opinion, ResultGuess, guess_results
from kg.extract.roles import RoleGuess, guess_roles, role_features
from kg.model import THIS, Entity, ExtractedRelation, ExtractedResult, Extraction, Mention, Paper, Predicate, Sentence

#: The tagger's relations less likely than this are as if it had not spoken of them.
_HEARD = 0.02


def assemble(paper: Paper, doc: Doc, groups: Sequence[Group], models: Mapping[str, Linear]) -> Extraction:
    """Roles, relations and results of the given entities, and all that goes with them."""
    text, reading = text_from(doc), reading_of(doc)
    sentences = tuple(Sentence(paper.id, begin, end) for begin, end in text.sentences)
    mentions = [[(occurrence.start, occurrence.end) for occurrence in group.occurrences] for group in groups]
    kinds = [group.kind.value for group in groups]
    cues = role_features(text, groups)
    opinions = [reading.roles(kind, own) for kind, own in zip(kinds, mentions, strict=True)]
    roles = guess_roles(groups, cues, opinions, models)
    document = Document(text, groups, roles, cues)
    entities = tuple(_entity(paper, group, role) for group, role in zip(groups, roles, strict=True))
    defined = (
        (paper.text[found.short_start : found.short_end], paper.text[found.long_start : found.long_end])
        for found in abbreviations_of(doc)
    )
    return Extraction(
        paper.id,
        entities,
        _results(paper, document, sentences, guess_results(document, tagger_results(document, reading), models)),
        _relations(document, reading, sentences, models),
        sentences,
        tuple(dict.fromkeys(defined)),
    )


def _entity(paper: Paper, group: Group, role: RoleGuess) -> Entity:
    mentions = tuple(
        Mention(
            paper.id,
            own.start,
            own.end,
            paper.text[own.start : own.end],
            group.kind,
            round(own.confidence, 2),
            own.rule,
        )
        for own in group.occurrences
    )
    return Entity(group.name, group.kind, role.role, mentions, round(role.confidence, 2), role.rule)


def _relations(
    document: Document, reading: NameReading, sentences: Sequence[Sentence], models: Mapping[str, Linear]
) -> tuple[ExtractedRelation, ...]:
    names = [group.name for group in document.groups]
    return tuple(
        ExtractedRelation(
            names[guess.head] if guess.head != OWN else THIS,
            guess.predicate,
            names[guess.tail] if guess.tail != OWN else THIS,
            sentences[guess.sentence],
            round(guess.confidence, 2),
            guess.rule,
        )
        for guess in guess_relations(document, tagger_relations(document, reading), models)
    )


def tagger_relations(document: Document, reading: NameReading) -> dict[tuple[int, Predicate, int], float]:
    """The tagger's probability of each relation it thinks of."""
    return {
        (head, PREDICATE_OF_NAME[predicate], tail): chance
        for head, predicate, tail, chance in reading.relations(*_given(document), at_least=_HEARD)
    }


def tagger_results(document: Document, reading: NameReading) -> Sequence[Opinion] | None:
    """The numbers that may be results by the tagger's reading."""
    return reading.results(*_given(document))


def _given(document: Document) -> tuple[list[list[tuple[int, int]]], list[str]]:
    """The mentions and kinds of the entities, as the tagger takes them."""
    mentions = [[(start, end) for start, end, _ in own] for own in document.at]
    return mentions, [group.kind.value for group in document.groups]


def _results(
    paper: Paper, document: Document, sentences: Sequence[Sentence], guesses: Sequence[ResultGuess]
) -> tuple[ExtractedResult, ...]:
    names = [group.name for group in document.groups]
    text: Text = document.text
    return tuple(
        ExtractedResult(
            names[guess.method] if guess.method != OWN else THIS,
            names[guess.on] if guess.on != NOTHING else None,
            names[guess.metric] if guess.metric != NOTHING else None,
            paper.text[guess.number.start : guess.number.end],
            guess.kind,
            guess.number.start,
            guess.number.end,
            sentences[text.sentence_at(guess.number.start)],
            round(guess.confidence, 2),
            guess.rule,
        )
        for guess in guesses
    )
