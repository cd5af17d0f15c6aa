"""Does it help to try again? A pure judgement of an exception's text.

`is_transient(text)` answers True (the network, an overloaded or throttling service: try again),
False (credentials, a missing thing, broken code or configuration: somebody has to mend it), or
None when the text says neither. The text is an exception as Python prints it, "Type: message",
or a message alone. What forbids a retry is looked for first, by the exception's type, then the
HTTP status, then words; "Unauthorized" in a message outweighs its "timed out".
"""

from __future__ import annotations

import re

MAX_RETRY_AFTER_SECONDS = 300.0

_TYPE = re.compile(r"(?:[A-Za-z_]\w*\.)*(?P<name>[A-Za-z_]\w*)(?::|$)")

_PERMANENT_TYPES = re.compile(
    r"(ImportError|ModuleNotFoundError|DagsterImportError|DagsterUnresolvableSymbolError"
    r"|SyntaxError|IndentationError|TabError|NameError|AttributeError|TypeError|KeyError"
    r"|\w*ValidationError|\w*ParserError|ScannerError|ComponentsError"
    r"|PermissionError|FileNotFoundError|IsADirectoryError|NotADirectoryError"
    r"|NoCredentialsError|PartialCredentialsError|DefaultCredentialsError|ProfileNotFound"
    r"|\w*CertVerificationError|\w*CertificateError"
    r"|Unauthorized|Forbidden|Unauthenticated|PermissionDenied|NotFound|BadRequest)"
)

# The libraries' ways to write a status, each with words around it: a bare number means nothing.
_STATUS = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\bHTTP(?:/\d(?:\.\d)?)?(?: error| status| response| code)*[ :]+(\d{3})\b",
        r"\bstatus(?:[ _]?code)?['\"]?(?:\s*[:=]\s*|\s+(?:of |was |is )?)['\"]?(\d{3})\b",
        r"\b(\d{3}) (?:client|server) error\b",
        r"\b(?:client|server) error '(\d{3})\b",
        r"\b(\d{3}) (?:GET|HEAD|POST|PUT|PATCH|DELETE) https?:",
        r"\b(\d{3}), message=",
        r"\btoo many (\d{3}) error responses\b",
        r"\ban error occurred \((\d{3})\)",
        r"\b(\d{3})[ :]+(?:bad request|unauthorized|forbidden|not found|too many requests"
        r"|internal server error|bad gateway|service unavailable|gateway time-?out)\b",
    )
]

_TRANSIENT_STATUS = {408, 425, 429}

_PERMANENT_WORDS = re.compile(
    r"CERTIFICATE_VERIFY_FAILED|\bAccessDenied|InvalidAccessKeyId|SignatureDoesNotMatch"
    r"|ExpiredToken|InvalidToken|UnrecognizedClient|NoSuchBucket|NoSuchKey"
    r"|\bUNAUTHENTICATED\b|\bPERMISSION_DENIED\b|\bINVALID_ARGUMENT\b"
    r"|unable to locate credentials|invalid credentials|authentication failed"
    r"|\bunauthori[sz]ed\b|\bforbidden\b|access denied|permission denied|validation errors? for",
    re.IGNORECASE,
)

_TRANSIENT_TYPES = re.compile(
    r"((?:\w*Connection|Connect|ClientConnector|\w*Disconnected|BrokenPipe)\w*(?:Error|Exception)?"
    r"|\w*Time(?:d)?[oO]ut(?:Error|Exception)?|gaierror|\w*ResolutionError|RemoteDisconnected"
    r"|IncompleteRead\w*|ChunkedEncodingError|RemoteProtocolError|ReadError|WriteError"
    r"|SSLEOFError|TooManyRequests|ServiceUnavailable|InternalServerError|BadGateway"
    r"|GatewayTimeout|ResourceExhausted|DeadlineExceeded)"
)

_TRANSIENT_WORDS = re.compile(
    r"connection (?:was |has been )?(?:refused|reset|aborted|closed|broken|timed out)"
    r"|(?:closed|terminated) (?:the )?connection|server disconnected|broken pipe"
    r"|\btimed[ -]?out\b|\btimeout (?:exceeded|expired|reached|while|after|error)"
    r"|deadline exceeded|\bDEADLINE_EXCEEDED\b|\bUNAVAILABLE\b|\bRESOURCE_EXHAUSTED\b"
    r"|name or service not known|temporary failure in name resolution|getaddrinfo failed"
    r"|nodename nor servname|no address associated|could not resolve host|EAI_AGAIN"
    r"|network is unreachable|no route to host|EOF occurred in violation of protocol"
    r"|\bSlowDown\b|\bThrottl(?:ed|ing)|RequestLimitExceeded|TooManyRequests|too many requests"
    r"|rate[ -]?limit(?:ed)?\b|\bRequestTimeout\b|\bInternalError\b|ServiceUnavailable"
    r"|service (?:is )?(?:temporarily )?unavailable|bad gateway|gateway time-?out"
    r"|temporarily unavailable|could not connect to|please try again|reduce your request rate",
    re.IGNORECASE,
)

_RETRY_AFTER = re.compile(
    r"retry[-_ ]?after['\"]?(?:\s*[:=]\s*|\s+)['\"]?(\d+(?:\.\d+)?)(?![\d:-])", re.IGNORECASE
)


def is_transient(text: str) -> bool | None:
    found = _TYPE.match(text)
    name = found["name"] if found else ""
    if _PERMANENT_TYPES.fullmatch(name):
        return False
    status = http_status(text)
    if status is not None:
        return status >= 500 or status in _TRANSIENT_STATUS
    if _PERMANENT_WORDS.search(text):
        return False
    if _TRANSIENT_TYPES.fullmatch(name) or _TRANSIENT_WORDS.search(text):
        return True
    return None


def http_status(text: str) -> int | None:
    """The HTTP status of the error, 400 to 599, if the text names one."""
    for pattern in _STATUS:
        for found in pattern.findall(text):
            if 400 <= int(found) < 600:
                return int(found)
    return None


def retry_after(text: str) -> float | None:
    """Seconds of a Retry-After that the text shows, at most five minutes."""
    found = _RETRY_AFTER.findall(text)
    return min(max(map(float, found)), MAX_RETRY_AFTER_SECONDS) if found else None


_CREDENTIALS = re.compile(
    r"unauthori[sz]ed|forbidden|denied|credential|authenticat|InvalidAccessKeyId|Signature|Token",
    re.IGNORECASE,
)


def advice(transient: bool | None, text: str) -> str:
    """What somebody can do about it."""
    if transient:
        return "the source or the network fails: run the job again later"
    name = _TYPE.match(text)
    if name and name["name"] in ("ModuleNotFoundError", "ImportError"):
        return "add the package to the dependencies in pyproject.toml, or correct the import"
    if http_status(text) in (401, 403) or _CREDENTIALS.search(text):
        return "not retried: check the credentials that this job has, and what they may do"
    return "not retried, it would fail again: mend it and run the job again"
