"""A folder of outputs on 127.0.0.1: SPARQL 1.1 protocol (read-only), the page, and each IRI as HTML or Turtle."""

from kg.serve.server import DEFAULT_PORT, Server

__all__ = ["DEFAULT_PORT", "Server"]
