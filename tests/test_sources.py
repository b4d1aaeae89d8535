"""Readers: the four seed pages, hostile and broken pages, JSON Lines."""

import gzip
import io
from pathlib import Path

import pytest
from tiny import SEEDS

from kg.corpus import merge
from kg.errors import SourceError
from kg.model import Paper, PartialDate, Rejection
from kg.sources import read
from kg.sources.identity import paper_id, strong_id

MENU = "new\n\nSubscribe\n\nDaily Papers\n\nbyAK and the research community\n\nOct 29\n\n"
ABSTRACT = "A study. " * 30 + "It ends."


def split(records: list[Paper | Rejection]) -> tuple[list[Paper], list[Rejection]]:
    return [r for r in records if isinstance(r, Paper)], [r for r in records if isinstance(r, Rejection)]


def page(body: str, *, menu: str = MENU, year: int | None = None) -> tuple[list[Paper], list[Rejection]]:
    return split(list(read(["-"], stdin=io.BytesIO((menu + body).encode()), page_year=year)))


def lines(text: str | bytes) -> tuple[list[Paper], list[Rejection]]:
    content = text.encode() if isinstance(text, str) else text
    return split(list(read(["-"], stdin=io.BytesIO(content))))


@pytest.mark.parametrize(("prefix", "entries"), [("000", 64), ("001", 58), ("002", 71), ("003", 71)])
def test_every_entry_of_a_seed_page_is_read(prefix: str, entries: int) -> None:
    (file,) = SEEDS.glob(f"{prefix}_*.txt")
    papers, rejections = split(list(read([file])))
    assert (len(papers), rejections) == (entries, [])


def test_seeds_are_219_papers_of_264_entries_and_69_have_a_date() -> None:
    papers, _ = split(list(read([SEEDS])))
    corpus = merge(papers)
    assert (corpus.entries, len(corpus.papers)) == (264, 219)
    assert sum(paper.published is not None for paper in corpus.papers) == 69


def test_seed_titles_and_abstracts_are_the_lines_of_the_page() -> None:
    papers, _ = split(list(read([SEEDS])))
    for paper in papers:
        (place,) = paper.seen_in
        page_lines = (SEEDS / place.file).read_text(encoding="utf-8").split("\n")
        assert page_lines[place.line - 1].strip() == paper.title
        assert page_lines[place.line + 1].strip() == paper.abstract


BYLINES = [
    ("  • 16 authors\n·\nSep 22 3", (16, None, PartialDate(2025, 9, 22), 3)),
    ("  • 6 authors\n·\nAug 20", (6, None, PartialDate(2025, 8, 20), None)),
    ("  • 6 authors\n·\nApr 15, 2022", (6, None, PartialDate(2022, 4, 15), None)),
    ("  • 1 author\n·\nDec 26, 2024 2", (1, None, PartialDate(2024, 12, 26), 2)),
    ("ByteDance ByteDance\n·\nOct 14 2", (None, "ByteDance", PartialDate(2025, 10, 14), 2)),
    ("Allen Institute for AI\n·\nOct 14", (None, "Allen Institute for AI", PartialDate(2025, 10, 14), None)),
    ("", (None, None, None, None)),
]


@pytest.mark.parametrize(("byline", "expected"), BYLINES)
def test_bylines(byline: str, expected: tuple[object, ...]) -> None:
    older = f"Older\n\n{ABSTRACT}\n\n  • 2 authors\n·\nMay 1, 2024\n\n"
    papers, rejections = page(f"{older}A Title\n\n{ABSTRACT}\n\n{byline}")
    assert rejections == []
    paper = papers[1]
    assert (paper.author_count, paper.organisation, paper.published, paper.comments) == expected


@pytest.mark.parametrize(
    ("dates", "year", "published"),
    [
        (["Sep 22"], None, [PartialDate(None, 9, 22)]),
        (["Sep 22"], 2025, [PartialDate(2025, 9, 22)]),
        (["Sep 22", "Apr 15, 2022"], None, [PartialDate(2023, 9, 22), PartialDate(2022, 4, 15)]),
        (["Feb 29", "Apr 15, 2022"], None, [PartialDate(2024, 2, 29), PartialDate(2022, 4, 15)]),
    ],
)
def test_a_page_is_of_the_smallest_year_that_fits(
    dates: list[str], year: int | None, published: list[PartialDate]
) -> None:
    body = "\n\n".join(f"Title {i}\n\n{ABSTRACT}\n\n  • 2 authors\n·\n{date}" for i, date in enumerate(dates))
    papers, _ = page(body, year=year)
    assert [paper.published for paper in papers] == published


def test_a_date_after_the_pages_day_leaves_its_year_open_and_says_so() -> None:
    papers, rejections = page(
        f"T\n\n{ABSTRACT}\n\n • 2 authors\n·\nNov 3\n\nU\n\n{ABSTRACT}\n\n • 1 authors\n·\nMay 1, 2024"
    )
    assert papers[0].published == PartialDate(None, 11, 3)
    assert "after the page's day" in rejections[0].reason


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"\n \n", "empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "binary"),
        (b"Dear diary,\n\nnothing happened.\n", "neither a saved Daily Papers page"),
        (MENU.encode() + b"\xff\xfe bad", "not UTF-8"),
        (MENU.encode(), "holds no papers"),
        (b"\x1f\x8b\x08\x00broken", "gzip"),
    ],
)
def test_what_is_no_page_is_refused_with_a_reason_and_a_remedy(content: bytes, reason: str) -> None:
    papers, (rejection,) = lines(content)
    assert papers == []
    assert reason in rejection.reason
    assert rejection.remedy


