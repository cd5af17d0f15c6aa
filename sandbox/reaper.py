"""Ends the sandbox's processes when the sandbox ends, however it ends (also by `kill -9`).

    python reaper.py LOCK_FILE

Holds a lock on LOCK_FILE, so that one folder has one sandbox, and reads lines from its standard
input: `+PGID` for a process group that was started, `-PGID` for one that ended. At end of input,
which comes also when the writer is killed, every group still known gets SIGTERM and, 5 seconds
later, SIGKILL. The lock is free only after that: a new start never meets the old processes.

Prints `ready`, or `locked PID` and exits 3 when another sandbox holds the lock for 15 seconds.
"""

import fcntl
import os
import signal
import sys
import time

LOCK_WAIT_SECONDS = 15.0
GRACE_SECONDS = 5.0


def lock(path: str) -> bool:
    """Takes the lock, waiting for a predecessor that is still cleaning up."""
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    deadline = time.monotonic() + LOCK_WAIT_SECONDS
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.truncate(file, 0)
            os.pwrite(file, str(os.getppid()).encode(), 0)
            return True
        except BlockingIOError:
            holder = os.pread(file, 32, 0).decode()
            # A living sandbox will not let go; only a dead one's reaper is worth waiting for.
            if time.monotonic() > deadline or (holder.isdigit() and alive(int(holder))):
                print(f"locked {holder}", flush=True)
                return False
            time.sleep(0.1)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        return True
    except ProcessLookupError:
        return False
    except PermissionError:
        return True


def group_alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
        return True
    except ProcessLookupError:
        return False
    except PermissionError:
        return True


def end(groups: set[int]) -> None:
    send(groups, signal.SIGTERM)
    deadline = time.monotonic() + GRACE_SECONDS
    while any(group_alive(group) for group in groups) and time.monotonic() < deadline:
        time.sleep(0.05)
    send(groups, signal.SIGKILL)


def send(groups: set[int], number: signal.Signals) -> None:
    for group in groups:
        try:
            os.killpg(group, number)
        except ProcessLookupError:
            pass


def main() -> int:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    if not lock(sys.argv[1]):
        return 3
    print("ready", flush=True)
    groups: set[int] = set()
    for line in sys.stdin:
        (groups.add if line[0] == "+" else groups.discard)(int(line[1:]))
    end(groups)
    return 0


if __name__ == "__main__":
    sys.exit(main())
