import dagster as dg


# dbt is a process of its own already: no new Python for the step as well.
@dg.definitions
def defs() -> dg.Definitions:
    return dg.Definitions(executor=dg.in_process_executor)
