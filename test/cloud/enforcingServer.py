"""moto's S3, IAM and STS on loopback, where every request needs a right that a role gives.

    python enforcingServer.py --log requests.jsonl < setup.json

setup.json: {"region": …, "bucket": …, "keys": [of objects], "roles": [{"name", "path", "trust",
"policies": {name: text}}]}. Makes the bucket, the objects and the roles, gets credentials for each role, and only then turns enforcement on.
Prints one line of JSON, {"port": …, "credentials": {role: {…}}}; ends with SIGTERM, or when its
standard input is closed. Each decision is a line of the log: {"key", "action", "resource",
"prefix", "allowed"}, with the access key that asked.

Unlike moto, and as IAM does, it takes a dot of a pattern for a dot.

As on S3, and not on moto, an absent object is denied to who may not list the bucket. S3 may go by
the right to list the object's prefix (so says Ceph's pull request 68577); here it takes the right to
list all. Who can do with that answer can do with the other.
"""

import argparse
import json
import re
import signal
import sys
import threading
import xml.etree.ElementTree as xml

import boto3
from moto import settings
from moto.core import authorization
from moto.iam import access_control
from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import make_server
from werkzeug.wrappers import Response

HOST = "127.0.0.1"


def is_enforced() -> bool:
    return settings.INITIAL_NO_AUTH_ACTION_COUNT == 0


class RequestLog:
    """Writes down each decision of moto."""

    def __init__(self, path: str) -> None:
        self.file = open(path, "a", encoding="utf-8", buffering=1)
        self.lock = threading.Lock()
        decide = access_control.IAMRequestBase.check_action_permitted

        def decided(request, resource: str) -> None:
            try:
                decide(request, resource)
            except Exception:
                self.write(request, resource, allowed=False)
                raise
            self.write(request, resource, allowed=True)

        access_control.IAMRequestBase.check_action_permitted = decided

    def write(self, request, resource: str, allowed: bool) -> None:
        prefix = request._data.get("prefix")
        line = {
            "key": request._access_key._access_key_id,
            "action": request._action,
            "resource": resource,
            "prefix": prefix[0] if isinstance(prefix, list) else prefix,
            "allowed": allowed,
        }
        with self.lock:
            self.file.write(f"{json.dumps(line)}\n")


class AsS3Answers:
    """WSGI application around moto's; one write at a time, as moto checks If-Match in two steps."""

    def __init__(self, app) -> None:
        self.app = app
        self.lock = threading.Lock()
        # Access keys of those who may list the whole bucket.
        self.listing: set[str] = set()

    def __call__(self, environ, start_response):
        if environ["REQUEST_METHOD"] in ("GET", "HEAD"):
            response = Response.from_app(self.app, environ, buffered=True)
        else:
            with self.lock:
                response = Response.from_app(self.app, environ, buffered=True)
        key = environ.get("HTTP_AUTHORIZATION", "").partition("Credential=")[2].partition("/")[0]
        if is_enforced() and is_absent_object(environ, response) and key not in self.listing:
            response = Response(denial(environ), 403, content_type="application/xml")
        return response(environ, start_response)


def is_absent_object(environ, response: Response) -> bool:
    """GET and HEAD of `/bucket/key`."""
    _, _, key = environ["PATH_INFO"].lstrip("/").partition("/")
    reads = environ["REQUEST_METHOD"] in ("GET", "HEAD")
    return bool(key) and reads and response.status_code == 404


def denial(environ) -> bytes:
    if environ["REQUEST_METHOD"] == "HEAD":
        return b""
    error = xml.Element("Error")
    xml.SubElement(error, "Code").text = "AccessDenied"
    xml.SubElement(error, "Message").text = "Access Denied"
    return xml.tostring(error)


def matches(pattern: str, text: str):
    wild = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(wild, text, re.DOTALL)


def may_list_all(documents: list[str]) -> bool:
    statements = [each for text in documents for each in json.loads(text)["Statement"]]
    return any("s3:ListBucket" in each["Action"] and "Condition" not in each for each in statements)


def set_up(setup: dict, endpoint: str) -> dict:
    """Makes bucket and roles by the API, which also checks the documents. Credentials by role."""

    def client(service: str):
        keys = {"aws_access_key_id": "setup", "aws_secret_access_key": "setup"}
        return boto3.client(
            service, region_name=setup["region"], endpoint_url=endpoint, **keys
        )

    s3, iam, sts = client("s3"), client("iam"), client("sts")
    where = {"LocationConstraint": setup["region"]}
    s3.create_bucket(Bucket=setup["bucket"], CreateBucketConfiguration=where)
    s3.put_bucket_versioning(
        Bucket=setup["bucket"], VersioningConfiguration={"Status": "Enabled"}
    )
    for key in setup["keys"]:
        s3.put_object(Bucket=setup["bucket"], Key=key, Body=b"old")
    credentials = {}
    for role in setup["roles"]:
        name = role["name"]
        made = iam.create_role(
            RoleName=name, Path=role["path"], AssumeRolePolicyDocument=role["trust"]
        )
        for policy, document in role["policies"].items():
            iam.put_role_policy(RoleName=name, PolicyName=policy, PolicyDocument=document)
        session = sts.assume_role(RoleArn=made["Role"]["Arn"], RoleSessionName="test")
        given = session["Credentials"]
        credentials[name] = {
            "AWS_ACCESS_KEY_ID": given["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": given["SecretAccessKey"],
            "AWS_SESSION_TOKEN": given["SessionToken"],
        }
    return credentials


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--log", required=True)
    arguments = parser.parse_args()
    setup = json.loads(sys.stdin.readline())
    app = AsS3Answers(DomainDispatcherApplication(create_backend_app))
    server = make_server(HOST, 0, app, threaded=True, request_handler=MotoRequestHandler)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    credentials = set_up(setup, f"http://{HOST}:{server.port}")
    app.listing = {
        credentials[role["name"]]["AWS_ACCESS_KEY_ID"]
        for role in setup["roles"]
        if may_list_all(list(role["policies"].values()))
    }
    access_control.IAMPolicyStatement._match = staticmethod(matches)
    RequestLog(arguments.log)
    settings.INITIAL_NO_AUTH_ACTION_COUNT = 0
    authorization.ActionAuthenticatorMixin.request_count = 0
    print(json.dumps({"port": server.port, "credentials": credentials}), flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
