"""The few requests to the Kubernetes API that a rollout takes, with the pod's own identity."""

from __future__ import annotations

import http.client
import json
import os
import ssl
import time
import urllib.parse
from typing import Any, Dict

Json = Dict[str, Any]

CREDENTIALS = "/var/run/secrets/kubernetes.io/serviceaccount"
TIMEOUT_SECONDS = 10.0
# The kubelet renews the token at 80 % of its life, which is 10 minutes at least.
_TOKEN_SECONDS = 60.0
_LOG_LINES = 200
_LOG_BYTES = 200_000


class ApiError(Exception):
    """The API server did not answer, or refused; `status` is None when it did not answer."""

    def __init__(self, text: str, status: int | None = None) -> None:
        super().__init__(text)
        self.status = status

    @property
    def permanent(self) -> bool:
        """It will say the same again: no right, or a request that it does not understand."""
        return (
            self.status is not None and 400 <= self.status < 500 and self.status not in (408, 429)
        )


def default_api() -> str:
    host = os.environ.get("KUBERNETES_SERVICE_HOST", "kubernetes.default.svc")
    port = os.environ.get("KUBERNETES_SERVICE_PORT", "443")
    return f"https://{f'[{host}]' if ':' in host else host}:{port}"


class Cluster:
    """One connection; for one thread."""

    def __init__(self, namespace: str, api: str | None = None, credentials: str = CREDENTIALS):
        self._url = urllib.parse.urlsplit(api or default_api())
        self._namespace = urllib.parse.quote(namespace)
        self._credentials = credentials
        self._connection: http.client.HTTPConnection | None = None
        self._token: str | None = None
        self._token_at = 0.0

    def deployments(self, selector: str) -> dict[str, Json]:
        answer = self._json(f"/apis/apps/v1{self._path('deployments')}?{_query(selector)}")
        return {each["metadata"]["name"]: each for each in answer.get("items") or []}

    def pods(self, selector: str) -> list[Json]:
        return self._json(f"/api/v1{self._path('pods')}?{_query(selector)}").get("items") or []

    def annotate(self, pod: str, annotations: dict[str, str]) -> None:
        body = json.dumps({"metadata": {"annotations": annotations}})
        path = f"/api/v1{self._path('pods')}/{urllib.parse.quote(pod)}"
        self._request("PATCH", path, body, "application/merge-patch+json")

    def log(self, pod: str, container: str, previous: bool) -> str:
        """The last lines of a container's log; empty when there is none."""
        options = {"container": container, "tailLines": _LOG_LINES, "limitBytes": _LOG_BYTES}
        query = urllib.parse.urlencode({**options, **({"previous": "true"} if previous else {})})
        path = f"/api/v1{self._path('pods')}/{urllib.parse.quote(pod)}/log?{query}"
        try:
            return self._request("GET", path).decode("utf-8", "replace")
        except ApiError:
            return ""

    def events(self, pod: str) -> list[Json]:
        """What was said of a pod, the oldest first; nothing when it may not be read."""
        query = urllib.parse.urlencode({"fieldSelector": f"involvedObject.name={pod}"})
        try:
            found = self._json(f"/api/v1{self._path('events')}?{query}").get("items") or []
        except ApiError:
            return []
        return sorted(
            found, key=lambda event: event.get("lastTimestamp") or event.get("eventTime") or ""
        )

    def _path(self, kind: str) -> str:
        return f"/namespaces/{self._namespace}/{kind}"

    def _json(self, path: str) -> Json:
        try:
            return json.loads(self._request("GET", path))
        except ValueError as error:
            raise ApiError(f"the Kubernetes API gave no JSON: {error}") from error

    def _request(self, method: str, path: str, body: str | None = None, content: str = "") -> bytes:
        status, answer = self._send(method, path, body, content)
        if status == 401:
            self._token = None
            status, answer = self._send(method, path, body, content)
        if status >= 400:
            raise ApiError(f"the Kubernetes API answered {status}: {_message(answer)}", status)
        return answer

    def _send(self, method: str, path: str, body: str | None, content: str) -> tuple[int, bytes]:
        headers = {"Accept": "application/json", "User-Agent": "dagster-platform-rollout"}
        if content:
            headers["Content-Type"] = content
        token = self._read_token()
        if token:
            headers["Authorization"] = f"Bearer {token}"
        try:
            if self._connection is None:
                self._connection = self._connect()
            self._connection.request(method, path, body, headers)
            response = self._connection.getresponse()
            return response.status, response.read()
        except (OSError, http.client.HTTPException) as error:
            self._close()
            reason = str(error) or type(error).__name__
            raise ApiError(f"the Kubernetes API does not answer: {reason}") from error

    def _connect(self) -> http.client.HTTPConnection:
        host, port = self._url.hostname or "", self._url.port
        if self._url.scheme == "http":
            return http.client.HTTPConnection(host, port, timeout=TIMEOUT_SECONDS)
        trust = ssl.create_default_context(cafile=os.path.join(self._credentials, "ca.crt"))
        return http.client.HTTPSConnection(host, port, timeout=TIMEOUT_SECONDS, context=trust)

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def _read_token(self) -> str | None:
        if self._token is None or time.monotonic() - self._token_at > _TOKEN_SECONDS:
            try:
                with open(os.path.join(self._credentials, "token"), encoding="ascii") as file:
                    self._token = file.read().strip()
            except OSError as error:
                if self._url.scheme != "http":
                    raise ApiError(f"the ServiceAccount's token: {error.strerror}") from error
            self._token_at = time.monotonic()
        return self._token


def _query(selector: str) -> str:
    return urllib.parse.urlencode({"labelSelector": selector})


def _message(answer: bytes) -> str:
    """What the API server says in its Status object, or the beginning of what it said."""
    text = answer.decode("utf-8", "replace").strip()
    try:
        return str(json.loads(text)["message"])
    except (ValueError, KeyError, TypeError):
        return text[:200]
