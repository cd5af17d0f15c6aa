import { resourceRequirements } from "../../../components/dagster/resources";

describe("resourceRequirements", () => {
  it("limits memory to what is requested, and CPU not at all", () => {
    expect(resourceRequirements({ cpu: "250m", memoryMiB: 512 })).toEqual({
      requests: { cpu: "250m", memory: "512Mi" },
      limits: { memory: "512Mi" },
    });
  });

  it("writes a number of cores as text, as Kubernetes' quantities are", () => {
    expect(resourceRequirements({ cpu: 0.5, memoryMiB: 64 }).requests.cpu).toBe("0.5");
  });
});
