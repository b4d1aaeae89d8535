"""The parts of a name: markup, words, numbers, singular forms."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.names import is_proper, is_short_form, plain, singular, tight, words

PLAIN = [
    (r"\textbf{D}ivide-and-\textbf{C}onquer", "Divide-and-Conquer"),
    ("$k$NN-LM", "kNN-LM"),
    (r"Fr\'echet Inception Distance", "Fréchet Inception Distance"),
    (r"T\"ULU 3", "TÜLU 3"),
    (r"\"{o}", "ö"),
    ("LaSOT_{ext}", "LaSOText"),
    (r"\ell_1 regularization", "l1 regularization"),
    (r"{\delta}-hyperbolicity", "δ-hyperbolicity"),
    (r"$\pi_0$", "π0"),
    ("τ^2-Bench", "τ²-Bench"),
    ("JiuZhang~2.0", "JiuZhang 2.0"),
    ("**P**air-**B**ased", "Pair-Based"),
    ("(P)rior(D)yna(F)low", "PriorDynaFlow"),
    ("{SkillNet}", "SkillNet"),
    ("``Hebb’s  rule''", "Hebb's rule"),
    (r"AT\&T corpus", "AT&T corpus"),
    ("MS\u00adCOCO", "MSCOCO"),
    ("text\u2013image", "text-image"),
]
TIGHT = [
    ("Llama-3 1B", "llama3|1b"),
    ("Llama-31B", "llama31b"),
    ("Qwen-1.5B", "qwen1.5b"),
    ("HumanEval+", "humaneval+"),
    ("A* search", "a*search"),
    ("tau-bench", "taubench"),
    ("τ-bench", "taubench"),
    ("Hebb's rule", "hebbsrule"),
    ("悟道 2.0", "悟道2.0"),
]
SINGULAR = [
    ("models", "model"), ("policies", "policy"), ("matrices", "matrix"), ("losses", "loss"), ("boxes", "box"),
    ("physics", "physics"), ("bias", "bias"), ("analysis", "analysis"), ("analyses", "analysis"), ("corpora", "corpus"),
    ("series", "series"), ("process", "process"), ("gas", "gas"), ("databases", "database"), ("vertices", "vertex"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "expected"), PLAIN)
def test_markup_is_taken_off(name: str, expected: str) -> None:
    assert plain(name) == expected


@pytest.mark.parametrize(("name", "expected"), TIGHT)
def test_letters_digits_and_signs_remain(name: str, expected: str) -> None:
    assert tight(name) == expected


@pytest.mark.parametrize(("word", "expected"), SINGULAR)
def test_singular(word: str, expected: str) -> None:
    assert singular(word) == expected


def test_words_are_cut_around_numbers() -> None:
    assert words("Qwen2.5-7B-Instruct") == ("qwen", "2.5", "7b", "instruct")
    assert words("text-to-image/video") == ("text", "to", "image", "video")


@pytest.mark.parametrize(
    ("name", "short", "proper"),
    [("RAG", True, True), ("LoRA", True, True), ("mAP", True, True), ("T5", True, True), ("LLMs", True, True),
     ("Adam", False, False), ("large language model", False, False), ("Large Language Model", False, False),
     ("GPT-4o", True, True), ("ImageNet", True, True), ("3D", False, True), ("Graph HyperNetwork", False, True)],
)  # fmt: skip
def test_short_forms_and_proper_names(name: str, short: bool, proper: bool) -> None:
    assert (is_short_form(name), is_proper(name)) == (short, proper)


@given(st.text(max_size=60))
def test_any_text_is_a_name(name: str) -> None:
    once = plain(name)
    assert tight(once) is not None
    assert isinstance(words(name), tuple)
    assert is_short_form(name) in (True, False)
