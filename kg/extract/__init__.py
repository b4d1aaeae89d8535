"""Reads papers: mentions, entities with roles, results and relations. The only room that uses spaCy."""

from kg.extract.cache import ExtractionCache
from kg.extract.extractor import Extractor
from kg.extract.records import from_record, to_record

__all__ = ["ExtractionCache", "Extractor", "from_record", "to_record"]
