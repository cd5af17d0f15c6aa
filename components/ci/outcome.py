"""What `dg utils refresh-defs-state` did, read from its exit code and its output.

`read_outcome` is pure. On stdout `dg` prints one line for each component, `[ key ] ✓ done in 1s`
or `[ key ] ✗ failed after 1s`, and then each error's message; on stderr is the traceback of the
first. When a component cannot be loaded there is the traceback only. If another version of `dg`
prints something else, the failure is one of the whole project: less is known, nothing is lost.
"""

from __future__ import annotations

import re
import signal
from dataclasses import dataclass, replace

from traceback_text import Exceptional, last_chain, one_line
from transient import is_transient, retry_after


@dataclass(frozen=True)
class Failure:
    """Why one component, or the whole project (component None), was not refreshed."""

    component: str | None
    reason: str
    cause: str | None = None  # the innermost exception, if the reason does not say it
    where: str | None = None  # a file of the project
    printed: tuple[str, ...] = ()  # the last lines of a program that the component ran
    transient: bool | None = None  # None: the text says neither


@dataclass(frozen=True)
class Outcome:
    refreshed: tuple[str, ...]
    failures: tuple[Failure, ...]
    failed_keys: tuple[str, ...] = ()  # what to refresh again; empty: it is not known, so all
    retry_after: float | None = None

    @property
    def worth_a_retry(self) -> bool:
        verdicts = {failure.transient for failure in self.failures}
        return True in verdicts and False not in verdicts


_HEADLINE = re.compile(r"^(?:All \d+|Finished refreshing|Refreshing defs state)\b", re.MULTILINE)
# A component that runs a program says no more than that it failed; the program's words are printed.
_PROGRAM_FAILED = re.compile(r"exit (?:code|status)|CalledProcessError|\bstdout\b", re.IGNORECASE)
_PRINTED_LINES = 6
# When a store leaves s3fs's questions for the bucket without an answer, s3fs creates the bucket,
# which nobody may. preflight.py has asked the same before, and got one: so this may pass.
_UNANSWERED = re.compile(r"when calling the CreateBucket operation")
_NO_ANSWER = "the state store does not say whether its bucket is there"
_STATUS = re.compile(r"^\[ (?P<key>.+?) *\] \S+ (?P<status>done|failed|refreshing)\b", re.MULTILINE)
_DETAILS = re.compile(r"^Detailed error information:$", re.MULTILINE)
_LOADING = re.compile(r"Error while loading component (?P<component>.+?):$", re.MULTILINE)


def read_outcome(
    exit_code: int, stdout: str, stderr: str, project: str, timed_out_after: float | None = None
) -> Outcome:
    """`project`: its folder, to name files of it; `timed_out_after`: seconds, if it was killed."""
    if timed_out_after is not None:
        reason = f"no answer within {timed_out_after:g} s, stopped"
        return Outcome((), (Failure(None, reason, transient=True),))
    statuses = {found["key"]: found["status"] for found in _STATUS.finditer(stdout)}
    refreshed = tuple(key for key, status in statuses.items() if status == "done")
    failed = [key for key, status in statuses.items() if status != "done"]
    chain = last_chain(stderr, project)
    if failed:
        failures = tuple(_component_failures(failed, stdout, chain))
    elif exit_code != 0:
        failures = (_project_failure(exit_code, stdout, stderr, chain),)
    else:
        failures = ()
    wait = retry_after(f"{_details_text(stdout)}\n{_chain_text(chain)}") if failures else None
    return Outcome(refreshed, failures, tuple(failed), wait)


def _component_failures(failed: list[str], stdout: str, chain: list[Exceptional]) -> list[Failure]:
    """The traceback is the first failure's; the others have their message only."""
    messages = _messages(failed, stdout)
    failures: list[Failure] = []
    first = messages.get(failed[0], "")
    is_known = bool(chain) and one_line(first) in one_line(chain[-1].text)
    for key in failed:
        message = messages.get(key, "")
        if is_known and not failures:
            failure = _from_chain(key, chain)
        else:
            reason = one_line(message) or "failed without a message"
            # The same words, the same reason: more is known of the first.
            is_same = is_known and message == first
            transient = failures[0].transient if is_same else is_transient(message)
            failure = Failure(key, reason, transient=transient)
        failures.append(_with_printed(failure, stdout))
    return failures


def _with_printed(failure: Failure, stdout: str) -> Failure:
    """Adds what a program said that the component ran (dbt), and judges by it."""
    if failure.transient is not None or not _PROGRAM_FAILED.search(failure.reason):
        return failure
    headline = _HEADLINE.search(stdout)
    lines = [one_line(line) for line in stdout[: headline.start() if headline else 0].splitlines()]
    printed = tuple([line for line in lines if line][-_PRINTED_LINES:])
    return replace(failure, printed=printed, transient=is_transient("\n".join(printed)))


def _from_chain(component: str, chain: list[Exceptional]) -> Failure:
    """Outside is what the component's author wrote, inside is what it was."""
    outer, inner = chain[-1], chain[0]
    known = inner.message in outer.message
    return Failure(
        component,
        reason=_NO_ANSWER if _is_unanswered(chain) else outer.short,
        cause=None if known else inner.short,
        where=next((link.where for link in reversed(chain) if link.where), None),
        transient=_verdict(chain),
    )


def _project_failure(exit_code: int, stdout: str, stderr: str, chain: list[Exceptional]) -> Failure:
    if exit_code < 0:
        name = signal.Signals(-exit_code).name
        hint = ": was there enough memory?" if name == "SIGKILL" else ""
        return Failure(None, f"killed by {name}{hint}", transient=False)
    if not chain:
        lines = [line for line in (stdout + "\n" + stderr).splitlines() if line.strip()]
        reason = one_line(lines[-1]) if lines else f"exit code {exit_code} and no message"
        return Failure(None, reason, transient=is_transient(reason))
    loading = _LOADING.search(_chain_text(chain))
    inner = chain[0]
    return Failure(
        loading["component"] if loading else None,
        reason=inner.short,
        where=next((link.where for link in chain if link.where), None),
        transient=_verdict(chain),
    )


def _verdict(chain: list[Exceptional]) -> bool | None:
    """From outside to inside, the first that says something: an outer exception knows more."""
    if _is_unanswered(chain):
        return True
    verdicts = (is_transient(link.text) for link in reversed(chain))
    return next((verdict for verdict in verdicts if verdict is not None), None)


def _is_unanswered(chain: list[Exceptional]) -> bool:
    return any(_UNANSWERED.search(link.text) for link in chain)


def _messages(failed: list[str], stdout: str) -> dict[str, str]:
    """Each failed component's message, which may have several lines."""
    keys = "|".join(re.escape(key) for key in failed)
    parts = re.split(rf"^  ({keys}): ", _details_text(stdout), flags=re.MULTILINE)
    return {key: text.strip() for key, text in zip(parts[1::2], parts[2::2])}


def _details_text(stdout: str) -> str:
    found = _DETAILS.search(stdout)
    return stdout[found.end() :] if found else ""


def _chain_text(chain: list[Exceptional]) -> str:
    return "\n".join(link.text for link in chain)
