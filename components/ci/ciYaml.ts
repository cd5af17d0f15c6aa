import { Document, isScalar, visit } from "yaml";

import { ACTIONS } from "./githubSteps";

const VERSIONS: ReadonlyMap<unknown, string> = new Map(
  Object.values(ACTIONS).map(({ uses, version }) => [uses, version]),
);

/**
 * A CI file as text. What stands in the value several times as one object is written once, and referred to.
 * @param header - comment lines at its top, without `#`
 * @param comments - of values, after them on their line
 */
export function ciYaml(
  value: object,
  header: readonly string[],
  comments: ReadonlyMap<unknown, string> = new Map(),
): string {
  const document = new Document(value, { anchorPrefix: "step" });
  visit(document, {
    Scalar: (_, node) => {
      const comment = VERSIONS.get(node.value) ?? comments.get(node.value);
      if (comment !== undefined) node.comment = ` ${comment}`;
      if (isScalar(node) && typeof node.value === "string" && node.value.includes("\n"))
        node.type = "BLOCK_LITERAL";
    },
  });
  document.commentBefore = header.map((line) => ` ${line}`).join("\n");
  return document.toString({ lineWidth: 0 });
}
