"""Keeps one comment in a pull request (GitHub) or merge request (GitLab), edited in place.

    python ci_comment.py --marker preview --body preview.md [--number 12]

Input: `--body` is Markdown; `--number` is the pull request's own when the run is for one. The
comment is found again by its first line, `<!-- dagster-platform: MARKER -->`, which nobody sees,
and by its author: the token's own user. What somebody else wrote is never touched, whatever it
begins with. When two jobs wrote one each, the newest stays and the others are deleted.
Environment: on GitHub GITHUB_TOKEN (permission `pull-requests: write`); on GitLab
DAGSTER_COMMENT_TOKEN, an access token of the project (role Reporter, scope api), because a job's
own token may not write notes. Without it nothing is written, and that is no failure.
Output: one line on stdout; without DAGSTER_COMMENT_TOKEN two, with the first words of the body.
Exit codes: 0 written, unchanged, or not wanted; 1 not written, one line on stderr; 2 usage.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from pathlib import Path

from ci_system import CiError, Environment, GitHub, GitLab, detect
from comment_threads import Comment, GitHubThread, GitLabThread, Thread
from http_answer import one_line
from http_api import ApiError

_MARKER = re.compile(r"[A-Za-z0-9]+(?:[ ._/-][A-Za-z0-9]+)*")
_CUT = "\n\n*Cut here: it is longer than a comment can be.*\n"
_FENCE = re.compile(r" {0,3}(```+|~~~+)(.*)")
_ROOM_FOR_FENCE = 20


def parse_arguments(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="ci_comment.py", description=__doc__.splitlines()[0])
    parser.add_argument("--marker", required=True, help="tells our comments apart")
    parser.add_argument("--body", required=True, type=Path, help="file with Markdown")
    parser.add_argument("--number", type=int, help="of the pull request, if not the run's own")
    options = parser.parse_args(arguments)
    # Two hyphens would end the HTML comment.
    if not _MARKER.fullmatch(options.marker):
        rule = "words of letters and digits, with one of ` ._/-` between two"
        parser.error(f"--marker must be {rule}, got {options.marker!r}")
    return options


def compose(thread: Thread, marker: str, body: str) -> str:
    """The text of the comment, cut to what the system takes."""
    text = thread.text(f"{headline(marker)}\n{body}")
    if len(text) <= thread.limit:
        return text
    room = thread.limit - len(_CUT) - _ROOM_FOR_FENCE
    # At the end of a line: a half one could be half a link.
    kept = text[: max(text.rfind("\n", 0, room), len(headline(marker)))]
    # An open code block would swallow the word that it was cut.
    return f"{kept}{_closing_fence(kept)}{_CUT}"


def _closing_fence(text: str) -> str:
    fence = ""
    for line in text.splitlines():
        found = _FENCE.match(line)
        if found is None:
            continue
        if not fence:
            fence = found[1]
        elif found[1].startswith(fence) and not found[2].strip():
            fence = ""
    return f"\n{fence[: _ROOM_FOR_FENCE - 1]}" if fence else ""


def headline(marker: str) -> str:
    return f"<!-- dagster-platform: {marker} -->"


def publish(thread: Thread, marker: str, body: str) -> str:
    """What was done."""
    text = compose(thread, marker, body)
    found = _marked(thread, marker)
    if not found:
        return _write(thread, marker, text)
    newest = found[-1]
    changed = _plain(newest.body) != _plain(text)
    if changed:
        try:
            thread.edit(newest, text)
        except ApiError as error:
            if error.status != 404:
                raise
            return _write(thread, marker, text)
    _delete_older(thread, found)
    return "edited" if changed else "unchanged"


def _write(thread: Thread, marker: str, text: str) -> str:
    thread.create(text)
    # Another job may have done the same at this moment: the last to look tidies up.
    _delete_older(thread, _marked(thread, marker))
    return "written"


def _marked(thread: Thread, marker: str) -> list[Comment]:
    """Our comments with the marker, the newest last."""
    first = headline(marker)
    ours = [found for found in thread.own() if found.body.split("\n", 1)[0].strip() == first]
    return sorted(ours, key=lambda comment: comment.number)


def _delete_older(thread: Thread, comments: list[Comment]) -> None:
    for comment in comments[:-1]:
        thread.delete(comment)


def _plain(body: str) -> str:
    """Without what the systems change: line ends, and space at the end."""
    return body.replace("\r", "").rstrip()


def comment(options: argparse.Namespace, environ: Environment) -> str:
    body = options.body.read_text(encoding="utf-8", errors="replace")
    system = detect(environ)
    number = options.number or system.change
    if number is None:
        raise CiError("this run is for no pull request: give --number")
    where = f"{system.run.repository}{'#' if isinstance(system, GitHub) else '!'}{number}"
    thread = _thread(system, number, environ)
    if thread is None:
        first = one_line(next(filter(str.strip, body.splitlines()), "an empty comment"))
        return (
            f"{where}: {first}\nci_comment: {options.marker}: not written as a comment: set the "
            "CI/CD variable DAGSTER_COMMENT_TOKEN (masked, not protected) to a project access "
            "token with role Reporter and scope api"
        )
    return f"{where}: {publish(thread, options.marker, body)}"


def _thread(system: GitHub | GitLab, number: int, environ: Environment) -> Thread | None:
    if isinstance(system, GitHub):
        return GitHubThread(system.api("pull-requests: write"), system.run.repository, number)
    token = environ.get("DAGSTER_COMMENT_TOKEN", "").strip()
    if not token:
        return None
    return GitLabThread(system.api(token), system.change_project, number)


def _advice(error: ApiError, environ: Environment) -> str:
    if error.status not in (401, 403, 404):
        return ""
    if environ.get("GITHUB_ACTIONS") != "true":
        return ": DAGSTER_COMMENT_TOKEN must be valid, with role Reporter and scope api"
    if error.status == 403:
        return ": the job needs `permissions: pull-requests: write`; a fork's run never gets it"
    return ""


def main(arguments: list[str]) -> int:
    options = parse_arguments(arguments)
    name = f"ci_comment: {options.marker}"
    try:
        print(f"{name}: {comment(options, os.environ)}", flush=True)
        return 0
    except ApiError as error:
        print(f"{name}: not written: {error}{_advice(error, os.environ)}", file=sys.stderr)
    except CiError as error:
        print(f"{name}: not written: {error}", file=sys.stderr)
    except OSError as error:
        print(f"{name}: {error.filename or 'file'}: {error.strerror or error}", file=sys.stderr)
    except Exception as error:
        print(f"{name}: unexpected {type(error).__name__}: {one_line(str(error))}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
