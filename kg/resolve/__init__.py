"""Mentions become concepts: one node for one thing, with the reason for every merge and every refusal."""

from kg.resolve.overrules import NO_OVERRULES, Overrules, read_overrules
from kg.resolve.pairs import Answer, same
from kg.resolve.resolution import resolve
from kg.resolve.story import Story, merges_tsv, why

__all__ = ["NO_OVERRULES", "Answer", "Overrules", "Story", "merges_tsv", "read_overrules", "resolve", "same", "why"]
