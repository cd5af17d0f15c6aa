"""A tiny object store by URL: what the CI scripts need of S3, Google Cloud Storage and a folder.

    s3://bucket[/prefix]    botocore's standard credential chain; AWS_ENDPOINT_URL is honoured
    gs://bucket[/prefix]    google-cloud-storage and its default credentials (gcs_store.py)
    file:///folder          a lock file, atomic renames, and a history (folder_store.py)

`get`, `put` and `exists` are all there is, and `put` always is a compare-and-swap. Every error is
a `StoreError` whose text is one line for people; `Conflict` and `Forbidden` are the two kinds that
a caller can act on.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

# Python package that Dagster's own storage (fsspec) needs for each protocol.
FSSPEC_PACKAGES = {"s3": "s3fs", "gs": "gcsfs"}


class StoreError(Exception):
    """The store cannot do what was asked; the text is one line for people."""


class Conflict(StoreError):
    """The object is not what `put` was told it is: somebody else wrote first."""


class Forbidden(StoreError):
    """No right to do it; S3 also says so for an absent object if the caller may not list."""


class ObjectStore(Protocol):
    url: str

    def reach(self) -> None:
        """Raises `StoreError` unless the store answers and knows who asks."""

    def get(self, key: str) -> tuple[bytes, str] | None:
        """The object and its etag."""

    def put(self, key: str, body: bytes, if_match: str | None) -> str:
        """Writes if the object still has that etag (None: if there is no object). The new etag."""

    def exists(self, key: str) -> bool: ...


def protocol_of(url: str) -> str:
    return url.partition("://")[0]


def open_store(url: str) -> ObjectStore:
    """No request is made yet. Raises `StoreError` for a URL that no store has."""
    protocol, _, rest = url.partition("://")
    bucket, _, prefix = rest.partition("/")
    if protocol == "file" and rest.startswith("/"):
        from folder_store import FolderStore

        return FolderStore(url, Path(rest))
    if protocol == "s3" and bucket:
        return S3Store(url, bucket, prefix)
    if protocol == "gs" and bucket:
        from gcs_store import GcsStore

        return GcsStore(url, bucket, prefix)
    raise StoreError(f"state store must be s3://…, gs://… or file:///…, got {url!r}")


def full_key(prefix: str, key: str) -> str:
    prefix = prefix.strip("/")
    return f"{prefix}/{key}" if prefix else key


def write_atomically(path: Path, body: bytes) -> None:
    """All of it or nothing, also when the process is killed half-way."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


# What S3 answers when the object is not as the condition says; 409: two conditional writes at once.
_CONFLICT = {"PreconditionFailed", "ConditionalRequestConflict", "412", "409"}
_ABSENT = {"NoSuchKey", "404", "NotFound"}
_DENIED = {"AccessDenied", "403", "Forbidden"}


class S3Store:
    """S3, or anything that speaks its protocol and honours If-Match and If-None-Match."""

    def __init__(self, url: str, bucket: str, prefix: str) -> None:
        self.url = url
        self._bucket = bucket
        self._prefix = prefix
        self._made: Any = None

    def reach(self) -> None:
        """Asks what s3fs asks before it writes: HeadBucket, and if that is denied
        GetBucketLocation. When both are denied, s3fs tries to create the bucket."""
        try:
            self._ask("HeadBucket", "head_bucket")
        except Forbidden:
            try:
                self._ask("GetBucketLocation", "get_bucket_location")
            except Forbidden as error:
                raise Forbidden(f"{error}; grant s3:GetBucketLocation on the bucket") from error

    def get(self, key: str) -> tuple[bytes, str] | None:
        answer = self._ask("GetObject", "get_object", absent=True, Key=self._key(key))
        if answer is None:
            return None
        with self._explained("GetObject", key):
            return answer["Body"].read(), answer["ETag"]

    def put(self, key: str, body: bytes, if_match: str | None) -> str:
        condition: dict[str, Any] = {"IfMatch": if_match} if if_match else {"IfNoneMatch": "*"}
        try:
            answer = self._ask(
                "PutObject",
                "put_object",
                Key=self._key(key),
                Body=body,
                ContentType="application/json",
                **condition,
            )
            return str(answer["ETag"])
        except Conflict:
            # botocore repeats a PUT whose answer was lost: then the conflict is with ourselves.
            found = self.get(key)
            if found is not None and found[0] == body:
                return found[1]
            raise

    def exists(self, key: str) -> bool:
        return self._ask("HeadObject", "head_object", absent=True, Key=self._key(key)) is not None

    def _key(self, key: str) -> str:
        return full_key(self._prefix, key)

    def _ask(self, action: str, method: str, absent: bool = False, **options: Any) -> Any:
        """One call. With `absent`, an object that is not there is None and no error."""
        client = self._client()
        with self._explained(action, options.get("Key", "")):
            try:
                return getattr(client, method)(Bucket=self._bucket, **options)
            except client.exceptions.ClientError as error:
                if absent and error.response["Error"]["Code"] in _ABSENT:
                    return None
                raise

    def _client(self) -> Any:
        if self._made is None:
            try:
                import botocore.session
                from botocore.config import Config
            except ImportError as error:
                raise StoreError("s3:// needs botocore: pip install s3fs") from error
            config = Config(
                connect_timeout=5,
                read_timeout=20,
                retries={"mode": "standard", "total_max_attempts": 4},
            )
            with self._explained("credentials", ""):
                session = botocore.session.get_session()
                self._made = session.create_client("s3", config=config)
        return self._made

    @contextlib.contextmanager
    def _explained(self, action: str, key: str) -> Iterator[None]:
        from botocore.exceptions import (
            BotoCoreError,
            ClientError,
            NoCredentialsError,
            PartialCredentialsError,
        )

        where = f"state store {self.url}: {action}{' ' if key else ''}{key}"
        try:
            yield
        except ClientError as error:
            code = error.response["Error"]["Code"]
            text = f"{where}: {code} {error.response['Error'].get('Message', '')}".rstrip()
            # NoSuchKey: If-Match of an object that is gone.
            if code in _CONFLICT or (action == "PutObject" and code == "NoSuchKey"):
                raise Conflict(f"{where} was written by somebody else") from error
            raise (Forbidden if code in _DENIED else StoreError)(text) from error
        except BotoCoreError as error:
            text = f"{where}: {' '.join(str(error).split())}"
            if isinstance(error, (NoCredentialsError, PartialCredentialsError)):
                text += ": give the job a role (OIDC), or an access key in its environment"
            raise StoreError(text) from error
