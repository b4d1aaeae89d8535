"""Training, where PyTorch is installed: gold is learned, and what was learned is taught to another network."""

import pytest

torch = pytest.importorskip("torch", reason="training needs the extra train")

from kg.extract.training.finetune import Plan, finetune  # noqa: E402
from kg.extract.training.gold import example_of  # noqa: E402
from kg.extract.training.losses import joint_loss  # noqa: E402
from kg.extract.training.network import Network, Size, stack  # noqa: E402
from kg.extract.training.selftrain import labelled, soft_loss  # noqa: E402
from kg.extract.wordpiece import SPECIAL, WordPieces  # noqa: E402

PAPER = {
    "id": "one",
    "title": "ZIP-FIT: data selection",
    "abstract": "We present ZIP-FIT. It beats DSIR on GLUE by 3.2%.",
    "entities": [
        {"name": "ZIP-FIT", "type": "METHOD", "role": "introduced", "mentions": ["ZIP-FIT"]},
        {"name": "DSIR", "type": "METHOD", "role": "compared", "mentions": ["DSIR"]},
        {"name": "GLUE", "type": "BENCHMARK", "role": "evaluated", "mentions": ["GLUE"]},
    ],
    "relations": [["ZIP-FIT", "outperforms", "DSIR"]],
    "results": [{"method": "ZIP-FIT", "on": "GLUE", "metric": None, "value": "3.2%", "kind": "improvement"}],
}
PIECES = WordPieces(
    [
        *SPECIAL,
        *sorted(
            {*"zipfitdatasleconwrgubyh0123456789%:.-", *(f"##{c}" for c in "abcdefghijklmnopqrstuvwxyz0123456789")}
        ),
    ]
)


def small(seed: int) -> Network:
    torch.manual_seed(seed)
    size = Size(width=48, layers=1, inner=64, relative=bool(seed))
    return Network(len(PIECES.vocabulary), dropout=0.0, head_dropout=0.0, size=size)


def test_gold_is_learned_and_what_was_learned_is_taught() -> None:
    network, text = small(0), f"{PAPER['title']}\n{PAPER['abstract']}"
    example = example_of(PAPER, PIECES)
    before = float(joint_loss(network, [example]).detach())
    finetune(network, [example], plan=Plan(epochs=60, encoder_rate=3e-3, head_rate=3e-3, average_from=0.9), seed=0)
    after = float(joint_loss(network, [example]).detach())
    assert after < before / 3
    softs = labelled([network, network], [text], PIECES)
    assert [text[softs[0].example.words.starts[own[0][0]] :][:4] for own in softs[0].example.mentions]
    pupil = small(1)
    told = float(soft_loss(pupil, softs).detach())
    finetune(pupil, [example], softs, plan=Plan(epochs=1, soft_epochs=60, encoder_rate=3e-3, head_rate=3e-3), seed=0)
    assert float(soft_loss(pupil, softs).detach()) < told / 2


def test_a_stacked_encoder_repeats_layers_and_keeps_what_lies_below() -> None:
    torch.manual_seed(0)
    encoder, deep = (
        Network(20, dropout=0.0, head_dropout=0.0, size=Size(width=48, layers=layers, inner=64)).enc
        for layers in (2, 4)
    )
    stack(deep, encoder, (0, 1, 0, 1))
    assert torch.equal(deep.word.weight, encoder.word.weight)
    assert torch.equal(deep.ln.bias, encoder.ln.bias)
    for n, layer in enumerate(deep.layers):
        assert torch.equal(layer.up.weight, encoder.layers[n % 2].up.weight)
    with torch.no_grad():
        deep.layers[2].up.weight.zero_()
    assert encoder.layers[0].up.weight.any()
