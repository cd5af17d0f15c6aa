"""The answer of an HTTP API: what it says, and when another attempt may help."""

from __future__ import annotations

import email.utils
import http.client
import json
import re
import time
from dataclasses import dataclass
from email.message import Message

# docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api, "Exceeding the rate limit":
# a secondary limit without retry-after and reset means at least one minute.
_SECONDARY_LIMIT_SECONDS = 60.0
_NOTHING_SAID = {"", "null", "{}", "[]"}


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Message
    body: bytes

    @property
    def is_good(self) -> bool:
        return 200 <= self.status < 300


def one_line(text: str, longest: int = 400) -> str:
    """Other people's text for a log: no control characters, no line breaks, not endless."""
    plain = " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", " ", text).split())
    return plain if len(plain) <= longest else f"{plain[: longest - 1]}…"


def reason(answer: Answer) -> str:
    """What the API says; GitLab's `message` may be a dictionary of lists."""
    try:
        said = json.loads(answer.body)
        keys = ("message", "errors", "error", "error_description")
        parts = [said.get(key) for key in keys]
        texts = [part if isinstance(part, str) else json.dumps(part) for part in parts]
        found = " ".join(text for text in texts if text not in _NOTHING_SAID)
    except (ValueError, AttributeError):
        found = re.sub(r"<[^>]*>", " ", answer.body.decode(errors="replace"))[:200]
    return found.strip() or http.client.responses.get(answer.status, "")


def wait_asked(answer: Answer) -> float | None:
    """Seconds before another attempt may help; None when none will."""
    secondary = b"secondary rate limit" in answer.body.lower()
    after = _retry_after(answer.headers.get("Retry-After"))
    if answer.status >= 500:
        return after or 0.0
    spent = answer.headers.get("x-ratelimit-remaining") == "0"
    if answer.status != 429:
        means_too_fast = after is not None or spent or secondary
        if answer.status != 403 or not means_too_fast:
            return None
    if after is not None:
        return after
    reset = answer.headers.get("x-ratelimit-reset", "")
    if spent and reset.isdigit():
        return max(0.0, int(reset) - time.time())
    return _SECONDARY_LIMIT_SECONDS if secondary else 0.0


def _retry_after(text: str | None) -> float | None:
    """Seconds, or a date (RFC 9110, 10.2.3)."""
    if text is None:
        return None
    if text.strip().isdigit():
        return float(text)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(text).timestamp() - time.time())
    except (TypeError, ValueError):
        return None
