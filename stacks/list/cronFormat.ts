import { z } from "zod";
import { advice } from "./advice";

const MONTHS = "JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC";
const DAYS = "SUN|MON|TUE|WED|THU|FRI|SAT";

/** Values of one field, joined to lists (`1,3`), ranges (`1-5`) and steps (`*` + `/15`). */
function field(value: string): string {
  const part = String.raw`(\*|(${value})(-(${value}))?)(\/[1-9][0-9]?)?`;
  return `${part}(,${part})*`;
}

const FIELDS = [
  field("[0-5]?[0-9]"),
  field("[01]?[0-9]|2[0-3]"),
  field("0?[1-9]|[12][0-9]|3[01]"),
  field(`0?[1-9]|1[0-2]|${MONTHS}`),
  field(`[0-6]|${DAYS}`),
];

/** Switches off a schedule that `defaults` gives. */
export const NEVER = "never";

const CRON = new RegExp(`^(${NEVER}|${FIELDS.join(" ")})$`);
const ALIASES: Readonly<Record<string, string>> = {
  "@hourly": "0 * * * *",
  "@daily": "0 6 * * *",
  "@midnight": "0 0 * * *",
  "@weekly": "0 6 * * 1",
  "@monthly": "0 6 1 * *",
};

/**
 * Five fields of cron in UTC, as GitHub and GitLab read them, or `never`. No library for it is
 * installed; this is the part of the syntax that both agree on (no `@daily`, no 7 for Sunday).
 */
export const cronSchedule = z
  .string()
  .regex(CRON, {
    error: ({ input = "" }) =>
      advice(
        "has to be a cron schedule of five fields (minute hour day month weekday, in UTC)",
        `write it like ${JSON.stringify(ALIASES[input] ?? "0 6 * * *")}`,
      ),
  })
  .refine((value) => !CRON.test(value) || rangesAscend(value), {
    error: () =>
      advice("has a range that runs backwards", 'write the smaller end first, such as "1-5"'),
  });

function rangesAscend(schedule: string): boolean {
  const names = `${MONTHS}|${DAYS}`.split("|");
  return [...schedule.matchAll(/(\w+)-(\w+)/g)].every(([, from = "", to = ""]) => {
    const order = (end: string) => (/\d/.test(end) ? Number(end) : names.indexOf(end));
    return order(from) <= order(to);
  });
}
