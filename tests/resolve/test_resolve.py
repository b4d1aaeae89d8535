"""Concepts of small corpora written by hand: what meets, what stays apart, what is told."""

import random
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import SourceError
from kg.lexicon import KnownAcronym, Lexicon
from kg.model import Concept, Entity, Extraction, Kind, Mention, Paper, Resolution, Role
from kg.resolve import Overrules, merges_tsv, read_overrules, resolve, why
from kg.resolve.knowledge import Knowledge

NOTHING = Knowledge(Lexicon())
#: (paper, names of one entity, kind, role); the first name is the entity's own.
Row = tuple[str, Sequence[str], Kind, Role]
M, D, B, T, X = Kind.METHOD, Kind.DATASET, Kind.BENCHMARK, Kind.TASK, Kind.METRIC
USED, OWN = Role.USED, Role.INTRODUCED


def corpus(rows: Sequence[Row]) -> tuple[list[Paper], list[Extraction]]:
    """Papers whose abstracts name the entities, each inside a sentence."""
    papers, extractions = [], []
    for paper_id in sorted({row[0] for row in rows}):
        text = "Title\nHere"
        entities = []
        for _, names, kind, role in (row for row in rows if row[0] == paper_id):
            mentions = []
            for name in names:
                text += " and "
                mentions.append(Mention(paper_id, len(text), len(text) + len(name), name, kind, 0.9, "hand"))
                text += name
            entities.append(Entity(names[0], kind, role, tuple(mentions)))
        papers.append(Paper(paper_id, "Title", text.removeprefix("Title\n")))
        extractions.append(Extraction(paper_id, tuple(entities), (), ()))
    return papers, extractions


def resolved(rows: Sequence[Row], overrules: Overrules = Overrules(), knowledge: Knowledge = NOTHING) -> Resolution:  # noqa: B008 - frozen
    return resolve(*corpus(rows), overrules=overrules, knowledge=knowledge)


def groups(resolution: Resolution) -> list[set[str]]:
    """The names of each concept."""
    return [{concept.name, *concept.aliases} for concept in resolution.concepts]


def used(*names: str, kind: Kind = M) -> list[Row]:
    """Each name in a paper of its own."""
    return [(f"id:{number}", [name], kind, USED) for number, name in enumerate(names)]


ONE = [
    used("dense retrieval", "Dense Retrieval", "dense-retrieval"),
    used("LLMs", "LLM"),
    used("word embeddings", "Word Embedding"),
    used("Claude 3.5 Sonnet", "Claude Sonnet 3.5", "Claude-3.5-Sonnet"),
    [("id:1", ["retrieval-augmented generation", "RAG"], M, USED), *used("RAG"), ("id:2", ["RAGs"], M, USED)],
    [("id:1", ["MMLU"], D, USED), ("id:2", ["MMLU"], B, USED), ("id:3", ["MMLU"], B, USED)],
    [("id:1", ["membership inference attack"], T, USED), ("id:2", ["Membership Inference Attacks"], M, USED)],
]
APART = [
    used("GPT-4", "GPT-4o"),
    used("CIFAR-10", "CIFAR-100", kind=D),
    used("text-to-image generation", "image-to-text generation", kind=T),
    used("contrastive learning", "supervised contrastive learning"),
    [("id:1", ["GRASP"], M, OWN), ("id:2", ["GRaSP"], M, OWN)],
    [("id:1", ["MATH"], B, USED), ("id:2", ["math"], T, USED)],
    [("id:1", ["MAPs"], B, USED), ("id:2", ["MAP"], X, USED)],
    [
        ("id:1", ["Action Correction Agent", "ACA"], M, OWN),
        ("id:2", ["Adaptive Computation Allocation", "ACA"], M, OWN),
    ],
]


@pytest.mark.parametrize("rows", ONE, ids=lambda rows: rows[0][1][0])
def test_one_concept(rows: list[Row]) -> None:
    assert len(resolved(rows).concepts) == 1


@pytest.mark.parametrize("rows", APART, ids=lambda rows: rows[0][1][0])
def test_two_concepts(rows: list[Row]) -> None:
    assert len(resolved(rows, knowledge=Knowledge(Lexicon(words=frozenset({"math"})))).concepts) == 2


CL = [
    ("id:1", ["continual learning", "CL"], T, USED),
    ("id:1", ["catastrophic forgetting"], T, USED),
    ("id:2", ["contrastive learning", "CL"], M, USED),
    ("id:2", ["negative sampling"], M, USED),
    ("id:9", ["image classification"], T, USED),
]


