import { RESTRICTED_CONTAINER, restrictedPod } from "../../../components/dagster/podSecurity";

describe("pod security", () => {
  it("is what the restricted standard asks for", () => {
    expect(RESTRICTED_CONTAINER).toEqual({
      allowPrivilegeEscalation: false,
      capabilities: { drop: ["ALL"] },
    });
    expect(restrictedPod()).toEqual({
      runAsNonRoot: true,
      runAsUser: 1000,
      runAsGroup: 1000,
      fsGroup: 1000,
      seccompProfile: { type: "RuntimeDefault" },
    });
  });

  it("takes the image's user for null, and stays not root", () => {
    expect(restrictedPod(null)).toEqual({
      runAsNonRoot: true,
      seccompProfile: { type: "RuntimeDefault" },
    });
  });
});
