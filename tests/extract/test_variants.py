"""Which names of one paper are one name, and which are not."""

import pytest

from kg.extract.variants import Spelling, variants
from kg.model import Kind

LONG_FORMS = {"DiT": "Diffusion Transformers", "DG": "Domain Generalization"}


def joined(*names: str, kinds: tuple[Kind, ...] = ()) -> set[frozenset[str]]:
    spelled = [Spelling(name, kinds[at] if kinds else Kind.METHOD) for at, name in enumerate(names)]
    return {frozenset((names[a], names[b])) for a, b in variants(spelled, LONG_FORMS)}


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("offline RL", "offline reinforcement learning"),
        ("MLLMs", "Multimodal Large Language Models"),
        ("Multimodal LLMs", "multimodal large language model"),
        ("Video DiTs", "video diffusion transformer"),
        ("federated DG", "Federated Domain Generalization"),
        ("medical images segmentation", "medical image segmentation"),
        ("instruction tuning", "instruction-tuned"),
        ("few-shot", "few-shot learning"),
        ("large language model", "LLM"),
    ],
)
def test_one_name(name: str, other: str) -> None:
    assert joined(name, other) == {frozenset((name, other))}
    assert joined(other, name, "diffusion model") == {frozenset((name, other))}


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("2D diffusion model", "2D image diffusion model"),
        ("ColBERT", "ColBERTer"),
        ("FedMix", "FedMixed"),
        ("VBench", "VBench++"),
        ("GPT-4", "GPT-4o"),
        ("tokenizer", "tokenization"),
        ("CIFAR-10", "CIFAR-100"),
        ("LLaMA", "LLaMA 2"),
        ("RL", "robot planning"),
    ],
)
def test_two_names(name: str, other: str) -> None:
    assert joined(name, other) == set()


def test_kinds_stay_apart() -> None:
    assert joined("robot learning", "RL", kinds=(Kind.TASK, Kind.METHOD)) == set()


def test_what_could_be_two_is_neither() -> None:
    assert joined("RL", "reinforcement learning", "representation learning") == set()
    assert joined("reward", "reward model", "reward learning") == set()
