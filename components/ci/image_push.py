"""Does it help to push again? A pure judgement of what docker or buildah says of a failed push."""

from __future__ import annotations

import re

from transient import advice, is_transient

# Registries' words for what stays as it is: no right, no repository, a tag that cannot be replaced.
_REFUSED = re.compile(
    r"\bdenied\b|\bunauthori[sz]ed\b|\bforbidden\b|not authori[sz]ed|authentication required"
    r"|no basic auth credentials|insufficient_scope|authorization failed|token has expired"
    r"|name unknown|NAME_UNKNOWN|does not exist|\bimmutable\b|cannot be overwritten",
    re.IGNORECASE,
)

# How programs in Go speak of the network.
_NETWORK = re.compile(
    r"handshake timeout|i/o timeout|no such host|server misbehaving|\bEOF\b|\bGOAWAY\b"
    r"|use of closed network connection|stream error|request canceled|blob upload (?:un|in)"
    r"|http2: (?:client|server|response)",
    re.IGNORECASE,
)


def may_pass(reason: str) -> bool:
    if _REFUSED.search(reason):
        return False
    verdict = is_transient(reason)
    return bool(verdict) or (verdict is None and _NETWORK.search(reason) is not None)


def push_advice(reason: str, attempts: int) -> str:
    """What somebody can do about a push that is given up."""
    if may_pass(reason):
        return f"{attempts} attempts; the registry or the network fails: run the job again later"
    return advice(False, reason)
