"""Requests to an HTTP API with a token (GitHub, GitLab), with nothing but the standard library.

Repeats what may pass, with exponential backoff and full jitter: no connection, 429 and 5xx, and
403 when GitHub means "too fast". A wait that the server asks for is kept, up to a minute; longer
ones end it, because a job that sleeps for an hour helps nobody. No other 4xx is repeated. Writing
requests are repeated too: an answer that was lost may have been a success, so callers write what
may be there twice.

The token goes to one origin (scheme, host, port) and into no message. Every error is an `ApiError`
whose text is one line for people.
"""

from __future__ import annotations

import http.client
import json
import random
import re
import ssl
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from typing import Any

from http_answer import Answer, one_line, reason, wait_asked

MAX_WAIT_SECONDS = 60.0
MAX_DELAY_SECONDS = 20.0
_MAX_REDIRECTS = 3


class ApiError(Exception):
    """One line for people; `status` is the answer's, None when there was none."""

    def __init__(self, text: str, status: int | None = None) -> None:
        super().__init__(text)
        self.status = status


class _Failed(Exception):
    """One attempt failed; `wait`: seconds before another one may help, None if none will."""

    def __init__(self, error: ApiError, wait: float | None) -> None:
        super().__init__(str(error))
        self.error = error
        self.wait = wait


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """urllib would take every header along, to any host, and turn a POST into a GET."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


class HttpApi:
    """One API at one address; `secret` is what must appear in no message."""

    def __init__(
        self,
        base: str,
        headers: Mapping[str, str],
        secret: str,
        *,
        attempts: int = 5,
        base_delay: float = 0.5,
        timeout: float = 20.0,
    ) -> None:
        if not re.match(r"https?://[^/@\s]+", base):
            raise ApiError(f"the API's address must be http(s)://host/…, got {base!r}")
        # http.client would refuse such a header with a message that has the token in it.
        if not all(value.isascii() and value.isprintable() for value in headers.values()):
            raise ApiError("the token has a line break or another character no token has: set it")
        self.base = base.rstrip("/")
        self._headers = {"User-Agent": "dagster-platform", **headers}
        self._secret = secret
        self._attempts = attempts
        self._base_delay = base_delay
        self._timeout = timeout
        self._opener = urllib.request.build_opener(_NoRedirect)

    def request(
        self, method: str, path: str, body: Any = None, form: Mapping[str, str] | None = None
    ) -> Answer:
        """The answer if it is a good one. `body` goes as JSON, `form` as a form."""
        headers, data = dict(self._headers), None
        if form is not None:
            data = urllib.parse.urlencode(form).encode()
        elif body is not None:
            headers["Content-Type"] = "application/json"
            data = json.dumps(body).encode()
        attempt = 1
        while True:
            try:
                return self._attempt(method, path, headers, data)
            except _Failed as failed:
                if failed.wait is None or attempt == self._attempts:
                    raise failed.error from failed
                if failed.wait > MAX_WAIT_SECONDS:
                    text = f"{failed.error}; it asks to wait {failed.wait:.0f} s"
                    raise ApiError(text, failed.error.status) from failed
                longest = min(MAX_DELAY_SECONDS, self._base_delay * 2 ** (attempt - 1))
                time.sleep(failed.wait + random.uniform(0, longest))
            attempt += 1

    def json(self, method: str, path: str, body: Any = None) -> Any:
        """What the answer says."""
        return self._decoded(f"{method} {self.base}{path}", self.request(method, path, body))

    def pages(self, path: str) -> Iterator[Any]:
        """The members of all pages. GitHub and GitLab both count pages, and say in `Link` whether
        there is another one; how full a page is says nothing (GitLab leaves out what the token may
        not see). Their links themselves are not followed: they could lead elsewhere."""
        page = 1
        while True:
            numbered = f"{path}{'&' if '?' in path else '?'}per_page=100&page={page}"
            answer = self.request("GET", numbered)
            members = self._decoded(f"GET {self.base}{numbered}", answer)
            if not isinstance(members, list):
                raise ApiError(f"GET {self.base}{numbered}: the answer is no list")
            yield from members
            if 'rel="next"' not in answer.headers.get("Link", ""):
                return
            page += 1

    def _attempt(
        self, method: str, path: str, headers: dict[str, str], data: bytes | None
    ) -> Answer:
        """A good answer. Raises `_Failed`, and `ApiError` when it led to another host."""
        where = f"{method} {self.base}{path}"
        try:
            answer = self._follow(method, self.base + path, headers, data)
        except (OSError, http.client.HTTPException) as error:
            cause = getattr(error, "reason", error)
            text = f"{where}: {str(cause) or type(cause).__name__}"
            passes = not isinstance(cause, ssl.SSLCertVerificationError)
            raise _Failed(ApiError(self._line(text)), 0.0 if passes else None) from error
        if answer.is_good:
            return answer
        text = self._line(f"{where}: {answer.status} {reason(answer)}")
        raise _Failed(ApiError(text, answer.status), wait_asked(answer))

    def _follow(
        self, method: str, url: str, headers: dict[str, str], data: bytes | None
    ) -> Answer:
        """Repeats a request where GitHub sends it (a renamed repository), on the same origin.
        docs.github.com/rest/using-the-rest-api/best-practices, "Follow redirects"."""
        first = url
        for _ in range(_MAX_REDIRECTS):
            answer = self._send(method, url, headers, data)
            location = answer.headers.get("Location")
            if answer.status not in (301, 302, 307, 308) or location is None:
                return answer
            url = urllib.parse.urljoin(url, location)
            if _origin(url) != _origin(first):
                to = self._line(_origin(url))
                text = f"{method} {first}: sent on to {to}, which does not get the token"
                raise ApiError(f"{text}: if that is the right address, give it as the API's")
        raise ApiError(f"{method} {first}: sent on {_MAX_REDIRECTS} times")

    def _send(self, method: str, url: str, headers: dict[str, str], data: bytes | None) -> Answer:
        request = urllib.request.Request(url, data, headers, method=method)
        try:
            with self._opener.open(request, timeout=self._timeout) as response:
                return Answer(response.status, response.headers, response.read())
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, error.headers, error.read())

    def _decoded(self, where: str, answer: Answer) -> Any:
        try:
            return json.loads(answer.body)
        except ValueError as error:
            raise ApiError(self._line(f"{where}: the answer is no JSON")) from error

    def _line(self, text: str) -> str:
        for form in {self._secret, urllib.parse.quote(self._secret)} - {""}:
            text = text.replace(form, "***")
        return one_line(text)


def _origin(url: str) -> str:
    try:
        parts = urllib.parse.urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return "an address that is none"
    return f"{parts.scheme}://{parts.hostname}:{port}"
