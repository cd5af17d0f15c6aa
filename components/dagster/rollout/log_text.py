"""Reduces a container's log, or an exception as Python prints it, to what a person needs."""

from __future__ import annotations

import re
from dataclasses import dataclass

_START = re.compile(r"(?:Exception Group )?Traceback \(most recent call last\):$")
_LINK = re.compile(
    r"^(?:The above exception was the direct cause of|During handling of the above exception,)"
)
# The frame of an exception group, which Python draws with |, + and -.
_GROUP_FRAME = re.compile(r"^ *(?:\| ?|\+-[-+ \d.]*$|\+ (?=Exception Group))")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
# What Dagster puts around an exception of the user's code.
_WRAPPER = re.compile(r"^dagster\.\S*\.(?:DagsterUserCodeLoadError|DagsterImportError)\b")
_LIBRARY = re.compile(r"(?:site|dist)-packages/|/lib/python3|/bin/[^/]+$|^<")
_PLACES = (
    re.compile(r'^  File "(?P<file>[^"]+)", line (?P<line>\d+)'),
    re.compile(r'^  in "(?P<file>[^"]+)", line (?P<line>\d+)'),
    re.compile(r"\bat (?P<file>/[^\s`]+?):(?P<line>\d+)`?$"),
)
_MAX_LENGTH = 300
_LAST_LINES = 4


@dataclass(frozen=True)
class _Exceptional:
    """One exception of a chain."""

    text: str  # "Type: message" with all its lines, as printed
    where: str | None  # "/app/finance/source.py line 7", if a file of no library takes part

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


def log_reason(log: str) -> list[str]:
    """The exception that ended the program and where it was raised, or the last lines."""
    lines = [_COLOUR.sub("", line) for line in log.splitlines()]
    chain = _last_chain(lines)
    if not chain:
        # Each once, where it stands last: what waits says so again and again.
        words = [one_line(line) for line in reversed(lines) if line.strip()]
        return list(dict.fromkeys(words))[:_LAST_LINES][::-1]
    while len(chain) > 1 and _WRAPPER.match(chain[-1].text):
        chain = chain[:-1]
    outer, inner = chain[-1], chain[0]
    reason = [outer.short]
    if outer is not inner and inner.message not in outer.message:
        reason.append(f"caused by {inner.short}")
    where = next((link.where for link in chain if link.where), None)
    return [*reason, f"in {where}"] if where else reason


def _last_chain(lines: list[str]) -> list[_Exceptional]:
    """Libraries log tracebacks, too; the last chain is the one that ended the program."""
    chain: list[_Exceptional] = []
    block: list[str] = []
    linked = False
    for line in [*(_GROUP_FRAME.sub("", line) for line in lines), None]:
        # Dagster's message and the traceback of its cause can share a line.
        starts = line is not None and _START.search(line) is not None
        links = line is not None and _LINK.match(line) is not None
        if starts or links or line is None:
            found = _read_block(block)
            if found is not None:
                chain = [*chain, found] if linked else [found]
                linked = False
            linked = linked or links
            block = [line] if starts and line is not None else []
        elif block:
            block.append(line)
    return chain


def _read_block(block: list[str]) -> _Exceptional | None:
    """The lines from "Traceback" on: indented frames, then the exception until an empty line."""
    frames = 1
    while frames < len(block) and (block[frames].startswith(" ") or not block[frames]):
        frames += 1
    end = frames
    while end < len(block) and block[end]:
        end += 1
    if frames >= len(block):
        return None
    return _Exceptional("\n".join(block[frames:end]), _where(block[:end]))


def _where(lines: list[str]) -> str | None:
    """The innermost line of code that is in no library, or the place in a YAML file."""
    found = [pattern.search(line) for line in lines for pattern in _PLACES]
    places = [match for match in found if match and not _LIBRARY.search(match["file"])]
    return f"{places[-1]['file']} line {places[-1]['line']}" if places else None
