"""The sample of invented papers, and a tagger that finds exactly what their annotations hold."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from kg.extract import Extractor
from kg.extract.evaluate import given_groups
from kg.extract.extractor import RULES
from kg.extract.linear import read_models
from kg.model import Paper

SAMPLE = Path(__file__).parent.parent / "data" / "sample.jsonl"


@dataclass(frozen=True)
class FakeSpan:
    start: int
    end: int
    kind: str
    confidence: float


@dataclass(frozen=True)
class FakeReading:
    """Knows the names and, of each, the role; has no opinion on relations and results."""

    spans: Sequence[FakeSpan]
    role_at: dict[tuple[int, int], str]

    def roles(self, kind: str, mentions: Sequence[tuple[int, int]]) -> dict[str, float]:
        role = next((self.role_at[span] for span in mentions if span in self.role_at), "mentioned")
        return {role: 0.9, "mentioned": 0.1} if role != "mentioned" else {"mentioned": 1.0}

    def relations(
        self, entities: object, kinds: object, *, at_least: float | None = None
    ) -> list[tuple[int, str, int, float]]:
        return []

    def results(self, entities: object, kinds: object) -> None:
        return None


class FakeTagger:
    """Finds the annotated names of the sample, and nothing in any other text."""

    model_hash = "fake"
    seen = MappingProxyType[str, tuple[int, ...]]({})

    def __init__(self, records: Sequence[dict[str, Any]]) -> None:
        self._readings = {}
        for record in records:
            text = f"{record['title']}\n{record['abstract']}"
            role_of = {entity["name"]: entity["role"] for entity in record["entities"]}
            groups = given_groups(record, text)
            own = [(o.start, o.end, g.kind.value, role_of[g.name]) for g in groups for o in g.occurrences]
            self._readings[text] = FakeReading(
                [FakeSpan(start, end, kind, 0.9) for start, end, kind, _ in sorted(own)],
                {(start, end): role for start, end, _, role in own},
            )

    def read(self, text: str) -> FakeReading:
        return self._readings.get(text, FakeReading([], {}))


@pytest.fixture(scope="session")
def records() -> list[dict[str, Any]]:
    return [json.loads(line) for line in SAMPLE.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="session")
def papers(records: list[dict[str, Any]]) -> list[Paper]:
    return [Paper(record["id"], record["title"], record["abstract"]) for record in records]


@pytest.fixture(scope="session")
def extractor(records: list[dict[str, Any]]) -> Extractor:
    return Extractor(FakeTagger(records), read_models(RULES))
