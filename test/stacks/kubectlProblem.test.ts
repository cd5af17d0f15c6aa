import { kubectlProblem } from "../../stacks/kubectlProblem";

describe("what kubectl says", () => {
  it.each([
    [
      'Error from server (NotFound): secrets "keys" not found',
      "has no Secret keys: run `pulumi up`",
    ],
    ['Error from server (NotFound): namespaces "a" not found', "has no Namespace a: run"],
    ['Error from server (NotFound): services "web" not found', "has no Service web: run"],
    ["kubectl: not found", "kubectl is not on the PATH: install it"],
    ["sh: 1: exec: kubectl: not found", "kubectl is not on the PATH: install it"],
    ["sh: line 1: exec: kubectl: not found", "kubectl is not on the PATH: install it"],
    ['error: context "kind" does not exist', "the kubeconfig has no context kind: set"],
    ["error: current-context is not set", "has no current context: set"],
    ["error: timed out waiting for the condition", "no running pod to forward to"],
    ["error: unable to forward port because pod is not running. Current status=Pending", "pod"],
    [
      "E1121 memcache.go:265] couldn't get\nThe connection to the server 10.0.0.1:6443 was refused - did you specify the right host or port?",
      "does not answer (The connection to the server 10.0.0.1:6443 was refused",
    ],
    [
      "Unable to connect to the server: dial tcp: lookup a: no such host",
      "(dial tcp: lookup a: no",
    ],
    ['Error from server (Forbidden): secrets "a" is forbidden: User "b"', "ask for the right"],
    ["error: You must be logged in to the server (Unauthorized)", "log in to the cluster again"],
    ["error: something new", "kubectl, context kind: something new"],
    ["", "kubectl, context kind: ended without a word"],
  ])("becomes one line that says what to do: %s", (said, expected) => {
    const { message } = kubectlProblem(said, "kind");
    expect(message).toContain(expected);
    expect(message).not.toContain("\n");
  });
});
