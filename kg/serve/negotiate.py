"""Which of the formats offered a client wants, from its Accept header (RFC 9110, section 12.5.1)."""

from collections.abc import Sequence


def choose(accept: str, offered: Sequence[str]) -> str | None:
    """The media type of `offered` that fits best, the earlier of equals; None where the client takes none of them."""
    wanted = _wanted(accept) or [("*/*", 1.0)]
    best, best_quality = None, 0.0
    for media_type in offered:
        quality = _quality(media_type, wanted)
        if quality > best_quality:
            best, best_quality = media_type, quality
    return best


def _wanted(accept: str) -> list[tuple[str, float]]:
    wanted = []
    for part in accept.split(","):
        name, *parameters = (each.strip() for each in part.split(";"))
        quality = next((each[2:] for each in parameters if each.startswith("q=")), "1")
        try:
            wanted.append((name, min(1.0, max(0.0, float(quality)))))
        except ValueError:
            continue
    return [(name, quality) for name, quality in wanted if name]


def _quality(media_type: str, wanted: Sequence[tuple[str, float]]) -> float:
    """The quality of the most specific range that the type falls in."""
    group = media_type.partition("/")[0] + "/*"
    for pattern in (media_type, group, "*/*"):
        qualities = [quality for name, quality in wanted if name == pattern]
        if qualities:
            return max(qualities)
    return 0.0
