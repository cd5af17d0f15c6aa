"""Reads a Python traceback as text: the exceptions of the last chain, the innermost first."""

from __future__ import annotations

import re
from dataclasses import dataclass

_START = re.compile(r"^(?:Exception Group )?Traceback \(most recent call last\):$")
_LINK = re.compile(
    r"^(?:The above exception was the direct cause of|During handling of the above exception,)"
)
# The frame of an exception group, which Python draws with |, + and -.
_GROUP_FRAME = re.compile(r"^ *(?:\| ?|\+-[-+ \d.]*$|\+ (?=Exception Group))")
_MAX_LENGTH = 300


@dataclass(frozen=True)
class Exceptional:
    """One exception of a chain."""

    text: str  # "Type: message" with all its lines, as printed
    where: str | None  # "finance/source.py line 7", if a file of the project takes part

    @property
    def message(self) -> str:
        return one_line(self.text.partition(": ")[2])

    @property
    def short(self) -> str:
        """In one line, without the module of the type and what only Python's authors read."""
        first, _, rest = self.text.partition(":")
        details = [
            re.sub(r"\[type=\w+,.*\]$", "", line)
            for line in rest.splitlines()
            if not line.startswith("    For further information visit") and line.strip(" ^~")
        ]
        message = one_line(" ".join(details))
        name = first.strip().rpartition(".")[2]
        return f"{name}: {message}" if message else name


def one_line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _MAX_LENGTH else f"{line[:_MAX_LENGTH]}…"


def last_chain(stderr: str, project: str) -> list[Exceptional]:
    """Libraries log tracebacks, too; the last chain is the one that ended the program."""
    chain: list[Exceptional] = []
    block: list[str] = []
    linked = False
    for line in [*(_GROUP_FRAME.sub("", line) for line in stderr.splitlines()), _END]:
        if _START.match(line) or _LINK.match(line) or line is _END:
            found = _read_block(block, project)
            if found is not None:
                chain = [*chain, found] if linked else [found]
                linked = False
            linked = linked or _LINK.match(line) is not None
            block = [line] if _START.match(line) else []
        elif block:
            block.append(line)
    return chain


_END = "\0"


def _read_block(block: list[str], project: str) -> Exceptional | None:
    """The lines from "Traceback" on: indented frames, then the exception until an empty line."""
    frames = 1
    while frames < len(block) and (block[frames].startswith(" ") or not block[frames]):
        frames += 1
    end = frames
    while end < len(block) and block[end]:
        end += 1
    if frames >= len(block):
        return None
    text = "\n".join(block[frames:end]).replace(f"{project}/", "")
    return Exceptional(text, _where(block[:end], project))


def _where(lines: list[str], project: str) -> str | None:
    """The innermost line of the project's own code, or the place in a YAML file."""
    path = rf"{re.escape(project)}/(?P<file>[^\"\n]+?)"
    patterns = (
        rf"^  File \"{path}\", line (?P<line>\d+)",
        rf"^  in \"{path}\", line (?P<line>\d+)",
        rf"\bat {path}:(?P<line>\d+)`?$",
    )
    found = [re.search(pattern, line) for line in lines for pattern in patterns]
    places = [match for match in found if match and ".venv/" not in match["file"]]
    return f"{places[-1]['file']} line {places[-1]['line']}" if places else None
