import { inTime } from "../../../stacks/doctor/inTime";

it("gives an answer that comes soon, and an error as it is", async () => {
  expect(await inTime(Promise.resolve(7), "the store", 1_000)).toBe(7);
  await expect(inTime(Promise.reject(new Error("no")), "the store", 1_000)).rejects.toThrow("no");
});

it("does not wait for one that does not", async () => {
  const never = new Promise(() => undefined);
  await expect(inTime(never, "the store", 50)).rejects.toThrow(
    "the store did not answer in 0.05 s",
  );
});
