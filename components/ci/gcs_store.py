"""Google Cloud Storage as a state store (object_store.py): an etag is an object's generation."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from object_store import Conflict, Forbidden, StoreError, full_key

_TIMEOUT_SECONDS = 20


class GcsStore:
    """A bucket, by google-cloud-storage (gcsfs brings it), with the default credentials."""

    def __init__(self, url: str, bucket: str, prefix: str) -> None:
        self.url = url
        self._bucket = bucket
        self._prefix = prefix
        self._made: Any = None

    def reach(self) -> None:
        """Asks what gcsfs asks before it writes: the bucket, and if that is denied a listing.
        When both are denied, gcsfs tries to create the bucket."""
        try:
            with self._explained("get bucket", ""):
                found = self._objects().exists(timeout=_TIMEOUT_SECONDS)
        except Forbidden:
            found = self._list_one()
        if not found:
            raise StoreError(f"state store {self.url}: there is no such bucket")

    def get(self, key: str) -> tuple[bytes, str] | None:
        from google.api_core.exceptions import NotFound

        with self._explained("get", key):
            blob = self._blob(key)
            try:
                # One answer has both, so that the generation is the one of these bytes.
                body = blob.download_as_bytes(timeout=_TIMEOUT_SECONDS)
            except NotFound:
                self.reach()  # An absent bucket answers like an absent object.
                return None
            return body, str(blob.generation)

    def put(self, key: str, body: bytes, if_match: str | None) -> str:
        try:
            with self._explained("put", key):
                blob = self._blob(key)
                blob.upload_from_string(
                    body,
                    content_type="application/json",
                    if_generation_match=int(if_match or 0),
                    timeout=_TIMEOUT_SECONDS,
                )
                return str(blob.generation)
        except Conflict:
            # The library repeats an upload whose answer was lost: the conflict is with ourselves.
            found = self.get(key)
            if found is not None and found[0] == body:
                return found[1]
            raise

    def exists(self, key: str) -> bool:
        with self._explained("get", key):
            return bool(self._blob(key).exists(timeout=_TIMEOUT_SECONDS))

    def _blob(self, key: str) -> Any:
        return self._objects().blob(full_key(self._prefix, key))

    def _list_one(self) -> bool:
        try:
            with self._explained("list objects", ""):
                client = self._objects().client
                list(client.list_blobs(self._bucket, max_results=1, timeout=_TIMEOUT_SECONDS))
        except Forbidden as error:
            raise Forbidden(f"{error}; grant storage.buckets.get on the bucket") from error
        return True

    def _objects(self) -> Any:
        if self._made is None:
            try:
                from google.cloud import storage
            except ImportError as error:
                raise StoreError("gs:// needs google-cloud-storage: pip install gcsfs") from error
            with self._explained("credentials", ""):
                self._made = storage.Client().bucket(self._bucket)
        return self._made

    @contextlib.contextmanager
    def _explained(self, action: str, key: str) -> Iterator[None]:
        from google.api_core import exceptions
        from google.auth.exceptions import GoogleAuthError
        from requests import RequestException

        where = f"state store {self.url}: {action}{' ' if key else ''}{key}"
        try:
            yield
        except exceptions.PreconditionFailed as error:
            raise Conflict(f"{where} was written by somebody else") from error
        except exceptions.Forbidden as error:
            raise Forbidden(f"{where}: {_one_line(error)}") from error
        except (exceptions.GoogleAPIError, GoogleAuthError, RequestException, OSError) as error:
            raise StoreError(f"{where}: {_one_line(error)}") from error


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:300]
