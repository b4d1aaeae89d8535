"""Which of several numbers belongs to which of several names."""

import re

import pytest

from kg.extract.lists import beside

NAMES = ("LaSOT", "TNL2K", "GPQA", "AIME 2025", "SiT-XL/2", "FlowDCN-XL/2")


def places(sentence: str, number: str) -> dict[str, bool]:
    """The names beside `number` in `sentence`, and whether each stands at its place."""
    numbers = [found.span() for found in re.finditer(r"(?<![\w-])[\d.]+%?(?=[\s/,])", sentence)]
    names = {found.span(): at for at, name in enumerate(NAMES) for found in re.finditer(name, sentence)}
    names = dict(sorted(names.items()))
    numbers = [own for own in numbers if not any(start <= own[0] < end for start, end in names)]
    at = sentence.index(number)
    found = beside(sentence, (at, at + len(number)), numbers, names)
    return {NAMES[index]: here for index, here in found.items()}


@pytest.mark.parametrize(
    ("sentence", "number", "name"),
    [
        ("It gains 2.5%/2.6% on LaSOT/TNL2K over SiT-XL/2 .", "2.6%", "TNL2K"),
        ("It gains 2.5% and 2.6% on LaSOT and TNL2K , respectively.", "2.5%", "LaSOT"),
        ("SiT-XL/2 and FlowDCN-XL/2 achieve an FID of 2.40 and 2.35 on LaSOT .", "2.35", "FlowDCN-XL/2"),
        ("On LaSOT, TNL2K, and GPQA we reach 71.0 , 64.2 , and 50.1 .", "64.2", "TNL2K"),
        ("SiT-XL/2 and FlowDCN-XL/2 gain, on LaSOT and TNL2K , 2.4 and 2.3 .", "2.4", "LaSOT"),
        ("It gains 2.5 and up to 3.6 on the LaSOT benchmark and the TNL2K benchmark.", "3.6", "TNL2K"),
    ],
)
def test_the_number_and_the_name_at_the_same_place(sentence: str, number: str, name: str) -> None:
    found = places(sentence, number)
    assert [own for own, here in found.items() if here] == [name]
    assert len(found) > 1


@pytest.mark.parametrize(
    ("sentence", "number"),
    [
        ("It reaches 71.0 on LaSOT and 64.2 on TNL2K .", "64.2"),
        ("It reaches 71.0 and 64.2 on LaSOT, TNL2K and GPQA .", "64.2"),
        ("It reaches 71.0 on LaSOT and TNL2K .", "71.0"),
    ],
)
def test_no_list_as_long_as_the_number_s(sentence: str, number: str) -> None:
    assert places(sentence, number) == {}
