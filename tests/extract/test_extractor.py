"""The whole walk from a paper to its extraction, with a tagger that knows the names."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kg.errors import StoreError
from kg.extract import Extractor, extract_from_gold, from_line, score, to_line, to_record
from kg.extract.acronyms import abbreviations
from kg.extract.cache import ExtractionCache
from kg.extract.document import Group, Occurrence, text_of
from kg.extract.entities import complete, group
from kg.extract.extractor import RULES
from kg.extract.linear import read_models
from kg.extract.pipeline import document_of, pipeline
from kg.extract.roles import guess_roles, role_features
from kg.extract.tokens import blank_english
from kg.model import ROLES_OF_KIND, Kind, Paper

from .conftest import FakeTagger


def test_extractions_hold_their_promises(extractor: Extractor, papers: list[Paper]) -> None:
    for paper, extraction in zip(papers, extractor.extract_all(papers), strict=True):
        assert extraction.paper == paper.id
        assert "".join(paper.text[s.start : s.end] for s in extraction.sentences) == paper.text
        names = [entity.name for entity in extraction.entities]
        assert len(names) == len(set(names))
        for entity in extraction.entities:
            assert entity.role in ROLES_OF_KIND[entity.kind]
            for mention in entity.mentions:
                assert paper.text[mention.start : mention.end] == mention.text
                assert mention.confidence == round(mention.confidence, 2)
        for result in extraction.results:
            assert paper.text[result.start : result.end] == result.value
            assert {result.method, result.on, result.metric} <= {*names, "THIS", None}
            assert result.sentence.start <= result.start < result.sentence.end
        for relation in extraction.relations:
            assert {relation.head, relation.tail} <= {*names, "THIS"}


def test_the_sample_is_read_well(extractor: Extractor, records: list[dict[str, Any]], papers: list[Paper]) -> None:
    scores = score(records, {own.paper: to_record(own) for own in extractor.extract_all(papers)})
    assert scores.concept["ALL"].f1 > 0.9
    assert scores.introduced.recall == 1.0
    assert scores.role_accuracy > 0.85
    assert scores.result.f1 > 0.4
    assert scores.relation.f1 > 0.4


def test_given_entities_keep_their_names(extractor: Extractor, records: list[dict[str, Any]]) -> None:
    extraction = extract_from_gold(extractor, records[0])
    assert {entity.name for entity in extraction.entities} == {entity["name"] for entity in records[0]["entities"]}


def test_a_recipe_gives_nothing(extractor: Extractor, papers: list[Paper]) -> None:
    extraction = extractor.extract(papers[-1])
    assert (extraction.entities, extraction.results, extraction.relations) == ((), (), ())


@pytest.mark.parametrize("title", ["", "\ud800 <script>", "a\u0007b", "X" * 3000])
def test_hostile_text(extractor: Extractor, title: str) -> None:
    paper = Paper("id:h", title, "We \x00 propose (( 3.5% \ufffe and e.g.\n\n.")
    extraction = extractor.extract(paper)
    assert "".join(paper.text[s.start : s.end] for s in extraction.sentences) == paper.text


def test_the_order_of_papers_changes_nothing(extractor: Extractor, papers: list[Paper]) -> None:
    forwards = list(extractor.extract_all(papers))
    backwards = list(extractor.extract_all(papers[::-1]))
    assert forwards == backwards[::-1]


def test_progress_counts_papers(extractor: Extractor, papers: list[Paper]) -> None:
    counts: list[int] = []
    assert len(list(extractor.extract_all(papers, progress=counts.append))) == len(papers)
    assert counts == list(range(1, len(papers) + 1))


def test_lines_are_lossless(extractor: Extractor, papers: list[Paper]) -> None:
    for extraction in extractor.extract_all(papers):
        assert from_line(to_line(extraction)) == extraction
        assert to_line(from_line(to_line(extraction))) == to_line(extraction)


@pytest.mark.parametrize("line", ["", "{}", "[1]", '{"id": "a", "entities": 3}', "not json"])
def test_a_line_that_is_no_extraction_is_refused(line: str) -> None:
    with pytest.raises(StoreError, match="extract the paper again"):
        from_line(line)


def test_the_cache_gives_back_what_was_extracted(tmp_path: Path, extractor: Extractor, papers: list[Paper]) -> None:
    cache = ExtractionCache(tmp_path, "model one")
    paper, extraction = papers[0], extractor.extract(papers[0])
    assert cache.read(paper) is None
    cache.write(paper, extraction)
    assert cache.read(paper) == extraction
    renamed = cache.read(replace(paper, id="id:other"))
    assert renamed is not None
    assert renamed.paper == "id:other"
    assert cache.read(replace(paper, abstract=paper.abstract + " ")) is None
    assert ExtractionCache(tmp_path, "another model").read(paper) is None


@pytest.mark.parametrize("damage", [b"", b"\xff\xfe", b"0" * 64 + b"\n{}"])
def test_a_damaged_cache_is_noticed(tmp_path: Path, extractor: Extractor, papers: list[Paper], damage: bytes) -> None:
    cache = ExtractionCache(tmp_path, "m")
    cache.write(papers[0], extractor.extract(papers[0]))
    (file,) = tmp_path.rglob("*.json")
    file.write_bytes(damage)
    assert cache.read(papers[0]) is None
    cache.write(papers[0], extractor.extract(papers[0]))
    assert cache.read(papers[0]) == extractor.extract(papers[0])


def test_the_pipeline_is_a_spacy_pipeline(records: list[dict[str, Any]]) -> None:
    nlp = pipeline(FakeTagger(records))
    assert nlp.pipe_names == ["paperkg_sentences", "paperkg_names", "paperkg_acronyms", "paperkg_entities"]
    doc = nlp(document_of(nlp, records[0]["title"], records[0]["abstract"]))
    assert [sentence.text for sentence in doc.sents][:2] == [
        "BirchRank: Passage Ranking with Tree-Shaped Attention\n",
        "Dense retrieval with pre-trained language models (PLMs) ranks passages well, but long passages remain costly.",
    ]
    assert ("MS MARCO", "DATASET") in [(span.text, span.label_) for span in doc.ents]
    assert len(doc.spans["names"]) == len(doc.spans["names"].attrs["confidence"])


GROUPED = [
    ("We use Vertical Federated Learning. VFL leaks.", ["Vertical Federated Learning", "VFL"], 1),
    ("AlgoNet (AN) and AlgoNets differ.", ["AlgoNet", "AlgoNets"], 1),
    ("Few-shot learning and few shot learning.", ["Few-shot learning", "few shot learning"], 1),
    ("Qwen2.5-7B and Qwen2.5-72B run.", ["Qwen2.5-7B", "Qwen2.5-72B"], 2),
    ("Use {SkillNet} or SkillNet.", ["SkillNet"], 1),
    ("We use discrete diffusion models (DMs). DMs leak.", ["discrete diffusion models", "DMs"], 1),
    (
        "CoT by Tall Chain of Thought is no Chain of Thought (CoT) prompting.",
        ["CoT", "Tall Chain of Thought", "Chain of Thought (CoT) prompting"],
        3,
    ),
]


@pytest.mark.parametrize(("abstract", "surfaces", "entities"), GROUPED)
def test_names_of_one_thing_are_one_entity(abstract: str, surfaces: list[str], entities: int) -> None:
    found = [
        Occurrence(abstract.index(surface), abstract.index(surface) + len(surface), Kind.METHOD, 0.9, "test")
        for surface in surfaces
    ]
    definitions = list(abbreviations(abstract))
    assert len(group(abstract, complete(abstract, found, definitions), definitions)) == entities


@pytest.mark.parametrize(
    ("title", "abstract", "name"),
    [
        ("ZIP-FIT: Embedding-Free Selection", "We beat DSIR.", "ZIP-FIT"),
        ("QuartzBench: Can They Read?", "We beat DSIR.", "QuartzBench"),
        ("Introduction: a start", "We beat DSIR.", None),
        ("Why do so: an essay", "We beat DSIR.", None),
        ("ISIS-2: Aspirin or Placebo", "Patients took one of them.", None),
    ],
)
def test_the_name_before_a_title_colon_is_found(title: str, abstract: str, name: str | None) -> None:
    text = f"{title}\n{abstract}"
    at = text.find("DSIR")
    other = [Occurrence(at, at + 4, Kind.METHOD, 0.9, "tagger")] if at >= 0 else []
    found = [own for own in complete(text, other, []) if own.rule == "title before the colon"]
    assert [title[own.start : own.end] for own in found] == ([name] if name else [])


@pytest.mark.parametrize(("confidence", "role"), [(0.9, "introduced"), (0.2, "used")])
def test_a_doubtful_name_is_not_introduced(confidence: float, role: str) -> None:
    text = "ZIP-FIT\nWe use it."
    named = Group("ZIP-FIT", Kind.METHOD, (Occurrence(0, 7, Kind.METHOD, confidence, "tagger"),))
    opinion = {"introduced": 0.8, "used": 0.15, "compared": 0.03, "mentioned": 0.02}
    cues = role_features(text_of(blank_english().make_doc(text), 7, [(0, 8), (8, len(text))]), [named])
    (guess,) = guess_roles([named], cues, [opinion], read_models(RULES))
    assert (guess.role, guess.confidence) == (role, guess.chances[guess.role])
    assert (guess.rule == "too doubtful to be introduced") == (role == "used")
