"""Turns SIGTERM and SIGINT into an exception, so that what a script has started ends with it."""

from __future__ import annotations

import signal
from types import FrameType

_NUMBERS = (signal.SIGTERM, signal.SIGINT)


class Stopped(BaseException):
    """No error of what was going on, so that nobody takes it for one."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.exit_code = 128 + number


def listen() -> None:
    """From now on the first of these signals raises `Stopped`; later ones change nothing."""
    for number in _NUMBERS:
        signal.signal(number, _stop)


def _stop(number: int, _frame: FrameType | None) -> None:
    for other in _NUMBERS:
        signal.signal(other, signal.SIG_IGN)
    raise Stopped(number)
