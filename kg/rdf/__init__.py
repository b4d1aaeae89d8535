"""The export: a graph as RDF that stands on its own."""

from kg.rdf.export import DEFAULT_DETAIL, DETAILS, FORMATS, FormatError, write

__all__ = ["DEFAULT_DETAIL", "DETAILS", "FORMATS", "FormatError", "write"]
