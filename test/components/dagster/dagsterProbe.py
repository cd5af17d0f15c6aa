"""Asks real Dagster about documents that the builders made. Reads one JSON request on standard input, writes one JSON answer.

{"instances": {name: dagster.yaml}}         -> {name: "accepted" | "unchecked: <module>" | the error}
{"job": {"launcher": ..., "context": ..., "image": ...}} -> the Kubernetes Job of a run
{"state": dagster.yaml}                     -> what a code server reads back of a state that it wrote
{"server": port}                            -> what a code server tells of its runs
"""

import importlib
import json
import sys
import tempfile
from pathlib import Path
from unittest import mock

import yaml
from dagster import DagsterInstance
from dagster._config import process_config, validate_config
from dagster._core.instance.config import dagster_instance_config
from dagster._serdes import ConfigurableClassData

# Postgres and the launcher want a connection; all classes are checked by their config type alone.
CLASSES = ["scheduler", "run_launcher", "run_coordinator", "compute_logs", "defs_state_storage"]
STORAGES = ["schedule_storage", "run_storage", "event_log_storage"]


def check_instance(document):
    with tempfile.TemporaryDirectory() as home:
        Path(home, "dagster.yaml").write_text(yaml.safe_dump(document))
        dagster_instance_config(home)
        missing = check_classes(document)
        if missing:
            return f"unchecked: {missing}"
        if "storage" in document:
            with DagsterInstance.from_config(home) as instance:
                instance.info_dict()
                instance.get_concurrency_config()
                assert instance.defs_state_storage is not None
                assert not instance.telemetry_enabled
        return "accepted"


def check_classes(document):
    for key in CLASSES + STORAGES:
        given = document.get(key)
        if given is None:
            continue
        try:
            # It spells `dagster.core`, as the chart writes, the way Dagster now does.
            data = ConfigurableClassData(given["module"], given["class"], "")
            module = importlib.import_module(data.module_name)
        except ModuleNotFoundError as error:
            return error.name
        kind = getattr(module, data.class_name)
        result = validate_config(kind.config_type(), given.get("config", {}))
        if not result.success:
            raise ValueError(f"{key}: {[error.message for error in result.errors]}")
    return None


def run_job(request):
    import kubernetes
    from dagster._core.origin import JobPythonOrigin, RepositoryPythonOrigin
    from dagster._core.code_pointer import ModuleCodePointer
    from dagster._core.storage.dagster_run import DagsterRun
    from dagster_k8s import K8sRunLauncher
    from dagster_k8s.job import construct_dagster_k8s_job

    config = process_config(K8sRunLauncher.config_type(), request["launcher"]["config"])
    with mock.patch("kubernetes.config.load_incluster_config"):
        launcher = K8sRunLauncher(**config.value)
    repository = RepositoryPythonOrigin(
        executable_path="python",
        code_pointer=ModuleCodePointer("defs", "defs"),
        container_image=request["image"],
        container_context=request["context"],
    )
    run = DagsterRun(
        job_name="job",
        run_id="12345678-0000-0000-0000-000000000000",
        job_code_origin=JobPythonOrigin(job_name="job", repository_origin=repository),
        tags=request.get("tags", {}),
    )
    context = launcher.get_container_context_for_run(run)
    job = construct_dagster_k8s_job(
        job_config=context.get_k8s_job_config(repository.container_image, launcher),
        args=["dagster"],
        job_name="job",
        component="run_worker",
        user_defined_k8s_config=context.run_k8s_config,
    )
    return {
        "namespace": context.namespace,
        **kubernetes.client.ApiClient().sanitize_for_serialization(job),
    }


def state_round_trip(document):
    with tempfile.TemporaryDirectory() as home:
        Path(home, "dagster.yaml").write_text(yaml.safe_dump(document))
        given, read = Path(home, "given"), Path(home, "read")
        given.write_text("state")
        with DagsterInstance.from_config(home) as instance:
            storage = instance.defs_state_storage
            storage.upload_state_from_path("Key[a]", "version-1", given)
            storage.download_state_to_path("Key[a]", "version-1", read)
        return read.read_text()


def server_answer(port):
    from dagster._grpc.client import DagsterGrpcClient

    answer = DagsterGrpcClient(port=port, host="127.0.0.1").list_repositories()
    from dagster_shared.serdes import deserialize_value

    response = answer if not isinstance(answer, str) else deserialize_value(answer)
    return {"image": response.container_image, "context": response.container_context}


def answer(request):
    if "job" in request:
        return run_job(request["job"])
    if "state" in request:
        return state_round_trip(request["state"])
    if "server" in request:
        return server_answer(request["server"])
    answers = {}
    for name, document in request["instances"].items():
        try:
            answers[name] = check_instance(document)
        except Exception as error:
            answers[name] = f"{type(error).__name__}: {error}"
    return answers


json.dump(answer(json.load(sys.stdin)), sys.stdout)
