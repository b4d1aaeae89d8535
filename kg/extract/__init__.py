"""Reads papers: mentions, entities with roles, results and relations. The only room that uses spaCy."""

from kg.extract.cache import ExtractionCache
from kg.extract.evaluate import Scores, score
from kg.extract.extractor import Extractor, extract_from_gold
from kg.extract.records import from_line, from_record, to_line, to_record

__all__ = [
    "ExtractionCache",
    "Extractor",
    "Scores",
    "extract_from_gold",
    "from_line",
    "from_record",
    "score",
    "to_line",
    "to_record",
]
