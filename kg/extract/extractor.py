"""The extractor: a paper in, its extraction out."""

import hashlib
import multiprocessing
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from functools import partial
from itertools import islice
from pathlib import Path

from spacy.tokens import Doc

from kg.extract.cache import ExtractionCache
from kg.extract.document import Group, Text
from kg.extract.linear import Linear, read_models
from kg.extract.pipeline import (
    NameReading,
    NameTagger,
    abbreviations_of,
    document_of,
    groups_of,
    pipeline,
    reading_of,
    text_from,
)
from kg.extract.records import PREDICATE_OF_NAME
from kg.extract.relations import OWN, Document, guess_relations
from kg.extract.results import NOTHING, guess_results
from kg.extract.roles import RoleGuess, guess_roles, role_features
from kg.extract.tagger import Tagger
from kg.model import THIS, Entity, ExtractedRelation, ExtractedResult, Extraction, Mention, Paper, Sentence

_RULES = Path(__file__).parent / "rules.json"
#: Papers a worker takes at once: enough to outweigh the message, few enough to share the work evenly.
_CHUNK = 8
#: Papers looked up in the cache at a time: a stream of papers is never held as a whole.
_BLOCK = 512
#: What changes an extraction without changing any weight; raise it with the rules' code, so that caches are made anew.
RULES_VERSION = 1


class Extractor:
    """Reads papers one by one: what it says of a paper depends on that paper alone."""

    def __init__(self, tagger: NameTagger, models: Mapping[str, Linear], *, rules_hash: str = "") -> None:
        self._nlp = pipeline(tagger)
        self._models = models
        digest = hashlib.sha256(f"{RULES_VERSION}\n{tagger.model_hash}\n{rules_hash}".encode())
        #: Changes whenever the weights or the rules do.
        self.model_hash: str = digest.hexdigest()
        self._cache: ExtractionCache | None = None
        self._source: Path | None = None

    @classmethod
    def load(cls, model: Path | None = None, *, cache: Path | None = None) -> "Extractor":
        """The extractor with the tagger of a folder, by default the shipped one. Raises ModelError.

        In the folder `cache`, where there is one, `extract_all` keeps what it extracts and finds it again.
        """
        rules = _RULES if model is None or not (model / _RULES.name).exists() else model / _RULES.name
        models = read_models(rules)
        extractor = cls(Tagger.load(model), models, rules_hash=hashlib.sha256(rules.read_bytes()).hexdigest())
        extractor._source = model
        if cache is not None:
            extractor._cache = ExtractionCache(cache, extractor.model_hash)
        return extractor

    def extract(self, paper: Paper) -> Extraction:
        """Mentions, entities with roles, results and relations of one paper."""
        doc = self._nlp(document_of(self._nlp, paper.title, paper.abstract))
        return _extraction(paper.id, doc, self._models)

    def extract_all(
        self, papers: Iterable[Paper], *, progress: Callable[[int], None] | None = None, workers: int = 1
    ) -> Iterator[Extraction]:
        """The extractions in the order of the papers, the same for any number of workers.

        `progress` is called with the number done so far. Workers are processes; each loads the model of this extractor,
        so more than one needs an extractor made by `load`.
        """
        done = 0
        with ExitStack() as stack:
            run: Callable[[list[Paper]], Iterable[Extraction]] = partial(map, self.extract)
            if workers > 1:
                pool = stack.enter_context(
                    multiprocessing.get_context("spawn").Pool(workers, _load_worker, (self._source,))
                )
                run = partial(pool.imap, _extract_in_worker, chunksize=_CHUNK)
            stream = iter(papers)
            while block := list(islice(stream, _BLOCK)):
                for extraction in self._block(block, run):
                    yield extraction
                    done += 1
                    if progress is not None:
                        progress(done)

    def _block(self, papers: list[Paper], run: Callable[[list[Paper]], Iterable[Extraction]]) -> Iterator[Extraction]:
        """The kept extractions and the fresh ones, in the order of the papers."""
        cache = self._cache
        kept = [cache.read(paper) if cache is not None else None for paper in papers]
        fresh = iter(run([paper for paper, found in zip(papers, kept, strict=True) if found is None]))
        for paper, found in zip(papers, kept, strict=True):
            extraction = next(fresh) if found is None else found
            if found is None and cache is not None:
                cache.write(paper, extraction)
            yield extraction


_worker: Extractor


def _load_worker(model: Path | None) -> None:
    global _worker  # noqa: PLW0603 - one extractor a process; the pool's initializer has no other place to keep it
    _worker = Extractor.load(model)


def _extract_in_worker(paper: Paper) -> Extraction:
    return _worker.extract(paper)


def _extraction(paper: str, doc: Doc, models: Mapping[str, Linear]) -> Extraction:
    text, groups, reading = text_from(doc), groups_of(doc), reading_of(doc)
    sentences = tuple(Sentence(paper, begin, end) for begin, end in text.sentences)
    cues = role_features(text, groups)
    mentions = [[(occurrence.start, occurrence.end) for occurrence in group.occurrences] for group in groups]
    kinds = [group.kind.value for group in groups]
    opinions = [reading.roles(kind, own) for kind, own in zip(kinds, mentions, strict=True)]
    roles = guess_roles(groups, cues, opinions, models)
    document = Document(text, groups, roles, cues)
    said = {
        (head, PREDICATE_OF_NAME[predicate], tail): chance
        for head, predicate, tail, chance in reading.relations(mentions, kinds)
    }
    names = [group.name for group in groups]
    relations = tuple(
        ExtractedRelation(
            _named(names, guess.head) or THIS,
            guess.predicate,
            _named(names, guess.tail) or THIS,
            sentences[guess.sentence],
            round(guess.confidence, 2),
            guess.rule,
        )
        for guess in guess_relations(document, said, models)
    )
    return Extraction(
        paper,
        tuple(_entity(paper, text, group, role) for group, role in zip(groups, roles, strict=True)),
        _results(text, groups, document, reading, sentences, models),
        relations,
        sentences,
        tuple(
            dict.fromkeys(
                (text.text[found.short_start : found.short_end], text.text[found.long_start : found.long_end])
                for found in abbreviations_of(doc)
            )
        ),
    )


def _entity(paper: str, text: Text, group: Group, role: RoleGuess) -> Entity:
    mentions = tuple(
        Mention(
            paper, own.start, own.end, text.text[own.start : own.end], group.kind, round(own.confidence, 2), own.rule
        )
        for own in group.occurrences
    )
    return Entity(group.name, group.kind, role.role, mentions, round(role.confidence, 2), role.rule)


def _results(
    text: Text,
    groups: list[Group],
    document: Document,
    reading: NameReading,
    sentences: tuple[Sentence, ...],
    models: Mapping[str, Linear],
) -> tuple[ExtractedResult, ...]:
    names = [group.name for group in groups]
    return tuple(
        ExtractedResult(
            _named(names, guess.method) or THIS,
            _named(names, guess.on),
            _named(names, guess.metric),
            text.text[guess.number.start : guess.number.end],
            guess.kind,
            guess.number.start,
            guess.number.end,
            sentences[text.sentence_at(guess.number.start)],
            round(guess.confidence, 2),
            guess.rule,
        )
        for guess in guess_results(text, groups, document, models)
    )


def _named(names: list[str], index: int) -> str | None:
    if index == OWN:
        return THIS
    return None if index == NOTHING else names[index]
