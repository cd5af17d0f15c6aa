import * as pulumi from "@pulumi/pulumi";

type Values = Readonly<Record<string, unknown>>;

/** A resource as the engine would get it. */
export interface MockedResource {
  /** Token, such as `kubernetes:core/v1:Secret`. */
  readonly type: string;
  readonly name: string;
  /** Ends in `parentType$type::name`. */
  readonly urn: string;
  /** Name of the parent; empty at the root. */
  readonly parent: string;
  /** False for a component. */
  readonly custom: boolean;
  /** Name of the explicit provider; empty for the default one. */
  readonly provider: string;
  /** Plain values, without the marks of secrets. */
  readonly inputs: Values;
  /** Inputs of the first level that are secret or have a secret in them, sorted. */
  readonly secretInputs: readonly string[];
  /** Names of all that it waits for, by `dependsOn` or by its inputs, sorted. */
  readonly dependencies: readonly string[];
  readonly retainOnDelete: boolean;
  readonly protect: boolean;
  readonly deleteBeforeReplace: boolean;
  readonly ignoreChanges: readonly string[];
  /** Id of what is taken over; empty: it is made. */
  readonly importId: string;
  /** What a component gave to `registerOutputs`, plain. */
  readonly registeredOutputs: Values | undefined;
}

/** What a program with mocks did. */
export interface Mocked<T> {
  readonly result: T;
  /** In the order of registration, which is not that of the source. */
  readonly resources: readonly MockedResource[];
  /** `type name` of each, sorted; components too. */
  readonly names: readonly string[];
  /** The one resource of this name. */
  readonly find: (name: string) => MockedResource;
}

/** What the providers compute, as far as components use it. */
const COMPUTED: Readonly<Record<string, () => Values>> = {
  "random:index/randomPassword:RandomPassword": () => ({ result: pulumi.secret("s3cret") }),
  "random:index/randomId:RandomId": () => ({ hex: "0a1b2c3d" }),
};

/**
 * Runs `program` with mocks and waits for everything it registers.
 * @param program - makes the resources
 * @param computed - outputs of resources by token, merged over their inputs
 * @param lookedUp - what functions of providers answer, by token; others answer what they were asked
 */
export async function mocked<T>(
  program: () => T | Promise<T>,
  computed: Readonly<Record<string, Values>> = {},
  lookedUp: Readonly<Record<string, Values>> = {},
): Promise<Mocked<T>> {
  await pulumi.runtime.setMocks({
    newResource: ({ type, name, inputs }) => {
      const given = inputs as Values;
      const state = { ...given, ...COMPUTED[type]?.(), ...computed[type] };
      return { id: idOf(name, given), state };
    },
    call: ({ token, inputs }) => ({ ...(inputs as Values), ...lookedUp[token] }),
  });
  const { requests, outputs } = recorded(pulumi.runtime.getMonitor() as unknown as Monitor);
  const result = await program();
  await pulumi.runtime.disconnect(false);
  const resources = requests.map((request) => resourceOf(request, outputs));
  const names = resources.map(({ type, name }) => `${type} ${name}`).sort();
  const find = (name: string): MockedResource => {
    const [found, another] = resources.filter((each) => each.name === name);
    if (found === undefined || another !== undefined)
      throw new Error(`not exactly one resource ${name} in\n${names.join("\n")}`);
    return found;
  };
  return { result, resources, names, find };
}

/** The value of an output, secret or not. */
export function valueOf<T>(output: pulumi.Input<T>): Promise<pulumi.Unwrap<T>> {
  return new Promise((resolve) => {
    pulumi.output(output).apply(resolve);
  });
}

/** Whether an output is secret. */
export function isSecret(output: pulumi.Output<unknown>): Promise<boolean> {
  return pulumi.isSecret(output);
}

/** The engine's protocol, as far as it is read here. */
interface Request {
  getType(): string;
  getName(): string;
  getParent(): string;
  getCustom(): boolean;
  getProvider(): string;
  getObject(): Parameters<typeof pulumi.runtime.deserializeProperties>[0];
  getDependenciesList(): readonly string[];
  getRetainondelete(): boolean | undefined;
  getProtect(): boolean | undefined;
  getDeletebeforereplace(): boolean;
  getIgnorechangesList(): readonly string[];
  getImportid(): string;
}

interface OutputsRequest {
  getUrn(): string;
  getOutputs(): Parameters<typeof pulumi.runtime.deserializeProperties>[0];
}

interface Monitor {
  newUrn(parent: string, type: string, name: string): string;
  registerResource(request: Request, callback: unknown): unknown;
  registerResourceOutputs(request: OutputsRequest, callback: unknown): unknown;
}

interface Recorded {
  readonly requests: readonly { readonly request: Request; readonly urn: string }[];
  readonly outputs: ReadonlyMap<string, Values>;
}

/** Mocks see only inputs; parents, options and outputs pass through the monitor. */
function recorded(monitor: Monitor): Recorded {
  const requests: { request: Request; urn: string }[] = [];
  const outputs = new Map<string, Values>();
  const register = monitor.registerResource.bind(monitor);
  const registerOutputs = monitor.registerResourceOutputs.bind(monitor);
  monitor.registerResource = (request, callback) => {
    const urn = monitor.newUrn(request.getParent(), request.getType(), request.getName());
    requests.push({ request, urn });
    return register(request, callback);
  };
  monitor.registerResourceOutputs = (request, callback) => {
    outputs.set(request.getUrn(), plain(deserialized(request.getOutputs())));
    return registerOutputs(request, callback);
  };
  return { requests, outputs };
}

function resourceOf(
  { request, urn }: Recorded["requests"][number],
  outputs: Recorded["outputs"],
): MockedResource {
  const inputs = deserialized(request.getObject());
  const secretInputs = Object.keys(inputs).filter((key) => pulumi.runtime.isRpcSecret(inputs[key]));
  return {
    type: request.getType(),
    name: request.getName(),
    urn,
    parent: nameOf(request.getParent()),
    custom: request.getCustom(),
    // `<urn>::<id>`
    provider: nameOf(request.getProvider().split("::").slice(0, -1).join("::")),
    inputs: plain(inputs),
    secretInputs: secretInputs.sort(),
    dependencies: request.getDependenciesList().map(nameOf).sort(),
    retainOnDelete: request.getRetainondelete() ?? false,
    protect: request.getProtect() ?? false,
    deleteBeforeReplace: request.getDeletebeforereplace(),
    ignoreChanges: request.getIgnorechangesList(),
    importId: request.getImportid(),
    registeredOutputs: outputs.get(urn),
  };
}

/** Secrets come with a mark, at the first level: the SDK pushes it up. */
function deserialized(values: ReturnType<Request["getObject"]>): Values {
  return pulumi.runtime.deserializeProperties(values);
}

function plain(values: Values): Values {
  const entries = Object.entries(values).map(([key, value]): [string, unknown] => [
    key,
    pulumi.runtime.unwrapRpcSecret(value),
  ]);
  return Object.fromEntries(entries);
}

function nameOf(urn: string): string {
  return urn.split("::").at(-1) ?? "";
}

/** As Kubernetes' provider makes it: `namespace/name`. */
function idOf(name: string, inputs: Values): string {
  const metadata = pulumi.runtime.unwrapRpcSecret(inputs["metadata"]) as
    { readonly name?: string; readonly namespace?: string } | undefined;
  if (metadata?.name === undefined) return `${name}-id`;
  return metadata.namespace === undefined
    ? metadata.name
    : `${metadata.namespace}/${metadata.name}`;
}
