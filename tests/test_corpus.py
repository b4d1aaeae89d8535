"""The same paper seen twice becomes one, in any order of the entries."""

from itertools import permutations

import pytest

from kg.corpus import merge
from kg.model import Paper, PartialDate, Place
from kg.sources.identity import paper_id


def entry(
    title: str, given: str | None = None, *, abstract: str = "A.", line: int = 1, comments: int | None = None
) -> Paper:
    ids = (given,) if given else ()
    return Paper(paper_id(title, given=given), title, abstract, ids, comments=comments, seen_in=(Place("f", line),))


@pytest.mark.parametrize(
    ("entries", "ids"),
    [
        ([entry("A Title"), entry("a title!")], 1),
        ([entry("A Title"), entry("Another Title")], 2),
        ([entry("Old", "2405.00001"), entry("New", "2405.00001v2")], 1),
        ([entry("Same", "2405.00001"), entry("Same", "2405.00002")], 2),
        ([entry("Same", "2405.00001"), entry("Same")], 1),
        ([entry("X", "1"), entry("Y", "1")], 2),
        ([entry("X", "1"), entry("X", "2")], 1),
    ],
)
def test_what_is_one_paper(entries: list[Paper], ids: int) -> None:
    papers = merge(entries).papers
    assert len(papers) == len({paper.id for paper in papers}) == ids


def test_one_paper_remembers_every_place_id_and_fact_whatever_the_order() -> None:
    entries = [
        entry("Title", "7", line=3),
        entry("title", abstract="A longer abstract.", line=9, comments=4),
        entry("TITLE", "2405.00001", line=5),
    ]
    corpora = [merge(order) for order in permutations(entries)]
    assert all(corpus == corpora[0] for corpus in corpora)
    (paper,) = corpora[0].papers
    assert (paper.id, paper.ids, paper.comments) == ("arxiv:2405.00001", ("2405.00001", "7"), 4)
    assert paper.abstract == "A longer abstract."
    assert [place.line for place in paper.seen_in] == [3, 5, 9]
    (merged,) = corpora[0].merges
    assert merged.rule == "same title, the longest abstract kept"


def test_partial_dates_are_written_as_xml_schema_has_them() -> None:
    dates = [PartialDate(2024), PartialDate(2024, 5), PartialDate(2024, 5, 7), PartialDate(None, 10, 29)]
    assert [str(date) for date in dates] == ["2024", "2024-05", "2024-05-07", "--10-29"]
