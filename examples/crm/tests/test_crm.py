import json
from pathlib import Path

import dagster as dg
import pytest

from crm.components.crm_api import CrmApiError, fetch_objects, parse_objects
from crm.components.crm_objects import CrmObjects, object_asset

OBJECTS = Path(__file__).parent.parent / "api" / "objects.json"


def test_an_object_becomes_an_asset_that_shows_its_revision_and_fields():
    objects = parse_objects(OBJECTS.read_bytes(), "http://crm")
    assets = [object_asset("crm", entry) for entry in objects]
    assert [asset.key.path for asset in assets] == [
        ["crm", "accounts"],
        ["crm", "contacts"],
        ["crm", "deals"],
    ]
    metadata = assets[0].metadata_by_key[assets[0].key]
    assert metadata["revision"] == objects[0].revision
    assert "account_id" in metadata["fields"]
    assert dg.materialize(assets).success


@pytest.mark.parametrize("body", ["<html>", "{}", "[]", json.dumps([{"name": "accounts"}])])
def test_refuses_an_answer_that_would_break_the_code_server(body):
    with pytest.raises(CrmApiError, match="GET http://crm: .+"):
        parse_objects(body.encode(), "http://crm")


def test_refuses_a_missing_address():
    with pytest.raises(CrmApiError, match="CRM_API_URL must be"):
        fetch_objects(None)


def test_a_connection_error_names_the_url():
    with pytest.raises(CrmApiError, match=r"GET http://127\.0\.0\.1:9/objects\.json: .*refused"):
        fetch_objects("http://127.0.0.1:9")


def test_state_is_never_refreshed_by_accident():
    assert CrmObjects().defs_state_config.refresh_if_dev is False
