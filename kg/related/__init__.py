"""Related work: which papers to read beside one, in an order that is measured, and why, with the sentences."""

from kg.related.answers import Answers, Quote, Reason, Related
from kg.related.asking import DEFAULT_K, index_of, keep_index, related, related_to_text
from kg.related.embedding import Embeddings
from kg.related.explaining import Explanation, explain
from kg.related.query import Facet

__all__ = [
    "DEFAULT_K",
    "Answers",
    "Embeddings",
    "Explanation",
    "Facet",
    "Quote",
    "Reason",
    "Related",
    "explain",
    "index_of",
    "keep_index",
    "related",
    "related_to_text",
]
