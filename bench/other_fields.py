"""What is said of abstracts of other fields: the 50 kept for measuring, which nothing was trained on.

python bench/other_fields.py [MODEL]
"""

import sys
from collections import defaultdict
from pathlib import Path

from kg.extract.evaluate import match, same_loose_type
from kg.extract.extractor import Extractor
from kg.extract.records import to_record
from kg.extract.training.corpus import HELD_OUT, MEASURING, OTHER_FIELDS, read_lines
from kg.model import Paper


def main(model: Path | None) -> None:
    """Names found and right, where there are some to find and where there are none, and by confidence."""
    extractor = Extractor.load(model)
    records = [record for record in read_lines([OTHER_FIELDS]) if record.get(HELD_OUT) == MEASURING]
    found: dict[bool, list[bool]] = {True: [], False: []}
    by_tenth: dict[int, list[bool]] = defaultdict(list)
    wrong = []
    for record in records:
        entities = to_record(extractor.extract(Paper(record["id"], record["title"], record["abstract"])))["entities"]
        right = {j for _, j in match(record["entities"], entities, same_loose_type)}
        for n, entity in enumerate(entities):
            confidence = max(mention["confidence"] for mention in entity["mentions"])
            found[bool(record["entities"])].append(n in right)
            by_tenth[min(9, int(confidence * 10))].append(n in right)
            if n not in right:
                wrong.append((-confidence, entity["name"], entity["type"], record["field"]))
    for some, own in found.items():
        papers = [record for record in records if bool(record["entities"]) == some]
        annotated = sum(len(record["entities"]) for record in papers)
        print(f"{len(papers)} abstracts with {annotated} names: {len(own)} found, {sum(own)} of them right")
    for tenth, own in sorted(by_tenth.items()):
        print(f"confidence {tenth / 10:.1f} to {(tenth + 1) / 10:.1f}: {len(own):3} names, {sum(own):3} right")
    print("surest of the wrong:")
    for confidence, name, kind, field in sorted(wrong)[:12]:
        print(f"  {-confidence:.2f}  {name} ({kind.lower()}, {field})")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
