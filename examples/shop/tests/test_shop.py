from pathlib import Path

import pytest

from shop.definitions import defs

STATE = Path(__file__).parent.parent / "src/shop/defs/.local_defs_state"


@pytest.mark.skipif(not STATE.exists(), reason="run `dg utils refresh-defs-state` first")
def test_the_whole_project_builds(monkeypatch, tmp_path):
    monkeypatch.setenv("SHOP_DUCKDB_PATH", str(tmp_path / "shop.duckdb"))
    monkeypatch.setenv("DBT_TARGET_PATH", str(tmp_path / "target"))
    result = defs().resolve_job_def("build_shop").execute_in_process()
    assert result.success
    built = {e.asset_key.to_user_string() for e in result.get_asset_materialization_events()}
    assert {"raw/raw_orders", "stg_orders", "orders", "customers", "daily_revenue"} <= built
