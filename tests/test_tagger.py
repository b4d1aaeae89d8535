"""The neural tagger: offsets, windows, hostile texts, and the arithmetic against slow formulas."""

from dataclasses import replace

import numpy as np
import pytest

from kg.errors import ModelError
from kg.extract.decoding import Name, WordText, abbreviates, names_in
from kg.extract.encoder import Encoder, gelu, softmax
from kg.extract.heads import LONGEST_SPAN, ROLES_OF
from kg.extract.judging import UNJUDGED, Judge, threshold_class
from kg.extract.numbers import numbers_in
from kg.extract.pairs import entity_pairs
from kg.extract.tagger import Tagger
from kg.extract.training.corpus import HELD_OUT, MEASURING, OTHER_FIELDS, read_lines
from kg.extract.wordpiece import SPECIAL, WordPieces, word_shape

TEXT = "ZIP-FIT: Embedding-Free Data Selection\nWe present ZIP-FIT. It beats DSIR on HumanEval by 85.1\\% (LLaMA2-7B)."


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return Tagger.load()


def probabilities(words: int, **cells: float) -> np.ndarray:
    """No names but in the given cells, `w3_1=0.9`: a method of two words from word 3."""
    out = np.zeros((words, LONGEST_SPAN, 6), np.float32)
    out[..., 0] = 1
    for cell, probability in cells.items():
        first, more = map(int, cell[1:].split("_"))
        out[first, more, :2] = 1 - probability, probability
    return out


def words_of(text: str) -> WordText:
    pieces = WordPieces([*SPECIAL]).read(text)
    return WordText(text, pieces.starts, pieces.ends)


@pytest.mark.parametrize(
    ("word", "shape"),
    [
        ("bert", 1),
        ("Bert", 2),
        ("BERT", 3),
        ("A", 4),
        ("LoRA", 5),
        ("2024", 6),
        ("4o", 7),
        ("T5", 8),
        ("-", 9),
        ("π", 1),
        ("≥", 10),
        ("iPhone", 11),
        ("LLMs", 12),
        ("GPTQer", 13),
    ],
)
def test_word_shapes(word: str, shape: int) -> None:
    assert word_shape(word) == shape


def test_pieces_keep_offsets_and_split_where_names_end() -> None:
    pieces = WordPieces([*SPECIAL, "bert", "-", "based", "l", "##la", "##ma"]).read("BERT-based\nLlama é")
    assert [("BERT-based\nLlama é"[a:b]) for a, b in zip(pieces.starts, pieces.ends, strict=True)] == [
        "BERT", "-", "based", "Llama", "é",
    ]  # fmt: skip
    assert pieces.ids == [5, 6, 7, 8, 9, 10, 1]
    assert pieces.first == [0, 1, 2, 3, 6]


def test_arithmetic() -> None:
    x = np.linspace(-4, 4, 9, dtype=np.float32)
    slow = 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))
    assert np.allclose(gelu(x), slow, atol=1e-6)
    assert np.allclose(softmax(np.array([[0.0, np.log(3)]], np.float32)), [[0.25, 0.75]])


def test_long_texts_are_read_in_windows_that_agree(tagger: Tagger) -> None:
    """The words at the front see the same window whether or not more text follows far behind."""
    sentence = "We train a model on ImageNet and evaluate it with care. "
    long = "A title\n" + sentence * 120
    pieces = tagger.pieces.read(long)
    assert len(pieces.ids) > 1000
    encoded = tagger.encoder.read(pieces, 2)
    assert encoded.words.shape == (len(pieces.first), 384)
    assert not np.any(np.all(encoded.words == 0, axis=1))
    found = [span for span in tagger.read(long).spans if long[span.start : span.end] == "ImageNet"]
    assert len(found) in (0, 120)


@pytest.mark.parametrize(
    "text", ["", "\n", " \n ", "x", "\n\n\n", "🙂\n🙂🙂", "\u202e\x00\n\ud800", "a" * 5000 + "\n", "(" * 900, TEXT]
)
def test_any_text_is_read(tagger: Tagger, text: str) -> None:
    reading = tagger.read(text)
    ends = [0, *(span.end for span in reading.spans)]
    for span, before in zip(reading.spans, ends, strict=False):
        assert before <= span.start < span.end <= len(text)
        assert 0 <= span.confidence <= 1
    mentions = [[(0, min(1, len(text)))], [(len(text), len(text))]]
    reading.relations(mentions, ["method", "task"])
    reading.results(mentions, ["method", "task"])
    for kind, roles in ROLES_OF.items():
        answer = reading.roles(kind, mentions[0])
        assert set(answer) == set(roles)
        assert sum(answer.values()) == pytest.approx(1, abs=1e-5)


def test_reading_changes_nothing(tagger: Tagger) -> None:
    first = tagger.read(TEXT).spans
    tagger.read("Another paper\nabout BERT and GLUE.")
    assert tagger.read(TEXT).spans == first


def test_shipped_model_reads_a_plain_abstract(tagger: Tagger) -> None:
    reading = tagger.read(TEXT)
    named = {TEXT[span.start : span.end]: span.kind for span in reading.spans}
    assert named["ZIP-FIT"] == "method"
    assert named["HumanEval"] == "benchmark"
    zip_fit = [(span.start, span.end) for span in reading.spans if TEXT[span.start : span.end] == "ZIP-FIT"]
    assert len(zip_fit) == 2
    roles = reading.roles("method", zip_fit)
    assert max(roles, key=roles.__getitem__) == "introduced"


