"""`kg extract` and `kg evaluate` with the shipped model."""

import gzip
import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from kg.cli import main
from kg.extract import Extractor, to_line
from kg.extract.evaluate import score, value_key
from kg.model import Paper

from .conftest import SAMPLE


def _read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_extract_writes_one_line_a_paper(tmp_path: Path, records: list[dict[str, Any]], capsys: Any) -> None:
    papers, out = tmp_path / "papers.jsonl.gz", tmp_path / "out.jsonl"
    odd = {"id": 7, "title": "Odd \u0007 title ", "abstract": " We propose OddNet\u0000, a network. "}
    lines = [*(json.dumps(record) for record in records[:2]), "no json", json.dumps(odd), json.dumps(records[0])]
    papers.write_bytes(gzip.compress("\n".join(lines).encode()))
    assert main(["extract", str(papers), "-o", str(out)]) == 3
    assert "papers.jsonl.gz:3: not JSON" in capsys.readouterr().err
    written = _read(out)
    assert [record["id"] for record in written] == ["made-1", "made-2", 7, "made-1"]
    for record, paper in zip(written, [records[0], records[1], odd, records[0]], strict=True):
        text = f"{paper['title']}\n{paper['abstract']}"
        for entity in record["entities"]:
            for mention in entity["mentions"]:
                assert text[mention["start"] : mention["end"]] == mention["text"]


@pytest.mark.parametrize("content", [b"", b"\0\1\2", b"{}\n"])
def test_extract_says_what_it_cannot_read(tmp_path: Path, content: bytes, capsys: Any) -> None:
    papers, out = tmp_path / "papers.jsonl", tmp_path / "out.jsonl"
    papers.write_bytes(content)
    out.write_text("earlier")
    assert main(["extract", str(papers), "-o", str(out)]) == 1
    assert "papers.jsonl" in capsys.readouterr().err
    assert out.read_text() == "earlier"


def test_a_typed_paper_is_shown(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    typed = "SparkNet: Image Retrieval\nWe propose SparkNet, a graph neural network for image retrieval.\n"
    for options, expected in ((["--json"], '"name": "SparkNet"'), ([], "introduced")):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(typed.encode())))
        assert main(["extract", "-", *options]) == 0
        assert expected in capsys.readouterr().out


def test_evaluate_prints_the_scores(capsys: Any) -> None:
    assert main(["evaluate", str(SAMPLE), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["papers"] == 6
    assert told["concept"]["ALL"]["f1"] > 0.6
    assert told["introduced"]["r"] > 0.6
    assert told["from_gold_entities"]["concept"]["ALL"]["f1"] == 1.0


def test_the_gold_scores_perfectly_against_itself(records: list[dict[str, Any]]) -> None:
    told = score(records, {record["id"]: record for record in records}).to_json()
    assert told["role_accuracy"] == 1.0
    for figures in (*told["concept"].values(), *told["mention"].values(), told["result"], told["relation"]):
        assert figures["f1"] == 1.0


@pytest.mark.parametrize(
    ("written", "key"),
    [("77.0\\%", "77.0"), ("+6.8", "6.8"), ("2--2.5%", "2~2.5"), ("2 – 2.5%", "2~2.5"), ("~4.6x", "4.6x")],
)
def test_values_compare_as_the_guidelines_say(written: str, key: str) -> None:
    assert value_key(written) == key


def test_scores_of_a_small_mistake(records: list[dict[str, Any]]) -> None:
    wrong = json.loads(json.dumps(records[0]))
    wrong["entities"][0]["role"] = "used"
    wrong["entities"] = wrong["entities"][:-1]
    told = score(records[:1], {"made-1": wrong})
    assert (told.concept["ALL"].right, told.concept["ALL"].predicted, told.concept["ALL"].gold) == (12, 12, 13)
    assert (told.roles_right, told.roles) == (11, 12)
    assert (told.introduced.right, told.introduced.gold) == (1, 2)
    assert told.missed == {("METRIC", "latency"): 1}


@pytest.mark.slow
def test_workers_change_nothing(papers: list[Paper]) -> None:
    extractor = Extractor.load()
    alone = [to_line(extraction) for extraction in extractor.extract_all(papers)]
    assert [to_line(extraction) for extraction in extractor.extract_all(papers, workers=2)] == alone
