import dagster as dg

build_shop = dg.define_asset_job(
    "build_shop",
    selection=dg.AssetSelection.all(),
    description="Seeds, models and tests of the dbt project.",
)
