import dagster as dg

sync_crm = dg.define_asset_job(
    "sync_crm", selection=dg.AssetSelection.all(), description="All objects of the CRM."
)
