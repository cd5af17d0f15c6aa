import { z } from "zod";
import { advice } from "./advice";

/** Stacks that the program always has: two platforms, and the one that runs on this machine. */
export const STANDARD_STACKS = ["dev", "prod", "sandbox"] as const;

/** Name of a Pulumi stack, without organization and project (pulumi.com/docs/iac/concepts/stacks). */
export const stackName = z.string().regex(/^[A-Za-z0-9_.-]{1,100}$/, {
  error: () =>
    advice(
      "has to be the name of a stack (letters, digits and _ . -, up to 100)",
      "write the name as `pulumi stack ls` shows it, such as prod",
    ),
});
