/** A class that `dagster.yaml` names, with its config. */
export interface ConfigurableClass {
  readonly module: string;
  readonly class: string;
  readonly config?: Readonly<Record<string, unknown>>;
}
