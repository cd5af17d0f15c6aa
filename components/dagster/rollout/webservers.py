"""The webserver pods that answer now, each with its thread."""

from __future__ import annotations

from typing import Any, Callable, Dict, Mapping

from deployment import Wanted
from webserver import Webserver

Json = Dict[str, Any]


class Webservers:
    def __init__(
        self, port: int, prefix: str, wanted: Mapping[str, Wanted], changed: Callable[[], None]
    ) -> None:
        self._port = port
        self._prefix = prefix
        self._wanted = wanted
        self._changed = changed
        self._by_uid: dict[str, Webserver] = {}

    def all(self) -> list[Webserver]:
        return list(self._by_uid.values())

    def follow(self, pods: list[Json], started: Mapping[str, float]) -> None:
        """`pods`: those that are ready; `started`: of each location that is rolled out."""
        found = {pod["metadata"]["uid"]: pod for pod in pods if pod["status"].get("podIP")}
        for uid in set(self._by_uid) - set(found):
            self._by_uid.pop(uid).stop()
        for uid in set(found) - set(self._by_uid):
            self._by_uid[uid] = self._start(found[uid])
        for server in self._by_uid.values():
            if server.started != started:
                server.started = started
                server.wake.set()

    def _start(self, pod: Json) -> Webserver:
        address = (pod["status"]["podIP"], self._port, self._prefix)
        server = Webserver(pod["metadata"]["name"], address, self._wanted, self._changed)
        server.start()
        return server
