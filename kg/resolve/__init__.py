"""Mentions become concepts: one node for one thing, with the reason for every merge and every refusal."""

from kg.resolve.resolution import resolve

__all__ = ["resolve"]
