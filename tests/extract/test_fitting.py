"""Weights of the rules, fitted to the annotated sample."""

from typing import Any

from kg.extract.extractor import RULES
from kg.extract.fitting import annotated, fit_with_tagger, role_shares
from kg.extract.linear import read_models

from .conftest import FakeTagger

METHOD = "role of method, with tagger"


def test_shares_count_the_roles_of_each_model(records: list[dict[str, Any]]) -> None:
    shares = role_shares(records)
    roles = [entity["role"] for record in records for entity in record["entities"] if entity["type"] == "TASK"]
    assert shares["role of task"]["addressed"] == roles.count("addressed") > 0
    assert sum(shares["role of task"].values()) == len(roles)


def test_a_role_that_counts_more_is_likelier(records: list[dict[str, Any]]) -> None:
    papers, rules, tagger = annotated(records), read_models(RULES), FakeTagger(records)
    shares = role_shares(records)["role of method"]
    rare, often = (
        fit_with_tagger(papers, rules, tagger, {"role of method": {**shares, "compared": times}})[METHOD]
        for times in (0.1, 100.0)
    )
    place = rare.labels.index("compared")
    assert rare.probabilities([{}])[0, place] < often.probabilities([{}])[0, place]
