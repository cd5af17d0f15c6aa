import { checkedCondition, CONDITION_LENGTH } from "../../../components/gcp/conditionLength";

describe("the length of a condition", () => {
  it("is what Google takes", () => {
    const longest = "x".repeat(CONDITION_LENGTH);
    expect(checkedCondition(longest)).toBe(longest);
    expect(() => checkedCondition(`${longest}x`)).toThrow(
      "trust in CI jobs: the condition has 4097 characters, Google Cloud takes 4096",
    );
  });
});
