import { formatMistake } from "../list/mistake";
import type { Check } from "./checks";
import { ok, problem } from "./finding";
import type { Inquiry } from "./inquiry";

/** Whether the location is on the list, and the list right for the stack. */
export function entryCheck({ name, place, location }: Inquiry): Check {
  const { listFile, stack, list } = place;
  return {
    title: "entry on the list",
    find: () => {
      const [first] = list.mistakes;
      if (first !== undefined) {
        const count = list.mistakes.length;
        const all = count === 1 ? "" : ` (and ${count - 1} more)`;
        return problem(
          `${formatMistake(first)}${all}`,
          "mend the list: `npm run check` shows all of it",
        );
      }
      if (location !== undefined) return ok(`${listFile}, stack ${stack}`);
      const fix = `add it: \`npm run add -- ${name} --repository OWNER/NAME --module MODULE\`, or see what its \`stacks\` say`;
      return problem(`${listFile} has no ${name} for stack ${stack}`, fix);
    },
  };
}
