from dataclasses import dataclass, field
from pathlib import Path

import dagster as dg
from dagster.components import DefsStateConfig, DefsStateConfigArgs, ResolvedDefsStateConfig

from crm.components.crm_api import CrmObject, CrmObjectList, fetch_objects


def versioned_and_never_by_accident() -> DefsStateConfigArgs:
    # With Dagster's default, refresh_if_dev: true, each `dg list defs` would write a new version.
    return DefsStateConfigArgs(management_type="VERSIONED_STATE_STORAGE", refresh_if_dev=False)


@dataclass
class CrmObjects(dg.StateBackedComponent, dg.Resolvable):
    """One asset for each object of the CRM: accounts, contacts, deals.

    The list of objects is state: `dg utils refresh-defs-state` fetches it. A code server only
    reads the stored version, so it needs neither the API nor its address.
    """

    api_url: str | None = None
    key_prefix: str = "crm"
    defs_state: ResolvedDefsStateConfig = field(default_factory=versioned_and_never_by_accident)

    @property
    def defs_state_config(self) -> DefsStateConfig:
        return DefsStateConfig.from_args(
            self.defs_state, default_key=f"CrmObjects[{self.key_prefix}]"
        )

    def write_state_to_path(self, state_path: Path) -> None:
        state_path.write_bytes(CrmObjectList.dump_json(fetch_objects(self.api_url)))

    def build_defs_from_state(
        self, context: dg.ComponentLoadContext, state_path: Path | None
    ) -> dg.Definitions:
        if state_path is None:
            # A location without assets would look healthy.
            raise dg.DagsterInvalidDefinitionError(
                f"no state for {self.defs_state_config.key}: run `dg utils refresh-defs-state`"
            )
        objects = CrmObjectList.validate_json(state_path.read_bytes())
        return dg.Definitions(assets=[object_asset(self.key_prefix, entry) for entry in objects])


def object_asset(key_prefix: str, entry: CrmObject) -> dg.AssetsDefinition:
    columns = [dg.TableColumn(item.name, item.type) for item in entry.fields]

    @dg.asset(
        key=[key_prefix, entry.name],
        description=entry.description,
        group_name=key_prefix,
        kinds={"crm"},
        code_version=entry.revision,
        metadata={
            "dagster/column_schema": dg.TableSchema(columns),
            "fields": [column.name for column in columns],
            "revision": entry.revision,
        },
    )
    def crm_object() -> dg.MaterializeResult:
        # Copy the object's rows into your warehouse here.
        return dg.MaterializeResult(
            metadata={"revision": entry.revision, "field_count": len(columns)}
        )

    return crm_object
