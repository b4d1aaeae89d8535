"""Folders of paper pages in, a knowledge graph of papers and concepts out."""

from kg.api import BuildOptions, KnowledgeGraph, build, load
from kg.resolve import same
from kg.version import __version__

__all__ = ["BuildOptions", "KnowledgeGraph", "__version__", "build", "load", "same"]
