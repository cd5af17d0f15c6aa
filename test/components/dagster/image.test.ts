import { imageValues } from "../../../components/dagster/image";
import { DIGEST } from "./fixtures";

describe("imageValues", () => {
  it.each([
    ["ghcr.io/acme/crm:1.4.0", { repository: "ghcr.io/acme/crm", tag: "1.4.0" }],
    [`ghcr.io/acme/crm@${DIGEST}`, { repository: "ghcr.io/acme/crm", digest: DIGEST }],
    ["localhost:5000/crm:a", { repository: "localhost:5000/crm", tag: "a" }],
    [`localhost:5000/crm@${DIGEST}`, { repository: "localhost:5000/crm", digest: DIGEST }],
  ])("splits %s", (reference, expected) => {
    expect(imageValues(reference)).toEqual({ ...expected, pullPolicy: "IfNotPresent" });
  });

  it("prefers the digest, which names the bytes, to the tag", () => {
    const values = imageValues(`ghcr.io/acme/crm:1.4.0@${DIGEST}`);
    expect(values).toEqual({
      repository: "ghcr.io/acme/crm",
      digest: DIGEST,
      pullPolicy: "IfNotPresent",
    });
  });

  it.each(["ghcr.io/acme/crm", "localhost:5000/crm"])(
    "refuses %s, which the chart would give its own version as tag",
    (reference) => {
      expect(() => imageValues(reference)).toThrow(
        `image ${reference}: has neither tag nor digest`,
      );
    },
  );
});
