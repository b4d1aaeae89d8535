"""The whole walk: the seeds in, every output there, the same bytes again, and bad input that harms nothing."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tiny import SEEDS

import kg
from kg import outputs
from kg.cli import main
from kg.errors import OutputError, SourceError, StoreError

ABSTRACT = "We introduce {1}, a method for question answering. {1} outperforms BERT on SQuAD."
RECORD = f'{{{{"id": "{{0}}", "title": "{{1}}", "abstract": "{ABSTRACT}"}}}}\n'
BUILT = {outputs.GRAPH, outputs.TURTLE, outputs.PAGE, outputs.EXTRACTIONS, outputs.MERGES, outputs.REPORT}


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """A small input of two papers, quick to build."""
    path = tmp_path / "papers.jsonl"
    path.write_text(RECORD.format("A1", "AlphaNet") + RECORD.format("B1", "BetaNet"), encoding="utf-8")
    return path


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in sorted(folder.iterdir()) if file.is_file()}


def test_the_seeds_give_every_output_and_every_paper(seeds_outputs: Path) -> None:
    assert set(contents(seeds_outputs)) == BUILT
    report = json.loads((seeds_outputs / outputs.REPORT).read_bytes())
    assert (report["counts"]["papers"], report["counts"]["entries"]) == (219, 264)
    assert report["counts"]["papers_with_date"] == 69
    assert set(report["outputs"]) == BUILT - {outputs.REPORT}
    assert set(report["inputs"]) == {file.name for file in SEEDS.iterdir()}
    assert report["rejected"] == []


def test_seed_papers_carry_what_their_page_says(seeds_graph: kg.KnowledgeGraph) -> None:
    paper = seeds_graph.paper("OnePiece: Bringing Context Engineering")
    assert (str(paper.published), paper.author_count, paper.comments) == ("2025-09-22", 16, 3)
    assert [str(place.day) for place in paper.seen_in if place.day] == ["2025-10-29"]
    assert [paper.organisation for paper in seeds_graph.papers() if paper.organisation] == ["ByteDance"]


def test_the_same_bytes_for_any_hash_seed_order_and_number_of_workers(page: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.jsonl"
    other.write_text(RECORD.format("C1", "GammaNet"), encoding="utf-8")
    made = []
    for run, (seed, inputs, workers) in enumerate([("0", (page, other), "1"), ("1", (other, page), "2")]):
        out = tmp_path / f"out{run}"
        command = [sys.executable, "-m", "kg", "build", *map(str, inputs), "-o", str(out), "--workers", workers]
        subprocess.run(command, check=True, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True)
        made.append(contents(out))
    assert made[0] == made[1]


def test_adding_a_page_and_taking_it_away_gives_the_bytes_of_a_build_from_nothing(page: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.jsonl"
    other.write_text(RECORD.format("C1", "GammaNet"), encoding="utf-8")
    kg.build(page, tmp_path / "grown")
    first = contents(tmp_path / "grown")
    kg.build([page, other], tmp_path / "grown")
    kg.build([page, other], tmp_path / "fresh")
    assert contents(tmp_path / "grown") == contents(tmp_path / "fresh") != first
    kg.build(page, tmp_path / "grown")
    assert contents(tmp_path / "grown") == first


def test_a_damaged_cache_is_noticed_and_built_anew(page: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    kg.build(page, out)
    first = contents(out)
    cached = [file for file in (out / outputs.CACHE).rglob("*") if file.is_file()]
    assert cached
    for file in cached:
        file.write_bytes(file.read_bytes()[:-20] + b"garbage")
    kg.build(page, out)
    assert contents(out) == first


def test_load_gives_back_what_build_gave(page: Path, tmp_path: Path) -> None:
    built = kg.build(page, tmp_path / "out")
    loaded = kg.load(tmp_path / "out")
    assert loaded.papers() == built.papers()
    assert loaded.claims() == built.claims()
    assert {loaded.paper(name).id for name in ("A1", "id:A1", "AlphaNet")} == {"id:A1"}


def test_a_set_that_does_not_fit_together_is_refused(page: Path, tmp_path: Path) -> None:
    kg.build(page, tmp_path)
    with (tmp_path / outputs.GRAPH).open("ab") as file:
        file.write(b"\n")
    with pytest.raises(StoreError, match="does not fit"):
        kg.load(tmp_path)
    with pytest.raises(StoreError, match="run kg build"):
        kg.load(tmp_path / "nowhere")


BAD_INPUTS = {
    "empty.txt": b"",
    "picture.txt": b"\x89PNG\r\n\x1a\n\x00\x00",
    "diary.txt": b"Dear diary,\n\nnothing happened.\n",
    "latin.txt": b"byAK and the research community\n\nOct 29\n\nCaf\xe9",
}


@pytest.mark.parametrize("name", sorted(BAD_INPUTS))
def test_input_that_cannot_be_read_says_so_and_leaves_the_outputs(
    name: str, page: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    kg.build(page, out)
    before = contents(out)
    (tmp_path / name).write_bytes(BAD_INPUTS[name])
    assert main(["build", str(tmp_path / name), "-o", str(out)]) == 1
    assert name in capsys.readouterr().err
    assert contents(out) == before


def test_a_bad_record_among_good_ones_ends_with_3_and_is_listed(
    page: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with page.open("a", encoding="utf-8") as file:
        file.write("{broken\n")
    assert main(["build", str(page), "-o", str(tmp_path / "out")]) == 3
    assert f"{page.name}:3" in capsys.readouterr().err
    assert len(kg.load(tmp_path / "out").papers()) == 2


def test_a_missing_input_is_an_error_and_a_missing_argument_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no such file"):
        kg.build(tmp_path / "nowhere", tmp_path / "out")
    assert main(["build", str(tmp_path / "nowhere"), "-o", str(tmp_path / "out")]) == 1
    with pytest.raises(SystemExit) as exit_:
        main(["build"])
    assert exit_.value.code == 2


def test_an_output_that_cannot_be_written_is_an_error(page: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OutputError, match="cannot be written"):
        kg.build(page, tmp_path / "file")


def test_files_of_others_in_the_folder_stay(page: Path, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    kg.build(page, tmp_path)
    assert (tmp_path / "notes.txt").read_text() == "mine"
    assert not list(tmp_path.glob(".build-*"))


def test_importing_for_a_query_does_not_import_spacy() -> None:
    code = "import sys, kg, kg.cli; sys.exit('spacy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
