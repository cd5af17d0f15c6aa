"""A dbt archive's operations on S3 as DESIGN.md has them: there is no code for it yet.

    python dbtArchive.py archive BUCKET LOCATION TARGET TEXT
    python dbtArchive.py restore BUCKET LOCATION TARGET

`archive` makes an object of history that is never written again, and then lets `latest.json` point
at it: by If-None-Match the first time, by If-Match later. `restore` prints the text that `latest.json`
points at. Prints one line of JSON: {"history": key, "etag": …} or {"text": …}.
"""

import json
import sys
import uuid

import botocore.session


def archive(s3, bucket: str, prefix: str, text: str) -> dict:
    history = f"{prefix}/history/{uuid.uuid4()}/manifest.json"
    s3.put_object(Bucket=bucket, Key=history, Body=text.encode(), IfNoneMatch="*")
    latest = {"Bucket": bucket, "Key": f"{prefix}/latest.json"}
    body = json.dumps({"manifest": history}).encode()
    try:
        known = s3.get_object(**latest)["ETag"]
    except s3.exceptions.ClientError as error:
        # The second is what S3 says of an absent object to who may not list; the write shows.
        if error.response["Error"]["Code"] not in ("NoSuchKey", "AccessDenied"):
            raise
        answer = s3.put_object(**latest, Body=body, IfNoneMatch="*")
    else:
        answer = s3.put_object(**latest, Body=body, IfMatch=known)
    return {"history": history, "etag": answer["ETag"]}


def restore(s3, bucket: str, prefix: str) -> dict:
    latest = json.load(s3.get_object(Bucket=bucket, Key=f"{prefix}/latest.json")["Body"])
    found = s3.get_object(Bucket=bucket, Key=latest["manifest"])
    return {"text": found["Body"].read().decode()}


def main(command: str, bucket: str, location: str, target: str, *text: str) -> None:
    s3 = botocore.session.get_session().create_client("s3")
    operation = {"archive": archive, "restore": restore}[command]
    print(json.dumps(operation(s3, bucket, f"dbt/{location}/{target}", *text)))


if __name__ == "__main__":
    main(*sys.argv[1:])
