"""A tiny object store by URL: what the CI scripts need of S3, Google Cloud Storage and a folder.

    s3://bucket[/prefix]    botocore's standard credential chain; AWS_ENDPOINT_URL is honoured
    gs://bucket[/prefix]    google-cloud-storage and its default credentials (gcs_store.py)
    file:///folder          a lock file, atomic renames, and a history (folder_store.py)

`get`, `put` and `exists` are all there is, and `put` always is a compare-and-swap. Every error is
a `StoreError` whose text is one line for people; `Conflict`, `Forbidden` and `Unknown` are the
kinds that a caller can act on. What may pass (the network, 429, 5xx, half an answer) is tried again
here; one question then takes up to a minute and a half in S3, and two in Google Cloud Storage.
"""

from __future__ import annotations

import contextlib
import os
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

# Python package that Dagster's own storage (fsspec) needs for each protocol.
FSSPEC_PACKAGES = {"s3": "s3fs", "gs": "gcsfs"}

ATTEMPTS = 4


class StoreError(Exception):
    """The store cannot do what was asked; the text is one line for people."""


class Conflict(StoreError):
    """The object is not what `put` was told it is: somebody else wrote first."""


class Forbidden(StoreError):
    """No right to do it; S3 also says so for an absent object if the caller may not list."""


class Passing(StoreError):
    """It may pass, but was there until the last attempt; a write may have been done."""


class Unknown(StoreError):
    """A write may have been done or not, and the store does not say which."""


class HalfAnswer(Passing):
    """An answer like one of the store, but not all of it; or somebody else's."""


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


def repeated(call: Callable[[], Any], what: type[Passing]) -> Any:
    """Tries again what fails in this way, a few times."""
    for attempt in range(ATTEMPTS - 1):
        try:
            return call()
        except what:
            # Exponential, with full jitter, as AWS's own clients wait.
            time.sleep(random.uniform(0, 2**attempt))
    return call()


def put_certainly(store: ObjectStore, key: str, body: bytes, write: Callable[[], str]) -> str:
    """A write whose answer is lost may have been done, and its repetition meets itself."""
    try:
        return write()
    except (Conflict, Passing) as error:
        try:
            found = store.get(key)
        except StoreError as other:
            if isinstance(error, Conflict) and isinstance(other, Forbidden):
                raise
            raise Unknown(f"{error}; whether it is written is not known: run it again") from error
        if found is not None and found[0] == body:
            return found[1]
        raise