def test_a_homonym_goes_by_its_company() -> None:
    resolution = resolved([*CL, ("id:3", ["CL"], M, USED), ("id:3", ["catastrophic forgetting"], T, USED)])
    assert resolution.concept_of["id:3", "CL"] == resolution.concept_of["id:1", "continual learning"]


def test_a_homonym_without_company_is_a_node_of_its_own_with_candidates() -> None:
    resolution = resolved([*CL, ("id:3", ["CL"], M, USED)])
    node = next(c for c in resolution.concepts if c.id == resolution.concept_of["id:3", "CL"])
    assert node.name == "CL"
    assert node.candidates == tuple(
        sorted(
            [resolution.concept_of["id:1", "continual learning"], resolution.concept_of["id:2", "contrastive learning"]]
        )
    )
    assert [d.name for d in resolution.decisions if d.verdict == "ambiguous"] == ["CL"]


def test_the_fields_plain_meaning_resolves_an_undefined_acronym() -> None:
    knows = Knowledge(Lexicon(acronyms=(KnownAcronym("NER", "named entity recognition", "task", 50),)))
    rows = [("id:1", ["NER"], T, USED), ("id:2", ["named entity recognition"], T, USED)]
    assert len(resolved(rows).concepts) == 2
    assert len(resolved(rows, knowledge=knows).concepts) == 1


@pytest.mark.parametrize(
    ("rows", "name"),
    [
        (used("Large Language Models", "large language models"), "large language model"),
        (
            [("id:1", ["LLMs", "Large language models"], M, USED), *used("large language models")],
            "large language model",
        ),
        ([("id:1", ["low-rank adaptation", "LoRA"], M, USED)], "LoRA"),
        ([("id:1", ["click-through rate prediction", "CTR prediction"], T, USED)], "click-through rate prediction"),
        ([("id:1", ["BERT", "Bidirectional Encoder Representations from Transformers"], M, USED)], "BERT"),
        (used(r"{SkillNet}"), "SkillNet"),
        (used("Diverse Beam Search"), "Diverse Beam Search"),
        (used("mixture of experts"), "mixture of experts"),
        (used("GANs"), "GAN"),
        ([("id:1", ["Fréchet Inception Distance", "FID"], X, USED)], "FID"),
    ],
)
def test_the_display_name_is_the_one_readers_expect(rows: list[Row], name: str) -> None:
    assert [concept.name for concept in resolved(rows).concepts] == [name]


def test_kind_by_weight_and_old_ids_arrive() -> None:
    (concept,) = resolved(
        [("id:1", ["MMLU"], D, USED), ("id:2", ["MMLU"], B, USED), ("id:3", ["MMLU"], B, USED)]
    ).concepts
    assert concept.id == "benchmark:mmlu"
    assert "dataset:mmlu" in concept.former_ids
    (concept,) = resolved([("id:1", ["retrieval-augmented generation", "RAG"], M, USED)]).concepts
    assert concept.id == "method:retrieval-augmented-generation"
    assert "method:rag" in concept.former_ids


@pytest.mark.parametrize(
    ("names", "kind", "narrow", "broad"),
    [
        (("RoBERTa", "RoBERTa-large"), M, "RoBERTa-large", "RoBERTa"),
        (("CIFAR-10", "CIFAR-10-C"), D, "CIFAR-10-C", "CIFAR-10"),
        (("Qwen2.5", "Qwen2.5-7B"), M, "Qwen2.5-7B", "Qwen2.5"),
        (("Qwen2.5", "Qwen2.5-7B", "Qwen2.5-7B-Instruct"), M, "Qwen2.5-7B-Instruct", "Qwen2.5-7B"),
        (("object detection", "3D object detection"), T, "3D object detection", "object detection"),
        (("BERT", "BERT-Attack"), M, "BERT-Attack", None),
        (("CIFAR-10", "CIFAR-100"), D, "CIFAR-100", None),
        (("supervised learning", "self-supervised learning"), M, "self-supervised learning", None),
    ],
)
def test_broader(names: tuple[str, ...], kind: Kind, narrow: str, broad: str | None) -> None:
    by_name = {concept.name: concept for concept in resolved(used(*names, kind=kind)).concepts}
    assert by_name[narrow].broader == ((by_name[broad].id,) if broad else ())


