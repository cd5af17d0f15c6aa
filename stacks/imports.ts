import * as pulumi from "@pulumi/pulumi";

import { didYouMean } from "./didYouMean";
import { InvalidInputError } from "./invalidInputError";

/**
 * Takes over what is there already: a resource whose name the config gives is imported by that id, as it stands. Nothing of it is
 * changed by this update (all its inputs are ignored); the next one without the key shows what would be.
 */
export class Imports {
  private readonly ids: ReadonlyMap<string, string>;
  private readonly registered = new Set<string>();

  /** @param imports - each `name=id`; ids may have a `=` in them */
  constructor(imports: readonly string[]) {
    this.ids = new Map(
      imports.map((text) => [text.slice(0, text.indexOf("=")), text.slice(text.indexOf("=") + 1)]),
    );
  }

  /** For all resources that are registered from now on. */
  readonly transformation: pulumi.ResourceTransformation = ({ type, name, props, opts }) => {
    // Components and providers are ours alone.
    if (/^(dagster-platform|pulumi:providers):/.test(type)) return undefined;
    this.registered.add(name);
    const id = this.ids.get(name);
    if (id === undefined) return undefined;
    const taken = { import: id, ignoreChanges: inputPaths(props) };
    return { props: props, opts: pulumi.mergeOptions(opts, taken) };
  };

  /** @throws InvalidInputError with every name that no resource has, one on each line */
  check(): void {
    const unknown = [...this.ids].filter(([name]) => !this.registered.has(name));
    if (unknown.length === 0) return;
    const lines = unknown.map(([name, id]) => {
      const closest = didYouMean(name, [...this.registered]);
      const fix =
        closest === undefined
          ? "`pulumi preview` shows the names"
          : `did you mean ${JSON.stringify(`${closest}=${id}`)}?`;
      return `dagster-platform:import: no resource is called ${JSON.stringify(name)}, ${fix}`;
    });
    throw new InvalidInputError(lines.join("\n"));
  }
}

/**
 * Paths of all inputs, down to what is no map: beside what the program sets, a map may have values that a provider reads and does not
 * take again. Inputs that the program does not set are among them; what is there has them, perhaps.
 */
export function inputPaths(inputs: object, prefix = ""): string[] {
  return Object.entries(inputs).flatMap(([key, value]: [string, unknown]) =>
    isPlainMap(value) ? inputPaths(value, `${prefix}${key}.`) : [`${prefix}${key}`],
  );
}

/** An output or an asset is a value of its own. */
function isPlainMap(value: unknown): value is object {
  return (
    typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype
  );
}

/**
 * Runs a program that takes over what the config names.
 * @throws InvalidInputError
 */
export function withImports<T>(imports: readonly string[], program: () => T): T {
  if (imports.length === 0) return program();
  const taken = new Imports(imports);
  pulumi.runtime.registerStackTransformation(taken.transformation);
  const result = program();
  taken.check();
  return result;
}
