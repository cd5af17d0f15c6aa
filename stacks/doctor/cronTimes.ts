const MS_PER_MINUTE = 60_000;
const MS_PER_DAY = 86_400_000;

/** The 29th of February may be eight years away. */
const MAX_DAYS = 366 * 8;

const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/** What one field of a cron schedule takes. */
interface Field {
  readonly values: ReadonlySet<number>;
  /** Begins with `*`: of days, then the other field decides alone. */
  readonly isAny: boolean;
}

/**
 * The last time before another one at which a cron schedule of five fields starts, in UTC. The schedule is one that the list's check takes.
 * @returns undefined when there is none: the 30th of February
 */
export function lastStart(schedule: string, before: Date): Date | undefined {
  const [minutes, hours, ...days] = fieldsOf(schedule);
  if (minutes === undefined || hours === undefined) return undefined;
  const today = Math.floor(before.getTime() / MS_PER_DAY) * MS_PER_DAY;
  for (let day = 0; day < MAX_DAYS; day += 1) {
    const start = today - day * MS_PER_DAY;
    if (!startsOn(new Date(start), days)) continue;
    const latest = before.getTime() - start;
    const times = [...hours.values].flatMap((hour) =>
      [...minutes.values].map((minute) => (hour * 60 + minute) * MS_PER_MINUTE),
    );
    const time = Math.max(...times.filter((each) => each < latest));
    if (Number.isFinite(time)) return new Date(start + time);
  }
  return undefined;
}

/** With both kinds of days given, either will do; that is how cron reads them. */
function startsOn(date: Date, [days, months, weekdays]: readonly Field[]): boolean {
  if (!months?.values.has(date.getUTCMonth() + 1)) return false;
  const isDay = days?.values.has(date.getUTCDate()) === true;
  const isWeekday = weekdays?.values.has(date.getUTCDay()) === true;
  return days?.isAny === true || weekdays?.isAny === true ? isDay && isWeekday : isDay || isWeekday;
}

function fieldsOf(schedule: string): readonly Field[] {
  const [minute = "", hour = "", day = "", month = "", weekday = ""] = schedule.split(" ");
  return [
    field(minute, 0, 59),
    field(hour, 0, 23),
    field(day, 1, 31),
    field(named(month, MONTHS, 1), 1, 12),
    field(named(weekday, DAYS, 0), 0, 6),
  ];
}

function named(text: string, names: readonly string[], first: number): string {
  return text.replaceAll(/[A-Z]{3}/g, (name) => String(names.indexOf(name) + first));
}

function field(text: string, min: number, max: number): Field {
  const values = text.split(",").flatMap((part) => {
    const [range = "", step] = part.split("/");
    const [from, to] = range === "*" ? [min, max] : range.split("-").map(Number);
    // `5/15` goes on to the end.
    const end = to ?? (step === undefined ? from : max);
    return numbers(from ?? min, end ?? max, Number(step ?? 1));
  });
  return { values: new Set(values), isAny: text.startsWith("*") };
}

function numbers(from: number, to: number, step: number): readonly number[] {
  const found: number[] = [];
  for (let number = from; number <= to; number += step) found.push(number);
  return found;
}
