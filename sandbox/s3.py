"""The sandbox's state store: moto's S3 on loopback, kept in one SQLite file between starts.

moto keeps everything in memory. Here each change of an object is written to the journal before its
answer goes out, so that a killed sandbox loses nothing that a client was told is stored. Requests
that change objects run one at a time: moto checks `If-Match` and writes in two steps.

    python s3.py --bucket dagster-platform --journal s3.sqlite [--port 0]

Prints one line of JSON, {"port": 12345}, once it answers. Ends with SIGTERM.
"""

import argparse
import json
import signal
import sqlite3
import sys
import threading
from datetime import datetime

from moto.core import DEFAULT_ACCOUNT_ID
from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from moto.s3.models import FakeDeleteMarker, s3_backends
from werkzeug.serving import make_server
from werkzeug.wrappers import Response

BACKEND = s3_backends[DEFAULT_ACCOUNT_ID]["aws"]

SCHEMA = """
CREATE TABLE IF NOT EXISTS versions (
  number INTEGER PRIMARY KEY,
  key TEXT NOT NULL,
  version_id TEXT NOT NULL UNIQUE,
  last_modified TEXT NOT NULL,
  metadata TEXT NOT NULL,
  body BLOB  -- NULL: a delete marker
)
"""


class Journal:
    """All versions of all objects of one bucket, in one SQLite file."""

    def __init__(self, path: str, bucket: str) -> None:
        self.bucket = bucket
        self.database = sqlite3.connect(path, check_same_thread=False)
        self.database.execute("PRAGMA journal_mode=WAL")
        self.database.execute(SCHEMA)

    def restore(self) -> None:
        """Makes the bucket and puts every version back, with its id and time."""
        BACKEND.create_bucket(self.bucket, "us-east-1")
        BACKEND.put_bucket_versioning(self.bucket, "Enabled")
        rows = self.database.execute(
            "SELECT key, version_id, last_modified, metadata, body FROM versions ORDER BY number"
        )
        for key, version_id, last_modified, metadata, body in rows:
            if body is None:
                version = FakeDeleteMarker(key=self.versions(key)[-1])
                self.versions(key).append(version)
            else:
                version = BACKEND.put_object(self.bucket, key, body)
                version.set_metadata(json.loads(metadata))
            version._version_id = version_id
            version.last_modified = datetime.fromisoformat(last_modified)

    def versions(self, key: str) -> list:
        return BACKEND.get_bucket(self.bucket).keys.getlist(key, [])

    def record(self, keys: list[str]) -> None:
        """Writes down what became of these objects; one transaction."""
        with self.database:
            for key in keys:
                now = {version.version_id: version for version in self.versions(key)}
                known = self.database.execute(
                    "SELECT version_id FROM versions WHERE key = ?", (key,)
                )
                before = {row[0] for row in known}
                self.database.executemany(
                    "DELETE FROM versions WHERE version_id = ?", [(id,) for id in before - now.keys()]
                )
                self.database.executemany(
                    "INSERT INTO versions (key, version_id, last_modified, metadata, body)"
                    " VALUES (?, ?, ?, ?, ?)",
                    [row(key, version) for id, version in now.items() if id not in before],
                )


def row(key: str, version) -> tuple:
    deleted = isinstance(version, FakeDeleteMarker)
    metadata = "{}" if deleted else json.dumps(dict(version.metadata))
    body = None if deleted else version.value
    return (key, version.version_id, version.last_modified.isoformat(), metadata, body)


class JournaledApp:
    """moto's WSGI application; an answer to a change goes out only after it is in the journal."""

    def __init__(self, app, journal: Journal) -> None:
        self.app = app
        self.journal = journal
        self.lock = threading.Lock()

    def __call__(self, environ, start_response):
        if environ["REQUEST_METHOD"] in ("GET", "HEAD"):
            return self.app(environ, start_response)
        with self.lock:
            response = Response.from_app(self.app, environ, buffered=True)
            if response.status_code < 300:
                self.journal.record(self.changed(environ["PATH_INFO"]))
        return response(environ, start_response)

    def changed(self, path: str) -> list[str]:
        """The objects a request to this path may have changed (all, for a request to the bucket)."""
        bucket, _, key = path.lstrip("/").partition("/")
        if bucket != self.journal.bucket:
            return []
        return [key] if key else list(BACKEND.get_bucket(bucket).keys.keys())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bucket", required=True)
    parser.add_argument("--journal", required=True)
    parser.add_argument("--port", type=int, default=0)
    arguments = parser.parse_args()
    journal = Journal(arguments.journal, arguments.bucket)
    journal.restore()
    app = JournaledApp(DomainDispatcherApplication(create_backend_app), journal)
    server = make_server(
        "127.0.0.1", arguments.port, app, threaded=True, request_handler=MotoRequestHandler
    )
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    print(json.dumps({"port": server.port}), flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
