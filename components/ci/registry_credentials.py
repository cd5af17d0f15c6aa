"""User and password of an image registry, by its host: from the cloud, or from the environment.

ECR: docs.aws.amazon.com/AmazonECR/latest/userguide/registry_auth. Artifact Registry:
docs.cloud.google.com/artifact-registry/docs/docker/authentication#token. GitLab:
docs.gitlab.com/user/packages/container_registry/authenticate_with_container_registry.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from http_answer import one_line

_ECR = re.compile(r"\d{12}\.dkr\.ecr(?:-fips)?\.(?P<region>[a-z0-9-]+)\.amazonaws\.com(?:\.cn)?")
_GOOGLE = re.compile(r"[a-z0-9-]+-docker\.pkg\.dev|(?:[a-z]+\.)?gcr\.io")
_GITHUB = "ghcr.io"
_OWN = ("DAGSTER_REGISTRY_USER", "DAGSTER_REGISTRY_PASSWORD")
_GOOGLE_SCOPE = "https://www.googleapis.com/auth/cloud-platform"


class Login(NamedTuple):
    user: str
    password: str

    def __repr__(self) -> str:
        return f"Login({self.user!r})"


class NoCredentials(Exception):
    """One line for people: what to set, or what to allow."""


def registry_host(image: str) -> str:
    """As the image's name says it: a first part without dot, port or localhost is Docker Hub's."""
    first, slash, _ = image.partition("/")
    is_host = slash and ("." in first or ":" in first or first == "localhost")
    return first if is_host else "docker.io"


def registry_login(host: str, environ: Mapping[str, str]) -> Login:
    """Raises `NoCredentials`."""
    ecr = _ECR.fullmatch(host)
    if ecr is not None:
        return _ecr_login(host, ecr["region"])
    if _GOOGLE.fullmatch(host):
        return _google_login(host)
    pairs = [_OWN]
    if host == _GITHUB:
        pairs = [("GITHUB_ACTOR", "GITHUB_TOKEN"), _OWN]
    elif host == environ.get("CI_REGISTRY"):
        pairs = [("CI_REGISTRY_USER", "CI_REGISTRY_PASSWORD"), _OWN]
    for user, password in pairs:
        # A secret that was pasted with its line end is no other secret.
        found = Login(environ.get(user, "").strip(), environ.get(password, "").strip())
        if found.user and found.password:
            return found
    names = ", or ".join(f"{user} and {password}" for user, password in pairs)
    raise NoCredentials(f"nobody to log in as: set {names}")


def _ecr_login(host: str, region: str) -> Login:
    try:
        import botocore.session
        from botocore.config import Config
        from botocore.exceptions import BotoCoreError, ClientError
    except ImportError as error:
        raise NoCredentials("ECR needs botocore: install it beside this script") from error
    config = Config(
        connect_timeout=5, read_timeout=20, retries={"mode": "standard", "total_max_attempts": 4}
    )
    try:
        client = botocore.session.get_session().create_client("ecr", region, config=config)
        answer = client.get_authorization_token()
        token = answer["authorizationData"][0]["authorizationToken"]
    except ClientError as error:
        said = error.response["Error"]
        text = one_line(f"{said['Code']} {said.get('Message', '')}")
        needs = "the job's role needs ecr:GetAuthorizationToken on *"
        raise NoCredentials(f"ECR gives no token: {text}: {needs}") from error
    except BotoCoreError as error:
        needs = "the job needs a role (OIDC), or an access key in its environment"
        raise NoCredentials(f"ECR gives no token: {one_line(str(error))}: {needs}") from error
    user, _, password = base64.b64decode(token).decode().partition(":")
    return Login(user, password)


def _google_login(host: str) -> Login:
    try:
        import google.auth
        import google.auth.transport.requests
        from google.auth.exceptions import GoogleAuthError
    except ImportError as error:
        raise NoCredentials(f"{host} needs google-auth: install it beside this script") from error
    try:
        credentials: Any = google.auth.default(scopes=[_GOOGLE_SCOPE])[0]
        credentials.refresh(google.auth.transport.requests.Request())
    except GoogleAuthError as error:
        needs = "the job needs workload identity (GOOGLE_APPLICATION_CREDENTIALS)"
        text = one_line(str(error))
        raise NoCredentials(f"Google Cloud gives no token: {text}: {needs}") from error
    return Login("oauth2accesstoken", str(credentials.token))
