"""Names of one paper that are written differently and mean one thing."""

from collections.abc import Mapping, Sequence
from functools import partial

import pytest

from kg.extract.coreference import SAME, Coreference, candidates
from kg.extract.document import Occurrence
from kg.extract.entities import group
from kg.extract.extractor import RULES
from kg.extract.linear import read_models
from kg.extract.sentences import sentence_bounds
from kg.model import Kind

TEXT = (
    "Detection of Machine-Generated Text with GradCuit\n"
    "We study machine-generated text detection. Gradient through circuit (a gate) finds what image detection misses."
)


def occurrences(names: Mapping[str, Kind]) -> list[list[Occurrence]]:
    return [
        [Occurrence(TEXT.index(name), TEXT.index(name) + len(name), kind, 0.9, "test")] for name, kind in names.items()
    ]


def sentences() -> Sequence[tuple[int, int]]:
    return sentence_bounds(TEXT, TEXT.index("\n"))


def test_pairs_share_a_word_or_letters_and_the_kind() -> None:
    names = {
        "Detection of Machine-Generated Text": Kind.TASK,
        "GradCuit": Kind.METHOD,
        "machine-generated text detection": Kind.TASK,
        "Gradient through circuit": Kind.METHOD,
        "gate": Kind.METHOD,
        "image detection": Kind.METRIC,
    }
    pairs = {(i, j): features for i, j, features in candidates(TEXT, sentences(), occurrences(names), {})}
    assert list(pairs) == [(0, 2), (1, 3)]
    assert pairs[0, 2]["common words"] == pytest.approx(4 / 5)
    assert pairs[0, 2]["more: of"] == 1
    assert pairs[0, 2]["first in title"] == 1
    assert pairs[1, 3]["acronym, in order"] == 1
    assert "words" not in pairs[1, 3]


def test_what_adds_a_mark_to_a_name_is_another_thing() -> None:
    text = "COMET: Gates\nCOMET+ improves COMET."
    entities = [[Occurrence(start, end, Kind.METHOD, 0.9, "test")] for start, end in ((0, 5), (13, 19))]
    assert not list(candidates(text, sentence_bounds(text, text.index("\n")), entities, {}))


def test_the_name_that_readers_know_comes_first() -> None:
    names = {"Detection of Machine-Generated Text": Kind.TASK, "machine-generated text detection": Kind.TASK}
    model = read_models(RULES)[SAME]
    pairs = Coreference(model, {}).pairs(TEXT, sentences(), occurrences(names))
    assert pairs == [(0, 1)]
    seen = {"machinegeneratedtextdetection": (12, 0, 0, 0, 12, 0)}
    assert Coreference(model, seen).pairs(TEXT, sentences(), occurrences(names)) == [(1, 0)]


def test_what_other_papers_name_often_is_known() -> None:
    names = {"Detection of Machine-Generated Text": Kind.TASK, "machine-generated text detection": Kind.TASK}
    seen = {"machinegeneratedtextdetection": (9, 0, 0, 0, 8, 0)}
    ((_, _, features),) = candidates(TEXT, sentences(), occurrences(names), seen)
    assert features["shorter, share of papers"] == pytest.approx(8.3 / 10)
    assert (features["longer new"], features["shorter new"], features["both known"]) == (1, 0, 0)


def test_the_shipped_model_joins_two_ways_to_say_it() -> None:
    names = {
        "Detection of Machine-Generated Text": Kind.TASK,
        "machine-generated text detection": Kind.TASK,
        "image detection": Kind.TASK,
    }
    found = [own for each in occurrences(names) for own in each]
    judge = partial(Coreference(read_models(RULES)[SAME], {}).pairs, TEXT, sentences())
    assert [own.name for own in group(TEXT, found, [], judge)] == [
        "detection of machine-generated text",
        "image detection",
    ]
    assert len(group(TEXT, found, [])) == 3


def test_a_joined_acronym_names_the_entity() -> None:
    names = {"GradCuit": Kind.METHOD, "Gradient through circuit": Kind.METHOD}
    found = [own for each in occurrences(names) for own in each]
    assert [own.name for own in group(TEXT, found, [], lambda _: [(0, 1)])] == ["GradCuit"]