def test_another_field_is_read_with_modesty(tagger: Tagger) -> None:
    """Abstracts of medicine, history, physics, of which the model knows nothing: few names, and none that is sure."""
    held_out = [paper for paper in read_lines([OTHER_FIELDS]) if paper.get(HELD_OUT) == MEASURING]
    strange = [paper for paper in held_out if not paper["entities"]][:20]
    found = [tagger.read(f"{paper['title']}\n{paper['abstract']}").names for paper in strange]
    assert sum(map(len, found)) < len(strange)
    assert all(name.probability < 0.8 for names in found for name in names)


def test_what_a_number_may_be_tied_to(tagger: Tagger) -> None:
    reading = tagger.read(TEXT)
    mentions = [[(TEXT.index(name), TEXT.index(name) + len(name))] for name in ("ZIP-FIT", "DSIR", "HumanEval")]
    [found] = [own for own in reading.results(mentions, ["method", "method", "benchmark"]) if TEXT[own.start] == "8"]
    assert found.confidence > 0.5
    assert 0 <= found.improvement <= 1
    assert {slot: sorted(chances, key=str) for slot, chances in found.chances.items()} == {
        "method": [-1, 0, 1],
        "on": [2, None],
        "metric": [None],
    }
    assert all(sum(chances.values()) == pytest.approx(1) for chances in found.chances.values())
    assert max(found.chances["method"], key=lambda filler: found.chances["method"][filler]) == 0


def test_what_is_likeliest_introduced_has_its_own_threshold(tagger: Tagger) -> None:
    name = Name(1, 0.4, ((0, 0),), ("ZIP",), (0.0, 1.0, 0.0, 0.0, 0.0))
    introduced, used = {"introduced": 0.8, "used": 0.2}, {"introduced": 0.2, "used": 0.8}
    assert threshold_class(name, used) == 1
    own = threshold_class(name, introduced)
    assert own > 1
    assert tagger.settings["thresholds"][own] <= 0.5


def test_missing_model() -> None:
    with pytest.raises(ModelError, match="kg train"):
        Tagger.load(__import__("pathlib").Path("nowhere"))


def test_same_string_is_judged_once() -> None:
    words = words_of("DSIR beats X. DSIR wins.")
    found = names_in(words, probabilities(7, w0_0=0.9, w4_0=0.6), [0.7] * 5)
    assert [name.mentions for name in found] == [((0, 0), (4, 4))]
    assert found[0].probability == pytest.approx(0.75)


def test_longer_name_takes_the_place() -> None:
    words = words_of("beam search is old")
    found = names_in(words, probabilities(4, w0_1=0.8, w1_0=0.3), [0.2] * 5)
    assert [(name.mentions, name.surfaces) for name in found] == [(((0, 1),), ("beam search",))]


def test_a_sure_name_takes_no_place_inside_a_longer_one() -> None:
    words = words_of("ROSE wins. ROSE-Bench is new")
    found = names_in(words, probabilities(8, w0_0=0.99, w3_2=0.9, w3_0=0.2), [0.2] * 5)
    assert [name.surfaces for name in found] == [("ROSE",), ("ROSE-Bench",)]


def test_the_kind_that_annotated_papers_gave_counts() -> None:
    judge = Judge({"adam": (9, 9, 0, 0, 0, 0)}, [[0.0] * len(UNJUDGED)] * 5)
    doubtful = Name(3, 0.9, ((0, 0),), ("Adam",), (0.4, 0.0, 0.0, 0.6, 0.0))
    assert judge.settled(doubtful).kind == 0
    assert judge.settled(replace(doubtful, surfaces=("Eve",))).kind == 3


def test_acronym_stands_with_its_long_form() -> None:
    words = words_of("Low-Rank Adaptation (LoRA) works")
    found = names_in(words, probabilities(8, w0_3=0.9, w5_0=0.5), [0.6] * 5)
    assert [name.surfaces for name in found] == [("LoRA", "Low-Rank Adaptation")]


@pytest.mark.parametrize(
    ("short", "long", "fits"),
    [
        ("LoRA", "Low-Rank Adaptation", True),
        ("LLMs", "large language model", True),
        ("CNN", "transformer", False),
        ("a", "attention", False),
    ],
)
def test_abbreviates(short: str, long: str, fits: bool) -> None:
    assert abbreviates(short, long) is fits


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("77.0% on GLUE", ["77.0%"]),
        ("by 2--2.5\\% there", ["2--2.5\\%"]),
        ("T5 at v1.5 in 3D", []),
        ("from 49.6% to 53.5%", ["49.6%", "53.5%"]),
        ("4.6x faster, 0.896 (DSC)", ["4.6x", "0.896"]),
        ("see https://x.org/12 now", []),
    ],
)
def test_numbers(text: str, numbers: list[str]) -> None:
    assert [text[start:end] for start, end in numbers_in(text)] == numbers


def test_pairs_know_what_lies_between() -> None:
    pairs = {(p.head, p.tail): p for p in entity_pairs([[(0, 1)], [(5, 5)]], [0, 3], with_this=False)}
    assert set(pairs) == {(0, 1)}
    assert (pairs[0, 1].between_start, pairs[0, 1].between_end) == (2, 5)
    assert Encoder.__doc__
