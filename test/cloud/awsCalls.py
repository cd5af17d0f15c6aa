"""Makes many calls to AWS, each with the credentials of one role, and tells how each ended.

Standard input: {"calls": [{"environment": {…}, "service", "operation", "parameters": {…}}]}.
Prints one line of JSON: for each call the error's code, `ok`, or what else went wrong.
"""

import json
import re
import sys
from functools import cache

import botocore.session
from botocore.exceptions import ClientError

SESSION = botocore.session.get_session()


@cache
def client(service: str, key: str, secret: str, token: str):
    return SESSION.create_client(
        service, aws_access_key_id=key, aws_secret_access_key=secret, aws_session_token=token
    )


def ended(call: dict) -> str:
    names = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
    asked = client(call["service"], *(call["environment"][name] for name in names))
    try:
        answer = getattr(asked, call["operation"])(**call["parameters"])
    except ClientError as error:
        return code_of(error, call["operation"])
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    # DeleteObjects answers well and names the objects that it has not deleted.
    return (answer.get("Errors") or [{"Code": "ok"}])[0]["Code"]


def code_of(error: ClientError, operation: str) -> str:
    found = error.response["Error"]
    if found["Code"] != "403":
        return found["Code"]
    # To JSON protocols moto answers with XML; a HEAD has no body.
    written = re.search("<Code>(.*?)</Code>", found["Message"])
    if written:
        return written[1]
    return "AccessDenied" if operation.startswith("head_") else "403"


def main() -> None:
    calls = json.load(sys.stdin)["calls"]
    print(json.dumps([ended(call) for call in calls]))


if __name__ == "__main__":
    main()