def test_every_merge_and_refusal_is_told() -> None:
    resolution = resolved(
        [*used("GANs", "GAN", "StyleGAN2", "StyleGAN3"), ("id:7", ["GAN", "generative adversarial network"], M, USED)]
    )
    concept = next(c for c in resolution.concepts if "GANs" in c.aliases)
    story = why(concept, resolution.decisions)
    assert {(d.name, d.other, d.rule) for d in story.merged} >= {("GAN", "GANs", "plural")}
    assert all(d.rule for d in resolution.decisions)
    refused = [d for d in resolution.decisions if d.verdict == "refused"]
    assert [(d.name, d.other, d.rule) for d in refused] == [("StyleGAN2", "StyleGAN3", "numbers differ")]
    lines = merges_tsv(resolution.decisions).splitlines()
    assert len(lines) == len(resolution.decisions) + 1
    assert {line.count("\t") for line in lines} == {6}


RULES = """
same = [["AlphaNet", "BetaNet"]]
different = [["LLM", "large language model"]]
drop = ["our system"]
[kind]
"WordNet" = "dataset"
"nowhere" = "task"
[name]
"GPT-3" = "GPT three"
"""


def test_the_user_overrules(tmp_path: Path) -> None:
    file = tmp_path / "rules.toml"
    file.write_text(RULES)
    rows: list[Row] = [
        *used("AlphaNet", "BetaNet", "our system", "WordNet", "GPT-3"),
        ("id:8", ["large language model", "LLM"], M, USED),
        ("id:9", ["LLM"], M, USED),
    ]
    resolution = resolved(rows, read_overrules(file))
    names = groups(resolution)
    assert {"AlphaNet", "BetaNet"} in names
    assert {"large language model"} in names
    assert {"LLM"} in names
    assert not any("our system" in group for group in names)
    assert ("id:2", "our system") not in resolution.concept_of
    assert {c.kind for c in resolution.concepts if c.name == "WordNet"} == {D}
    assert any(
        c.name == "GPT three" and "GPT-3" in c.aliases and "method:gpt-3" in c.former_ids for c in resolution.concepts
    )
    assert [(d.name, d.rule) for d in resolution.decisions if d.verdict == "unused"] == [("nowhere", "user: kind")]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("same = [[1, 2]]", "wants names in quotes"),
        ('same = [["one"]]', "two names or more"),
        ("kinds = 1", "unknown rule 'kinds'"),
        ('[kind]\nx = "planet"', "is no kind"),
        ("same = ", "is no TOML file"),
    ],
)
def test_rules_that_say_something_else_are_refused(text: str, message: str, tmp_path: Path) -> None:
    file = tmp_path / "rules.toml"
    file.write_text(text)
    with pytest.raises(SourceError, match=message):
        read_overrules(file)
    with pytest.raises(SourceError, match="cannot be read"):
        read_overrules(tmp_path / "missing.toml")


POOL = [
    "LLM", "LLMs", "large language model", "Large Language Models", "CL", "continual learning", "contrastive learning",
    "GPT-4", "GPT 4", "GPT-4o", "RAG", "retrieval-augmented generation", "SAM", "Segment Anything Model", "GRASP",
    "GRaSP", "dependency parsing", "dependancy parsing", "COCO", "MS COCO", "the COCO dataset", "", "</script>", "a\nb",
    "\ud800",
]  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_the_order_of_papers_does_not_matter(data: st.DataObject) -> None:
    names = st.lists(st.sampled_from(POOL), min_size=1, max_size=3, unique=True)
    entities = st.tuples(st.integers(1, 6).map(str), names, st.sampled_from(list(Kind)), st.sampled_from([USED, OWN]))
    rows = data.draw(st.lists(entities, max_size=12, unique_by=lambda row: (row[0], row[1][0])))
    papers, extractions = corpus(rows)
    first = resolve(papers, extractions)
    order = random.Random(data.draw(st.integers()))
    order.shuffle(papers)
    order.shuffle(extractions)
    assert resolve(papers, extractions) == first
    check(first, rows)


def check(resolution: Resolution, rows: Sequence[Row]) -> None:
    """What holds of every resolution: unique ids, every entity placed, no id answers for two concepts."""
    ids = [concept.id for concept in resolution.concepts]
    assert len(set(ids)) == len(ids)
    assert set(resolution.concept_of) == {(row[0], row[1][0]) for row in rows}
    assert set(resolution.concept_of.values()) == set(ids)
    former = [old for concept in resolution.concepts for old in concept.former_ids]
    assert len(set(former)) == len(former)
    assert not set(former) & set(ids)
    for concept in resolution.concepts:
        assert concept.name not in concept.aliases
        assert set(concept.broader) | set(concept.candidates) <= set(ids)
        assert isinstance(concept, Concept)
