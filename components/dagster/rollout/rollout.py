"""The loop of a rollout: look at the cluster, tell the webservers, judge each subject."""

from __future__ import annotations

import math
import threading
import time
from typing import Any, Callable, Dict

from cluster import ApiError, Cluster
from deployment import is_ready, observe, pods_of, previous_runs
from explain import Explainer
from judge import Judge
from report import Failed
from settings import Settings
from subject import Subject
from webservers import Webservers

Json = Dict[str, Any]

_ANNOTATION = "dagster-platform/workspace"
_FIRST_POLL, _SLOWEST_POLL = 0.3, 2.0


class Refused(Exception):
    """The Kubernetes API goes on refusing what a rollout needs."""


class Rollout:
    def __init__(self, settings: Settings, cluster: Cluster, say: Callable[[str], None]) -> None:
        self.webserver = Subject(settings.webserver, settings.grace)
        self.daemon = Subject(settings.daemon, settings.grace)
        self.locations = [Subject(each, settings.grace) for each in settings.locations.values()]
        self.times: dict[str, float] = {}
        self._settings = settings
        self._cluster = cluster
        self._say = say
        self._begun = time.monotonic()
        self._wake = threading.Event()
        self._explainer = Explainer(cluster, settings.grace)
        self._judge = Judge(self._explainer)
        self._webservers = Webservers(
            settings.webserver_port,
            settings.webserver_path_prefix,
            settings.locations,
            self._wake.set,
        )
        self._annotated: set[str] = set()
        self._refused_since: float | None = None
        self._api_error: str | None = None
        self._said: dict[str, str] = {}

    def run(self) -> None:
        """Ends when each subject is served or failed, or when time is over."""
        wait = _FIRST_POLL
        while True:
            begun = time.monotonic()
            self._turn(begun)
            changed = self._tell()
            if self._is_settled():
                self._took("settled")
                return
            if begun - self._begun > self._settings.timeout:
                self._give_up()
                return
            wait = _FIRST_POLL if changed else min(wait * 1.2, _SLOWEST_POLL)
            # A large cluster takes long to answer, and has others to answer, too.
            pause = max(wait, 2 * (time.monotonic() - begun))
            if self._wake.wait(min(pause, self._settings.timeout)):
                time.sleep(0.05)
            self._wake.clear()

    @property
    def system_failed(self) -> list[Failed]:
        return [each.failed() for each in (self.webserver, self.daemon) if each.reason is not None]

    @property
    def locations_failed(self) -> list[Failed]:
        return [each.failed() for each in self.locations if each.reason is not None]

    @property
    def served(self) -> list[str]:
        return [each.name for each in self.locations if each.served]

    @property
    def _subjects(self) -> list[Subject]:
        return [self.webserver, self.daemon, *self.locations]

    def _turn(self, now: float) -> None:
        try:
            deployments = self._cluster.deployments(self._settings.selector)
            pods = self._cluster.pods(self._settings.selector)
            self._annotate(self._system_pods(deployments, pods, self.webserver, self.daemon))
        except ApiError as error:
            self._api_failed(error, now)
            return
        self._refused_since = self._api_error = None
        for subject in self._subjects:
            wanted = subject.wanted
            subject.observed = observe(wanted, deployments.get(wanted.deployment), pods)
        for subject in self.locations:
            deployment = deployments.get(subject.wanted.deployment)
            if deployment is not None:
                clock = time.time()
                subject.without_previous(previous_runs(deployment, pods, clock), clock)
        webserver_pods = self._system_pods(deployments, pods, self.webserver)
        rolled_out = [each for each in self.locations if each.observed.rolled_out]
        self._webservers.follow(
            [pod for pod in webserver_pods if is_ready(pod)],
            {each.name: each.observed.started for each in rolled_out},
        )
        self._judge_all(now)
        if all(each.observed.rolled_out for each in self._subjects):
            self._took("rolled out")

    def _judge_all(self, now: float) -> None:
        servers = self._webservers.all()
        if self.webserver.observed.rolled_out:
            self._judge.webserver(self.webserver, servers, set(self._settings.locations), now)
        if self.webserver.served:
            self._took("reloaded")
        can_ask = bool(servers) or self.webserver.reason is None
        for subject in self._subjects:
            if not subject.observed.rolled_out:
                self._judge.pods(subject, now)
            elif subject is self.daemon:
                self._judge.daemon(subject, servers, can_ask)
            elif subject is not self.webserver:
                self._judge.location(subject, servers, now)

    def _annotate(self, pods: list[Json]) -> None:
        """The kubelet looks at a pod that changes, and refreshes its ConfigMaps then."""
        for pod in pods:
            uid, name = pod["metadata"]["uid"], pod["metadata"]["name"]
            if uid in self._annotated:
                continue
            try:
                self._cluster.annotate(name, {_ANNOTATION: self._settings.workspace_hash})
            except ApiError as error:
                if error.status != 404:
                    raise
            self._annotated.add(uid)
        self._took("annotated")

    def _system_pods(
        self, deployments: dict[str, Json], pods: list[Json], *subjects: Subject
    ) -> list[Json]:
        found = [deployments.get(subject.wanted.deployment) for subject in subjects]
        return [pod for each in found if each is not None for pod in pods_of(each, pods)]

    def _is_settled(self) -> bool:
        """Without a webserver nothing more can be known of a location that is rolled out."""
        blind = self.webserver.reason is not None and not self._webservers.all()
        return all(each.settled or (blind and each.observed.rolled_out) for each in self._subjects)

    def _give_up(self) -> None:
        """Time is over: what is still waited for has failed."""
        if self._api_error is not None:
            raise Refused(self._api_error)
        blind = not self.webserver.served and not self._webservers.all()
        for subject in self._subjects:
            if subject.settled or (blind and subject.observed.rolled_out):
                continue
            text = f"not served within {self._settings.timeout:g} s: {subject.state}"
            lines = subject.explain(math.inf) if subject.explain is not None else None
            lines = lines or self._explainer.unfinished(subject.observed)
            subject.reason = [text, *(line for line in lines if line not in text)]

    def _api_failed(self, error: ApiError, now: float) -> None:
        """Most of it passes: a server that is restarted, a Role that was made just before."""
        self._api_error = str(error)
        self._progress("api", str(error))
        if not error.permanent:
            return
        if self._refused_since is None:
            self._refused_since = now
        if now - self._refused_since >= self._settings.grace["api"]:
            raise Refused(str(error))

    def _took(self, step: str) -> None:
        self.times.setdefault(step, time.monotonic() - self._begun)

    def _tell(self) -> bool:
        """Whether anything changed since the last turn."""
        changed = False
        for subject in self._subjects:
            failed = subject.reason is not None
            text = f"failed: {subject.reason[0]}" if failed else subject.state
            changed = self._progress(subject.name, text) or changed
        return changed

    def _progress(self, name: str, text: str) -> bool:
        if self._said.get(name) == text:
            return False
        self._said[name] = text
        self._say(f"{time.monotonic() - self._begun:6.1f} s  {name}: {text}")
        return True