def test_a_page_cut_off_keeps_its_whole_entries_and_says_where_it_ends() -> None:
    papers, (rejection,) = page(f"One\n\n{ABSTRACT}\n\nTwo Titles of Papers")
    assert [paper.title for paper in papers] == ["One"]
    assert (rejection.line, "Two Titles of Papers" in rejection.reason) == (15, True)
    papers, (rejection,) = page(f"One\n\n{ABSTRACT}\n\nTwo\n\n{ABSTRACT[:-9]} and then it")
    assert [paper.title for paper in papers] == ["One", "Two"]
    assert "ends inside the abstract" in rejection.reason


def test_a_title_without_abstract_is_reported_and_the_next_is_read() -> None:
    papers, (rejection,) = page(f"Lonely Title\n\nSecond Title\n\n{ABSTRACT}")
    assert [paper.title for paper in papers] == ["Second Title"]
    assert "Lonely Title" in rejection.reason


def test_json_lines_keep_what_is_known_and_leave_the_rest_unknown() -> None:
    known = '"authors": ["X Y", {"name": "Z"}], "date": "2024-05", "upvotes": 7'
    (paper,), rejections = lines(f'{{"id": "2405.14906v2", "title": "T", "abstract": "A", {known}}}')
    assert rejections == []
    assert (paper.id, paper.ids, paper.authors, paper.author_count) == (
        "arxiv:2405.14906",
        ("2405.14906v2",),
        ("X Y", "Z"),
        2,
    )
    assert (paper.published, paper.upvotes, paper.comments) == (PartialDate(2024, 5), 7, None)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{not json}", "not JSON"),
        ("[1, 2]", "not JSON"),
        ('{"title": "T"}', '"abstract" is missing'),
        ('{"title": 3, "abstract": "A"}', '"title" is no text'),
        ('{"title": " ", "abstract": "A"}', '"title" is empty'),
        ('{"id": {}, "title": "T", "abstract": "A"}', '"id" is neither'),
        ("{" * 100_000, "not JSON"),
    ],
)
def test_a_bad_line_is_reported_with_its_number_and_the_others_go_on(line: str, reason: str) -> None:
    good = '{"title": "Good", "abstract": "A"}'
    papers, (rejection,) = lines(f"{good}\n{line}\n\n{good}\n")
    assert len(papers) == 2
    assert rejection.line == 2
    assert reason in rejection.reason or line.startswith("[")


def test_a_bad_date_is_reported_and_the_paper_kept() -> None:
    (paper,), (rejection,) = lines('{"title": "T", "abstract": "A", "date": "yesterday"}')
    assert paper.published is None
    assert "yesterday" in rejection.reason


def test_gzip_is_read_and_a_truncated_one_keeps_its_whole_lines() -> None:
    text = "".join(f'{{"id": "{i}", "title": "T{i}", "abstract": "{"x" * 997}{i}"}}\n' for i in range(500)).encode()
    assert len(lines(gzip.compress(text))[0]) == 500
    papers, (rejection,) = lines(gzip.compress(text)[:-400])
    assert 0 < len(papers) < 500
    assert "breaks off" in rejection.reason


def test_unwritable_characters_become_replacement_characters_of_the_same_length() -> None:
    (paper,), _ = lines('{"title": "a\\u0000b\\ud800c", "abstract": "tab\\tline\\n"}')
    assert (paper.title, paper.abstract) == ("a\ufffdb\ufffdc", "tab\tline\n")


def test_a_folder_is_read_in_order_without_hidden_files_and_once(tmp_path: Path) -> None:
    (tmp_path / "b.jsonl").write_text('{"title": "B", "abstract": ""}')
    (tmp_path / "a.jsonl").write_text('{"title": "A", "abstract": ""}')
    (tmp_path / ".hidden").write_text("x")
    papers, rejections = split(list(read([tmp_path / "b.jsonl", tmp_path])))
    assert ([paper.title for paper in papers], rejections) == (["A", "B"], [])


@pytest.mark.parametrize("missing", ["nowhere.txt", ""])
def test_a_missing_path_and_an_empty_folder_are_errors(tmp_path: Path, missing: str) -> None:
    with pytest.raises(SourceError):
        list(read([tmp_path / missing]))


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2405.14906", "arxiv:2405.14906"),
        ("arXiv:2405.14906v3", "arxiv:2405.14906"),
        ("https://arxiv.org/pdf/2405.14906v1.pdf", "arxiv:2405.14906"),
        ("cs/0601001", "arxiv:cs/0601001"),
        ("https://doi.org/10.1145/3442188.3445922", "doi:10.1145/3442188.3445922"),
        ("10.48550/arXiv.2405.14906", "arxiv:2405.14906"),
        ("S001", None),
    ],
)
def test_strong_ids(written: str, expected: str | None) -> None:
    assert strong_id(written) == expected


def test_the_id_given_goes_before_the_titles_hash() -> None:
    assert paper_id("T", given="S001") == "id:S001"
    assert paper_id("The  Title!", given=None) == paper_id("the title", given=None)
    assert paper_id("T", given="S001", others=("10.1/x", "10.1145/1")) == "doi:10.1145/1"
