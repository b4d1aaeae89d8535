"""Tables as notebooks show them."""

from collections.abc import Iterable, Sequence
from html import escape

#: Jupyter's own style aligns the words of a table to the right.
_LEFT = 'style="text-align: left"'


def table(head: Sequence[str], rows: Iterable[Sequence[str]], *, caption: str = "") -> str:
    """An HTML table; `head` and `caption` are plain text, the cells of the rows markup: escape what papers say."""
    titles = "".join(f"<th {_LEFT}>{escape(title)}</th>" for title in head)
    body = "".join(f"<tr>{''.join(f'<td {_LEFT}>{cell}</td>' for cell in row)}</tr>" for row in rows)
    above = f"<caption>{escape(caption)}</caption>" if caption else ""
    return f"<table>{above}<thead><tr>{titles}</tr></thead><tbody>{body}</tbody></table>"