def write_atomically(path: Path, body: bytes, check: Callable[[], None] = lambda: None) -> None:
    """All of it or nothing, also when the process is killed half-way. `check` is called when all
    that takes time is done, and may raise."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o644)
        check()
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


# What S3 answers when the object is not as the condition says; 409: two conditional writes at once.
_CONFLICT = {"PreconditionFailed", "ConditionalRequestConflict", "412", "409"}
_ABSENT = {"NoSuchKey", "404", "NotFound"}
_DENIED = {"AccessDenied", "403", "Forbidden"}
_PASSING_STATUS = {408, 425, 429, 500, 502, 503, 504}
# Both come with 400: the request was not heard to its end, or not as it was sent.
_PASSING_CODES = {"RequestTimeout", "BadDigest"}

READ_TIMEOUT_SECONDS = 20.0


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
        return None if answer is None else (answer["Body"], answer["ETag"])

    def put(self, key: str, body: bytes, if_match: str | None) -> str:
        options: dict[str, Any] = {"IfMatch": if_match} if if_match else {"IfNoneMatch": "*"}
        options |= {"Key": self._key(key), "Body": body, "ContentType": "application/json"}

        def write() -> str:
            return str(self._ask("PutObject", "put_object", **options)["ETag"])

        return put_certainly(self, key, body, write)

    def exists(self, key: str) -> bool:
        return self._ask("HeadObject", "head_object", absent=True, Key=self._key(key)) is not None

    def _key(self, key: str) -> str:
        return full_key(self._prefix, key)

    def _ask(self, action: str, method: str, absent: bool = False, **options: Any) -> Any:
        """One call, with the body. With `absent`, an object that is not there is None, no error."""
        client = self._client()

        def call() -> Any:
            with self._explained(action, options.get("Key", "")):
                return self._call(client, method, absent, options)

        return repeated(call, Passing)

    def _call(self, client: Any, method: str, absent: bool, options: dict[str, Any]) -> Any:
        try:
            answer = getattr(client, method)(Bucket=self._bucket, **options)
        except client.exceptions.ClientError as error:
            if absent and error.response["Error"]["Code"] in _ABSENT:
                return None
            raise
        headers = answer["ResponseMetadata"]["HTTPHeaders"]
        if "Body" in answer:
            answer["Body"] = answer["Body"].read()
            # Python takes headers that break off for all there are, and no length for no body.
            if not headers.keys() & {"content-length", "transfer-encoding"}:
                raise HalfAnswer("the answer breaks off")
        if "Key" in options and "ETag" not in answer:
            raise HalfAnswer("the answer is not one of S3: it has no ETag")
        return answer

    def _client(self) -> Any:
        if self._made is None:
            try:
                import botocore.session
                from botocore.config import Config
            except ImportError as error:
                raise StoreError("s3:// needs botocore: pip install s3fs") from error
            # Its own retries know neither 429 nor a body that breaks off.
            config = Config(
                connect_timeout=5,
                read_timeout=READ_TIMEOUT_SECONDS,
                retries={"mode": "standard", "total_max_attempts": 1},
            )
            with self._explained("credentials", ""):
                session = botocore.session.get_session()
                self._made = session.create_client("s3", config=config)
        return self._made

    @contextlib.contextmanager
    def _explained(self, action: str, key: str) -> Iterator[None]:
        from botocore import exceptions
        from botocore.parsers import ResponseParserError

        where = f"state store {self.url}: {action}{' ' if key else ''}{key}"
        passing = (
            exceptions.ConnectionError,
            exceptions.HTTPClientError,
            exceptions.IncompleteReadError,
            exceptions.FlexibleChecksumError,
            ResponseParserError,
            HalfAnswer,
        )
        try:
            yield
        except exceptions.ClientError as error:
            raise _explain(error.response, where, action == "PutObject") from error
        except (*passing, RecursionError) as error:
            if _is_endless(error):
                redirected = "redirected again and again: correct AWS_ENDPOINT_URL, or the region"
                raise StoreError(f"{where}: {redirected}") from error
            raise Passing(f"{where}: {' '.join(str(error).split())}") from error
        except exceptions.BotoCoreError as error:
            text = f"{where}: {' '.join(str(error).split())}"
            without = (exceptions.NoCredentialsError, exceptions.PartialCredentialsError)
            if isinstance(error, without):
                text += ": give the job a role (OIDC), or an access key in its environment"
            raise StoreError(text) from error


def _is_endless(error: BaseException | None) -> bool:
    """botocore asks a redirected bucket for its region, is redirected, and asks again."""
    while error is not None and not isinstance(error, RecursionError):
        error = error.__context__
    return error is not None


def _explain(response: Any, where: str, is_put: bool) -> StoreError:
    """What S3 refused."""
    code = response["Error"]["Code"]
    # NoSuchKey: If-Match of an object that is gone.
    if code in _CONFLICT or (is_put and code == "NoSuchKey"):
        return Conflict(f"{where} was written by somebody else")
    text = f"{where}: {code} {response['Error'].get('Message', '')}".rstrip()
    if code in _DENIED:
        return Forbidden(text)
    status = response["ResponseMetadata"]["HTTPStatusCode"]
    is_passing = status in _PASSING_STATUS or code in _PASSING_CODES
    return (Passing if is_passing else StoreError)(text)
