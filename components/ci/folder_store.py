"""A folder as an object store (object_store.py): an etag is the SHA-256 of an object.

What is replaced goes to `.history/<key>/<when it was written, ms>-<first 12 of its etag>.json`, so
that a folder has a history as a versioned bucket does. stacks/folderStore.ts writes and reads the
same files, by the same rules:

- A writer holds `.lock`, made with O_EXCL: neither Node nor every network drive has flock. It is
  held for milliseconds, so the same `.lock` seen for five seconds is of a process that is gone.
- Whoever finds at the last moment that the lock is no longer its own writes nothing: a conflict.
- Files appear by a rename, whole; names that begin with a dot are no objects.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

from object_store import Conflict, StoreError, write_atomically

_STALE_SECONDS = 5.0
_EVERY_SECONDS = 0.01
# Earlier versions of one object that are kept.
_KEPT = 100
_ENTRY = re.compile(r"(\d{13})-([0-9a-f]{12})\.json")

# What tells two lock files of the same name apart.
_Identity = tuple[int, int]


class FolderStore:
    """A folder of this machine, or of a drive that several share."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self._folder = folder
        self._lock = folder / ".lock"

    def reach(self) -> None:
        with self._explained():
            self._folder.mkdir(parents=True, exist_ok=True)
            tempfile.TemporaryFile(dir=self._folder).close()

    def get(self, key: str) -> tuple[bytes, str] | None:
        with self._explained():
            try:
                body = (self._folder / key).read_bytes()
            except FileNotFoundError:
                return None
        return body, _etag(body)

    def put(self, key: str, body: bytes, if_match: str | None) -> str:
        path = self._folder / key
        taken = Conflict(f"{self.url}/{key} was written by somebody else")
        with self._explained():
            path.parent.mkdir(parents=True, exist_ok=True)
            with self._locked() as identity:
                found = self.get(key)
                if (None if found is None else found[1]) != if_match:
                    raise taken
                if found is not None:
                    self._archive(key, path, found)

                def check() -> None:
                    if _identity(self._lock) != identity:
                        raise taken

                write_atomically(path, body, check)
        return _etag(body)

    def exists(self, key: str) -> bool:
        with self._explained():
            return (self._folder / key).is_file()

    def _archive(self, key: str, path: Path, found: tuple[bytes, str]) -> None:
        """Keeps what is about to be replaced; a writer that died here has done it already."""
        history = self._folder / ".history" / key
        history.mkdir(parents=True, exist_ok=True)
        entries = sorted(name for name in os.listdir(history) if _ENTRY.fullmatch(name))
        newest = _ENTRY.fullmatch(entries[-1]) if entries else None
        short = found[1][:12]
        if newest is not None and newest[2] == short:
            return
        # Clocks go wrong and git gives files new times: the order is that of the writing.
        written = max(path.stat().st_mtime_ns // 1_000_000, int(newest[1]) + 1 if newest else 0)
        write_atomically(history / f"{written:013}-{short}.json", found[0])
        for name in entries[: max(0, len(entries) + 1 - _KEPT)]:
            (history / name).unlink(missing_ok=True)

    @contextlib.contextmanager
    def _locked(self) -> Iterator[_Identity]:
        identity = self._acquire()
        try:
            yield identity
        finally:
            if _identity(self._lock) == identity:
                self._lock.unlink(missing_ok=True)

    def _acquire(self) -> _Identity:
        seen: _Identity | None = None
        since = 0.0
        while True:
            try:
                handle = os.open(self._lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY)
            except FileExistsError:
                holder = _identity(self._lock)
                if holder != seen:
                    seen, since = holder, time.monotonic()
                elif holder is not None and time.monotonic() - since > _STALE_SECONDS:
                    self._take_away()
                time.sleep(_EVERY_SECONDS)
                continue
            try:
                stat = os.fstat(handle)
                return stat.st_ino, stat.st_mtime_ns
            finally:
                os.close(handle)

    def _take_away(self) -> None:
        """A rename, of which only one of several waiters succeeds."""
        away = self._folder / f".lock.{uuid.uuid4().hex}"
        with contextlib.suppress(FileNotFoundError):
            self._lock.rename(away)
            away.unlink()

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise StoreError(f"state store {self.url}: {error.strerror or error}") from error


def _identity(lock: Path) -> _Identity | None:
    try:
        stat = lock.stat()
    except FileNotFoundError:
        return None
    return stat.st_ino, stat.st_mtime_ns


def _etag(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
