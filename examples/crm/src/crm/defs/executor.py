import dagster as dg


# The steps are short: one process for all of them, instead of a new Python for each.
@dg.definitions
def defs() -> dg.Definitions:
    return dg.Definitions(executor=dg.in_process_executor)
