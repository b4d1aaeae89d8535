"""The README is run: every command and every Python line of it, with the answers it shows; every command is named."""

import argparse
import contextlib
import io
import os
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from tiny import ROOT

from kg.cli import main, parser_of_all

README = (ROOT / "README.md").read_text(encoding="utf-8")
CONSOLES = re.findall(r"```console\n(.*?)```", README, re.DOTALL)
PYTHON = re.findall(r"```pycon\n(.*?)```", README, re.DOTALL)
#: Scores and confidences may differ in a digit on another processor; the words may not.
DIGIT = re.compile(r"\d")


@pytest.fixture
def checkout(seeds_outputs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that looks like a checkout in which the README's first command has run."""
    (tmp_path / "seeds").symlink_to(ROOT / "seeds")
    (tmp_path / "outputs").symlink_to(seeds_outputs)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    return tmp_path


def commands(block: str) -> Iterator[tuple[list[str], str]]:
    """(arguments, the output shown) of every `$ kg ...` of a console block; "..." stands for lines left out."""
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, _, shown = part.partition("\n")
        yield shlex.split(command, comments=True), shown


@pytest.mark.parametrize(
    ("arguments", "shown"), [pytest.param(a, s, id=" ".join(a)) for block in CONSOLES for a, s in commands(block)]
)
def test_a_command_of_the_readme_answers_as_shown(
    checkout: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], shown: str
) -> None:
    assert arguments[0] == "kg"
    assert main(arguments[1:]) == 0
    said = [DIGIT.sub("0", line.rstrip()) for line in capsys.readouterr().out.splitlines()]
    for line in shown.rstrip().splitlines():
        assert line == "..." or DIGIT.sub("0", line.rstrip()) in said, f"{line!r} is not in\n" + "\n".join(said)


def test_the_python_of_the_readme_answers_as_shown(checkout: Path) -> None:
    names: dict[str, object] = {}
    for part in re.split(r"^>>> ", "\n".join(PYTHON), flags=re.MULTILINE)[1:]:
        first, *rest = part.rstrip().splitlines()
        code = [first, *(line.removeprefix("... ") for line in rest if line.startswith("..."))]
        shown = [line for line in rest if not line.startswith("...")]
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            exec(compile("\n".join(code) + "\n", "README.md", "single"), names)
        assert DIGIT.sub("0", said.getvalue().rstrip()) == DIGIT.sub("0", "\n".join(shown).rstrip())


def test_every_command_is_named_in_the_readme_and_has_help() -> None:
    (commands_,) = (a for a in parser_of_all()._actions if isinstance(a, argparse._SubParsersAction))
    helped = {action.dest for action in commands_._choices_actions if action.help}
    assert set(commands_.choices) == helped
    assert [name for name in commands_.choices if f"kg {name}" not in README] == []


def test_the_first_screen_shows_a_picture_and_both_commands() -> None:
    first = README[: README.index("## ")]
    (picture,) = re.findall(r"!\[.*?\]\((.*?)\)", first)
    assert (ROOT / picture).is_file()
    assert "kg build seeds -o outputs" in first
    assert "pytest" in first


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="not a checkout")
def test_the_readmes_test_command_is_the_one_that_ci_runs() -> None:
    marker = "grep -m1 -F '"
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    wanted = script[script.index(marker) + len(marker) :].partition("'")[0]
    assert sum(wanted in line for line in README.splitlines()) == 1
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
