"""The spaCy pipeline, wired in one place: tokens, sentences, names, acronyms, entities.

nlp = pipeline(Tagger.load())
doc = nlp(document_of(nlp, paper.title, paper.abstract))
doc.sents, doc.ents, doc.spans["names"], groups_of(doc)
"""

from collections.abc import Sequence
from functools import partial
from typing import Any, Protocol, cast

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc, Span, SpanGroup
from spacy.util import filter_spans

from kg.extract.acronyms import Abbreviation, abbreviations
from kg.extract.coreference import Coreference
from kg.extract.document import Group, Occurrence, Text, text_of
from kg.extract.entities import complete, group
from kg.extract.judging import Seen
from kg.extract.results import Opinion
from kg.extract.sentences import sentence_bounds
from kg.extract.tokens import blank_english
from kg.model import Kind
from kg.text import clean

#: The group of `doc.spans` that holds every mention, with its confidence in `attrs`.
NAMES = "names"
_TITLE_END, _BOUNDS, _READING, _DEFINED, _GROUPS = (
    f"paperkg_{key}" for key in ("title_end", "sentences", "reading", "abbreviations", "groups")
)


class FoundSpan(Protocol):
    """A name as a tagger finds it: half-open character offsets, kind, confidence in [0, 1]."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def confidence(self) -> float: ...


class NameReading(Protocol):
    """One text as a tagger reads it; of results it may have no opinion at all, None."""

    @property
    def spans(self) -> Sequence[FoundSpan]: ...
    def roles(self, kind: str, mentions: Sequence[tuple[int, int]]) -> dict[str, float]: ...
    def relations(
        self, entities: Sequence[Sequence[tuple[int, int]]], kinds: Sequence[str], *, at_least: float | None = None
    ) -> list[tuple[int, str, int, float]]: ...
    def results(
        self, entities: Sequence[Sequence[tuple[int, int]]], kinds: Sequence[str]
    ) -> Sequence[Opinion] | None: ...


class NameTagger(Protocol):
    """What finds names; `kg.extract.tagger.Tagger` is the shipped one."""

    @property
    def model_hash(self) -> str: ...
    @property
    def seen(self) -> Seen: ...
    def read(self, text: str) -> NameReading: ...


def pipeline(tagger: NameTagger, same: Coreference | None = None) -> Language:
    """Our tokenizer and four components, in the order in which each needs the one before.

    `same` judges which differently written names are one thing; without it only what is certain is joined.
    """
    nlp = blank_english()
    nlp.add_pipe("paperkg_sentences")
    names = cast("_Names", nlp.add_pipe("paperkg_names"))
    names.tagger = tagger
    nlp.add_pipe("paperkg_acronyms")
    entities = cast("_Entities", nlp.add_pipe("paperkg_entities"))
    entities.same = same
    return nlp


def document_of(nlp: Language, title: str, abstract: str) -> Doc:
    """The tokens of title, newline, abstract, cleaned offset by offset; it remembers where the title ends."""
    doc = nlp.make_doc(clean(f"{title}\n{abstract}"))
    doc.user_data[_TITLE_END] = len(title)
    return doc


def reading_of(doc: Doc) -> NameReading:
    """What the tagger read in a document that went through the pipeline."""
    return cast(NameReading, doc.user_data[_READING])


def groups_of(doc: Doc) -> list[Group]:
    """The entities of a document that went through the pipeline."""
    return cast(list[Group], doc.user_data[_GROUPS])


def abbreviations_of(doc: Doc) -> list[Abbreviation]:
    """The acronyms that the text defines."""
    return cast(list[Abbreviation], doc.user_data[_DEFINED])


def text_from(doc: Doc) -> Text:
    """Words and sentences of the document, as the rules read them."""
    return text_of(doc, doc.user_data[_TITLE_END], doc.user_data[_BOUNDS])


@Language.component("paperkg_sentences")
def _sentences(doc: Doc) -> Doc:
    bounds = sentence_bounds(doc.text, doc.user_data.setdefault(_TITLE_END, max(0, doc.text.find("\n"))))
    doc.user_data[_BOUNDS] = bounds
    begins = [begin for begin, _ in bounds]
    marks = np.full((len(doc), 1), -1, np.int64)
    upcoming = 0
    for at, token in enumerate(doc):
        end = token.idx + len(token)
        while upcoming < len(begins) and end > begins[upcoming]:
            marks[at, 0] = 1
            upcoming += 1
    # Setting token by token asks of all tokens each time whether the document is parsed.
    return doc.from_array(["SENT_START"], cast(Any, marks.astype(np.uint64))) if len(doc) else doc


class _Names:
    """Sets `doc.spans["names"]` with confidences, and `doc.ents`; exact character offsets stay in the reading."""

    tagger: NameTagger

    def __call__(self, doc: Doc) -> Doc:
        reading = self.tagger.read(doc.text)
        doc.user_data[_READING] = reading
        spans: list[Span] = []
        confidences: list[float] = []
        for found in reading.spans:
            span = doc.char_span(found.start, found.end, label=found.kind.upper(), alignment_mode="expand")
            if span is not None:
                spans.append(span)
                confidences.append(found.confidence)
        doc.spans[NAMES] = SpanGroup(doc, name=NAMES, attrs={"confidence": confidences}, spans=spans)
        doc.ents = filter_spans(spans)
        return doc


@Language.factory("paperkg_names")
def _names(nlp: Language, name: str) -> _Names:
    return _Names()


@Language.component("paperkg_acronyms")
def _acronyms(doc: Doc) -> Doc:
    doc.user_data[_DEFINED] = list(abbreviations(doc.text))
    return doc


class _Entities:
    """Sets what `groups_of` gives: the names of one thing together."""

    same: Coreference | None

    def __call__(self, doc: Doc) -> Doc:
        found = [
            Occurrence(span.start, span.end, Kind(span.kind), span.confidence, "tagger")
            for span in reading_of(doc).spans
        ]
        defined = abbreviations_of(doc)
        judge = partial(self.same.pairs, doc.text, doc.user_data[_BOUNDS]) if self.same else None
        doc.user_data[_GROUPS] = group(doc.text, complete(doc.text, found, defined), defined, judge)
        return doc


@Language.factory("paperkg_entities")
def _entities(nlp: Language, name: str) -> _Entities:
    return _Entities()
