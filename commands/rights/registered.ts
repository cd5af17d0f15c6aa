import * as pulumi from "@pulumi/pulumi";

type Values = Readonly<Record<string, unknown>>;

/** A resource that a program registers. */
export interface RegisteredResource {
  /** Token, such as `aws:iam/role:Role`. */
  readonly type: string;
  readonly name: string;
  readonly inputs: Values;
}

/**
 * What a program would register, sorted by name, without Pulumi's engine, cloud and cluster. Resources come out as they go in.
 * @param lookedUp - what functions of providers answer, by token
 */
export async function registeredResources(
  program: () => Promise<unknown>,
  lookedUp: Readonly<Record<string, Values>>,
): Promise<readonly RegisteredResource[]> {
  const resources: RegisteredResource[] = [];
  await pulumi.runtime.setMocks({
    newResource: ({ type, name, inputs }) => {
      resources.push({ type, name, inputs: inputs as Values });
      return { id: name, state: inputs as Values };
    },
    call: ({ token, inputs }) => ({ ...(inputs as Values), ...lookedUp[token] }),
  });
  await program();
  await pulumi.runtime.disconnect(false);
  // What is registered first depends on what is known first.
  return resources.sort((one, other) => (one.name < other.name ? -1 : 1));
}
