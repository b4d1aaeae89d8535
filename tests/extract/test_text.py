"""Sentences, tokens, acronyms, numbers: the ground the rules stand on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.extract.acronyms import abbreviations
from kg.extract.quantities import numbers
from kg.extract.sentences import sentence_bounds
from kg.extract.tokens import blank_english

SENTENCES = [
    ("We use it, e.g. BERT. It works.", ["We use it, e.g. BERT. ", "It works."]),
    ("See Smith et al. (2020) for it. Fig. 3 shows more.", ["See Smith et al. (2020) for it. ", "Fig. 3 shows more."]),
    ("Smith et al. We differ.", ["Smith et al. ", "We differ."]),
    ("GPT-3.5 beats v2.0 by 1.3%. Does it? Yes.", ["GPT-3.5 beats v2.0 by 1.3%. ", "Does it? ", "Yes."]),
    ("Code is at https://a.b/c.d. We hope.", ["Code is at https://a.b/c.d. ", "We hope."]),
    ("Models vs. humans, i.e. us.", ["Models vs. humans, i.e. us."]),
    ("Against adversarial attacks.A key step is.", ["Against adversarial attacks.", "A key step is."]),
    ("One.\n\nTwo", ["One.\n\n", "Two"]),
]


@pytest.mark.parametrize(("abstract", "expected"), SENTENCES)
def test_sentences_of_an_abstract(abstract: str, expected: list[str]) -> None:
    text = f"A title. With two parts\n{abstract}"
    bounds = sentence_bounds(text, 23)
    assert [text[begin:end] for begin, end in bounds] == ["A title. With two parts\n", *expected]


@given(st.text(max_size=60), st.text(alphabet="aB. \n!?)(0", max_size=120))
def test_every_character_lies_in_one_sentence(title: str, abstract: str) -> None:
    text = f"{title}\n{abstract}"
    bounds = sentence_bounds(text, len(title))
    assert "".join(text[begin:end] for begin, end in bounds) == text
    assert all(begin < end for begin, end in bounds)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("BERT-based CIFAR-10/100", ["BERT", "-", "based", "CIFAR-10", "/", "100"]),
        ("LLaMA2-7B GPT-4-like", ["LLaMA2-7B", "GPT-4", "-", "like"]),
        ("{SkillNet} and", ["{", "SkillNet", "}", "and"]),
        (r"\textsc{AIEV-Instruct}.", [r"\textsc", "{", "AIEV", "-", "Instruct", "}", "."]),
        ("JiuZhang~2.0 is", ["JiuZhang", "~", "2.0", "is"]),
    ],
)
def test_tokens_end_where_names_end(text: str, tokens: list[str]) -> None:
    assert [token.text for token in blank_english()(text)] == tokens


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Large language models (LLMs) err.", [("LLMs", "Large language models")]),
        ("Retrieval-augmented generation (RAG) helps.", [("RAG", "Retrieval-augmented generation")]),
        ("RAG (retrieval-augmented generation) helps.", [("RAG", "retrieval-augmented generation")]),
        ("We use Proximal Policy Optimization (PPO).", [("PPO", "Proximal Policy Optimization")]),
        ("by empirical risk minimization (erm) we", [("erm", "empirical risk minimization")]),
        ("the models (see below) and (b) or (2020)", []),
        ("a baseline (BERT) and a model (GPT-4)", []),
        ("a deep network specific for modeling variable length sequences (SSE).", []),
    ],
)
def test_abbreviations(text: str, found: list[tuple[str, str]]) -> None:
    own = [(text[a.short_start : a.short_end], text[a.long_start : a.long_end]) for a in abbreviations(text)]
    assert own == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("reaches 77.0\\% and +6.8 points", ["77.0\\%", "+6.8 points"]),
        ("gains of 2--2.5% here", ["2--2.5%"]),
        ("is 4.6x faster, 3 times smaller", ["4.6x", "3 times"]),
        ("from 49.6% to 53.5%", ["49.6%", "53.5%"]),
        ("a Dice of 0.896 (DSC)", ["0.896"]),
        ("correlates with accuracy (r=0.89, p < 0.01, n = 12); error=3.1%", ["3.1%"]),
        ("a recall of 0.529 (95% CI 0.502-0.558), hazard 1.38 (95% CI: [1.18, 1.62])", ["0.529", "1.38"]),
        ("95.1%/82.7% on two sets, 12/15 solved", ["95.1%", "82.7%"]),
        ("\\textbf{71.6\\%} and \\emph{1.46}, not \\cite{12}", ["71.6\\%", "1.46"]),
        ("gains of 10% to 35%, 9.93 dB, in 40 milliseconds", ["10% to 35%", "9.93 dB", "40 milliseconds"]),
        ("in 2021 with 7B parameters, 48,000 images, 12 layers", []),
        ("GPT-4 and CIFAR-10 on ResNet50 at https://a.b/95.3%", []),
    ],
)
def test_numbers_that_may_be_results(text: str, found: list[str]) -> None:
    assert [text[own.start : own.end] for own in numbers(text, bytearray(len(text) + 1))] == found
