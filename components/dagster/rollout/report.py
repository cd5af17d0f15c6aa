"""The report of a rollout: what is not served, and each one's own reason. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Sequence

# The kubelet keeps so much of a termination message.
MAX_BYTES = 4096
MAX_LINES = 6
_MAX_NAMES = 12
_SMALLEST_SHARE = 120


@dataclass(frozen=True)
class Failed:
    name: str
    lines: Sequence[str]
    previous_serves: bool = False


def success_text(locations: int) -> str:
    return f"{_count(locations)} {'is' if locations == 1 else 'are'} served"


def result_text(
    system: Sequence[Failed], locations: Sequence[Failed], served: Sequence[str]
) -> str:
    """The same for a program, one line of JSON; what is in no member is not known."""

    def reasons(failed: Sequence[Failed]) -> dict[str, str]:
        return {each.name: next(iter(each.lines), "no reason is known") for each in failed}

    return json.dumps(
        {"served": list(served), "failed": reasons(locations), "system": reasons(system)}
    )


def report_text(
    system: Sequence[Failed], locations: Sequence[Failed], wanted: int, served: int
) -> str:
    """In full; `wanted` and `served` count locations."""
    return "\n".join([_headline(system, locations, wanted, served), *_blocks(system, locations)])


def cut_report(
    system: Sequence[Failed], locations: Sequence[Failed], wanted: int, served: int
) -> str:
    """The same in at most 4096 bytes: fair shares, of which short blocks leave theirs to others."""
    head = _headline(system, locations, wanted, served)
    blocks = _blocks(system, locations)
    space = MAX_BYTES - _size(head)
    shown = blocks
    if sum(_size(block) + 1 for block in blocks) > space:
        # Room for the line that counts the rest.
        shown = blocks[: max(1, (space - 40) // _SMALLEST_SHARE)]
    rest = [f"… and {len(blocks) - len(shown)} more"] if len(shown) < len(blocks) else []
    space -= sum(_size(line) + 1 for line in rest)
    limit = _share([_size(block) + 1 for block in shown], space)
    return "\n".join([head, *(_cut(block, limit - 1) for block in shown), *rest])


def _headline(
    system: Sequence[Failed], locations: Sequence[Failed], wanted: int, served: int
) -> str:
    parts: list[str] = []
    if system:
        names = " and ".join(failed.name for failed in system)
        parts.append(f"{names} {'is' if len(system) == 1 else 'are'} not ready")
    if locations:
        count = f"{len(locations)} of {_count(wanted)}"
        parts.append(
            f"{count} {'is' if len(locations) == 1 else 'are'} not served: {_names(locations)}"
        )
    unknown = wanted - served - len(locations)
    if unknown > 0:
        others = f"the other {unknown}" if locations else _count(unknown)
        parts.append(f"{others} cannot be served before" if system else f"{others} not known")
    elif locations and served > 0:
        parts.append("the other is" if served == 1 else "the others are")
    elif served > 0:
        parts.append(success_text(served))
    return "; ".join(parts)


def _blocks(system: Sequence[Failed], locations: Sequence[Failed]) -> list[str]:
    return [_block(failed) for failed in [*system, *locations]]


def _block(failed: Failed) -> str:
    note = ["(its previous version goes on serving)"] if failed.previous_serves else []
    first, *more = [*list(failed.lines)[:MAX_LINES], *note]
    return "\n".join([f"{failed.name}: {first}", *(f"  {line}" for line in more)])


def _names(locations: Sequence[Failed]) -> str:
    names = [failed.name for failed in locations]
    more = len(names) - _MAX_NAMES
    return ", ".join(names) if more <= 1 else f"{', '.join(names[:_MAX_NAMES])} and {more} more"


def _count(number: int) -> str:
    return f"{number} location{'' if number == 1 else 's'}"


def _share(sizes: Sequence[int], space: int) -> int:
    """The most that one may take when none may take more, and all together no more than `space`."""
    left, count = space, len(sizes)
    for size in sorted(sizes):
        if size > left // count:
            return left // count
        left, count = left - size, count - 1
    return max(sizes, default=0)


def _cut(text: str, limit: int) -> str:
    if _size(text) <= limit:
        return text
    return text.encode()[: limit - _size("…")].decode("utf-8", "ignore").rstrip() + "…"


def _size(text: str) -> int:
    return len(text.encode())
