"""Google Cloud Storage as a state store (object_store.py): an etag is an object's generation."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

from object_store import (
    Conflict,
    Forbidden,
    HalfAnswer,
    Passing,
    StoreError,
    full_key,
    put_certainly,
    repeated,
)

# For one answer. The library itself tries again what it takes for passing, for two minutes.
TIMEOUT_SECONDS = 20.0


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
        bucket = self._objects()
        try:
            found = self._asked("get bucket", "", lambda: bucket.exists(timeout=TIMEOUT_SECONDS))
        except Forbidden:
            found = self._list_one()
        if not found:
            raise StoreError(f"state store {self.url}: there is no such bucket")

    def get(self, key: str) -> tuple[bytes, str] | None:
        def read() -> tuple[bytes, str] | None:
            from google.api_core.exceptions import NotFound

            blob = self._blob(key)
            try:
                # One answer has both, so that the generation is the one of these bytes.
                body = blob.download_as_bytes(timeout=TIMEOUT_SECONDS)
            except NotFound:
                return None
            # Python takes headers that break off for all there are, and no length for no body.
            if blob.generation is None or blob.crc32c is None:
                raise HalfAnswer("the answer breaks off, or is not one of Google Cloud Storage")
            return body, str(blob.generation)

        found: tuple[bytes, str] | None = self._asked("get", key, read)
        if found is None:
            self.reach()  # An absent bucket answers like an absent object.
        return found

    def put(self, key: str, body: bytes, if_match: str | None) -> str:
        def write() -> str:
            blob = self._blob(key)
            blob.upload_from_string(
                body,
                content_type="application/json",
                if_generation_match=int(if_match or 0),
                timeout=TIMEOUT_SECONDS,
            )
            return str(blob.generation)

        return put_certainly(self, key, body, lambda: self._asked("put", key, write))

    def exists(self, key: str) -> bool:
        blob = self._blob(key)
        return bool(self._asked("get", key, lambda: blob.exists(timeout=TIMEOUT_SECONDS)))

    def _blob(self, key: str) -> Any:
        return self._objects().blob(full_key(self._prefix, key))

    def _list_one(self) -> bool:
        try:
            list_blobs = self._objects().client.list_blobs
            one = {"max_results": 1, "timeout": TIMEOUT_SECONDS}
            self._asked("list objects", "", lambda: list(list_blobs(self._bucket, **one)))
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

    def _asked(self, action: str, key: str, call: Callable[[], Any]) -> Any:
        self._objects()

        def asked() -> Any:
            with self._explained(action, key):
                return call()

        return repeated(asked, HalfAnswer)

    @contextlib.contextmanager
    def _explained(self, action: str, key: str) -> Iterator[None]:
        import requests
        from google.api_core import exceptions
        from google.auth.exceptions import GoogleAuthError, TransportError

        where = f"state store {self.url}: {action}{' ' if key else ''}{key}"
        half = (requests.JSONDecodeError, requests.exceptions.ChunkedEncodingError, HalfAnswer)
        network = (requests.ConnectionError, requests.Timeout, TransportError)
        try:
            yield
        except exceptions.PreconditionFailed as error:
            raise Conflict(f"{where} was written by somebody else") from error
        except exceptions.Forbidden as error:
            raise Forbidden(f"{where}: {_one_line(error)}") from error
        except (*half, _corruption()) as error:
            raise HalfAnswer(f"{where}: {_one_line(error)}") from error
        except (exceptions.RetryError, exceptions.ServerError, *network) as error:
            raise Passing(f"{where}: {_one_line(error)}") from error
        except (
            exceptions.GoogleAPIError,
            GoogleAuthError,
            requests.RequestException,
            OSError,
        ) as error:
            raise StoreError(f"{where}: {_one_line(error)}") from error


def _corruption() -> type[Exception]:
    """The bytes are not those of the checksum beside them."""
    try:
        from google.cloud.storage.exceptions import DataCorruption
    except ImportError:  # before 3.0
        from google.resumable_media import DataCorruption
    return DataCorruption  # type: ignore[no-any-return]


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:300]
