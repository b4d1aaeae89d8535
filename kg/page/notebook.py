"""The page inside a notebook: a frame of its own, shut off from the notebook's page and its scripts."""

from dataclasses import dataclass
from html import escape


@dataclass(frozen=True, slots=True)
class NotebookPage:
    """What `graph.show()` gives: Jupyter shows it by `_repr_html_`; `html` is the whole page, `height` in pixels."""

    html: str
    height: int = 720

    def _repr_html_(self) -> str:
        return (
            f'<iframe srcdoc="{escape(self.html)}" width="100%" height="{self.height}" '
            'style="border: 1px solid #8884; border-radius: 8px" title="Graph of papers and concepts" '
            'sandbox="allow-scripts allow-downloads allow-popups allow-popups-to-escape-sandbox"></iframe>'
        )

    def __repr__(self) -> str:
        return f"<page of {len(self.html):,} characters; a notebook shows it, elsewhere use kg.page.write>"
