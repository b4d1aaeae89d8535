"""Whether two names would be one concept: a table of pairs, none of them a row of the lexicon unless it says so."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import kg
from kg.cli import main
from kg.lexicon import Lexicon
from kg.model import Kind
from kg.resolve.acronyms import stands_for
from kg.resolve.knowledge import Knowledge
from kg.resolve.pairs import same

M, D, B, T, X = Kind.METHOD, Kind.DATASET, Kind.BENCHMARK, Kind.TASK, Kind.METRIC
NOTHING = Knowledge(Lexicon())

SAME = [
    ("diffusion transformer", "Diffusion Transformers", M, M),
    ("multi-modal retrieval", "multimodal retrieval", T, T),
    ("MoEs", "MoE", M, M),
    ("the KILT benchmark", "KILT", B, B),
    ("NarrativeQA dataset", "NarrativeQA", D, D),
    ("colour constancy", "color constancy", T, T),
    ("generalisation bounds", "generalization bound", M, M),
    ("object tracking in videos", "video object tracking", T, T),
    ("generating captions", "caption generation", T, T),
    ("Gemini Flash 2.5", "Gemini 2.5 Flash", M, M),
    ("Qwen2.5-VL 7B", "Qwen 2.5 VL-7B", M, M),
    ("WMT 2014", "WMT14", D, D),
    ("ImageNet 128x128", "ImageNet-128", D, D),
    ("OpenAI o4-mini", "o4-mini", M, M),
    (r"$\beta$-VAE", "beta-VAE", M, M),
    (r"M\"obius transform", "Möbius transform", M, M),
    ("dependency parsing", "dependancy parsing", T, T),
    ("Transformation Regularization", "Transfomation Regularization", M, M),
    ("retrieval-augmented generation (RAG)", "RAG", M, M),
    ("RAG (retrieval-augmented generation)", "retrieval augmented generation", M, M),
    ("SemEval 2020 Task 5", "SemEval-2020 task 5", B, B),
    ("ToT", "tree of thoughts", M, M),
    ("BPTT", "backpropagation through time", M, M),
    ("R3", "Retrieve, Rerank, Read", M, M),
    ("SDXL-lightning", "SDXL Lightning", M, M),
    ("weak supervision", "Weak Supervision", T, M),
]
DIFFERENT = [
    ("GPT-4", "GPT-4o", M, M),
    ("CIFAR-10", "CIFAR-100", D, D),
    ("SQuAD", "SQuAD 2.0", D, D),
    ("Qwen2.5-7B", "Qwen2.5-72B", M, M),
    ("Llama-3 1B", "Llama 31B", M, M),
    ("BERT", "RoBERTa", M, M),
    ("PROP", "B-PROP", M, M),
    ("HumanEval", "HumanEval+", B, B),
    ("MMLU", "MMLU-Pro", B, B),
    ("contrastive learning", "supervised contrastive learning", M, M),
    ("text-to-video", "video-to-text", T, T),
    ("ATLaS", "aTLAS", M, M),
    ("LVBench", "LV-Bench", B, B),
    ("OK-VQA", "A-OKVQA", D, D),
    ("morality prediction", "mortality prediction", T, T),
    ("synchronous SGD", "asynchronous SGD", M, M),
    ("VideoLLaMA", "VideoLLaVA", M, M),
    ("CLIP score", "CLIP", X, M),
    ("Ludii dataset", "Ludii", D, M),
    ("dense retrieval", "dense retriever", T, M),
    ("Bayesian network", "Bayesian neural network", M, M),
    ("agentic framework", "agentic task", M, T),
    ("graph attention", "attention graph", M, M),
    ("recall@5", "recall@10", X, X),
]


@pytest.mark.parametrize(("name", "other", "kind", "other_kind"), SAME)
@pytest.mark.parametrize("swapped", [False, True])
def test_same_by_rule_without_a_lexicon(name: str, other: str, kind: Kind, other_kind: Kind, swapped: bool) -> None:
    if swapped:
        name, other, kind, other_kind = other, name, other_kind, kind
    answer = same(name, other, kind=kind, other_kind=other_kind, knowledge=NOTHING)
    assert answer.verdict == "same", answer
    assert answer.rule


@pytest.mark.parametrize(("name", "other", "kind", "other_kind"), DIFFERENT)
@pytest.mark.parametrize("swapped", [False, True])
def test_kept_apart(name: str, other: str, kind: Kind, other_kind: Kind, swapped: bool) -> None:
    if swapped:
        name, other, kind, other_kind = other, name, other_kind, kind
    answer = same(name, other, kind=kind, other_kind=other_kind)
    assert answer.verdict != "same", answer
    assert answer.rule


@pytest.mark.parametrize(
    ("name", "other", "kind", "verdict"),
    [
        ("RNN", "recurrent neural network", M, "same"),
        ("RNN", "recursive neural network", M, "different"),
        ("CL", "contrastive learning", M, "ambiguous"),
        ("CL", "continual learning", T, "ambiguous"),
        ("textual entailment", "NLI", T, "same"),
        ("MS COCO", "COCO", D, "same"),
        ("LLM agent", "large language model agents", M, "same"),
    ],
)
def test_what_the_lexicon_knows(name: str, other: str, kind: Kind, verdict: str) -> None:
    assert kg.same(name, other, kind=kind, other_kind=kind).verdict == verdict


def test_an_ambiguous_answer_lists_the_meanings() -> None:
    assert {"continual learning", "contrastive learning"} <= set(kg.same("CL", "continual learning").meanings)


@pytest.mark.parametrize(
    ("short", "long", "fits"),
    [
        ("LoRA", "low-rank adaptation", True),
        ("nDCG", "normalized discounted cumulative gain", True),
        ("XGBoost", "eXtreme Gradient Boosting", True),
        ("3DGS", "3D Gaussian splatting", True),
        ("NIAH", "Needle-in-a-Haystack", True),
        ("T5", "Text-to-Text Transfer Transformer", True),
        ("VAR", "visual autoregressive model", True),
        ("SPARK", "Signal Preservation And symmetRy breaKing", True),
        ("RewardBench", "VL-RewardBench", False),
        ("BERT", "bag of words", False),
        ("GAN", "diffusion model", False),
        ("GPT-4", "GPT-4 Turbo", False),
    ],
)
def test_letters_of_an_acronym(short: str, long: str, fits: bool) -> None:
    assert stands_for(short, long) is fits


@given(st.text(max_size=30), st.text(max_size=30))
def test_any_two_texts_get_one_answer_in_either_order(name: str, other: str) -> None:
    assert same(name, other, knowledge=NOTHING).verdict == same(other, name, knowledge=NOTHING).verdict
    assert same(name, name, knowledge=NOTHING).verdict == "same"


def test_the_command_answers_for_two_names(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["same", "RAG", "retrieval-augmented generation"]) == 0
    assert capsys.readouterr().out.startswith("same (acronym")
    assert main(["same", "--json", "MMLU", "MMLU-Pro"]) == 0
    assert json.loads(capsys.readouterr().out)["verdict"] == "different"


def test_the_command_answers_for_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "pairs.tsv"
    file.write_text(
        'name_a\ttype_a\tname_b\ttype_b\tnote\nGAN\tMETHOD\tGANs\tMETHOD\t"quoted\nGPT-3\tMETHOD\tGPT-4\tMETHOD\t\n'
    )
    assert main(["same", "--pairs", str(file)]) == 0
    header, first, second = (line.split("\t") for line in capsys.readouterr().out.splitlines())
    assert header == ["name_a", "type_a", "name_b", "type_b", "note", "same", "rule", "meanings"]
    assert first[4:7] == ['"quoted', "same", "plural"]
    assert second[5:7] == ["different", "numbers differ"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a\tb\n", "no column name_a"),
        ("name_a\tname_b\nonly one\n", ":2: 1 columns"),
        ("name_a\ttype_a\tname_b\nx\tplanet\ty\n", "'planet' is no kind"),
    ],
)
def test_a_file_that_cannot_be_read_is_told(
    content: str, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "pairs.tsv"
    file.write_text(content)
    assert main(["same", "--pairs", str(file)]) == 1
    assert message in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["same", "one"], ["same", "a", "b", "--pairs", "f"], ["same"]])
def test_wrong_usage(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
