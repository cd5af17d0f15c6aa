import fc from "fast-check";

import { lastStart } from "../../../stacks/doctor/cronTimes";

const NOW = "2026-11-21T15:16:17Z"; // a Saturday

const start = (schedule: string, before = NOW) =>
  lastStart(schedule, new Date(before))?.toISOString().replace(":00.000Z", "");

describe("the last start of a schedule", () => {
  it.each([
    ["0 6 * * *", "2026-11-21T06:00"],
    ["30 16 * * *", "2026-11-20T16:30"],
    ["16 15 * * *", "2026-11-21T15:16"],
    ["*/15 * * * *", "2026-11-21T15:15"],
    ["5/20 9-12 * * *", "2026-11-21T12:45"],
    ["0 0 1 * *", "2026-11-01T00:00"],
    ["0 6 * * MON-FRI", "2026-11-20T06:00"],
    ["0 6 * * 1,3", "2026-11-18T06:00"],
    ["0 6 * JAN,JUN *", "2026-06-30T06:00"],
    ["0 6 29 2 *", "2024-02-29T06:00"],
    // Either of both kinds of days.
    ["0 6 13 * FRI", "2026-11-20T06:00"],
    ["0 6 20 * WED", "2026-11-20T06:00"],
    // A field that begins with * leaves it to the other one.
    ["0 6 */2 * MON", "2026-11-09T06:00"],
    ["0 6 30 2 *", undefined],
  ])("of %s is %s", (schedule, at) => {
    expect(start(schedule)).toBe(at);
  });

  it("is before the time that is given, not at it", () => {
    expect(start("0 6 * * *", "2026-11-21T06:00:00Z")).toBe("2026-11-20T06:00");
    expect(start("0 6 * * *", "2026-11-21T06:00:01Z")).toBe("2026-11-21T06:00");
  });

  it("is the minute that a search backwards finds", () => {
    const minute = fc.integer({ min: 0, max: 59 });
    const hour = fc.integer({ min: 0, max: 23 });
    const day = fc.option(fc.integer({ min: 0, max: 6 }));
    const now = fc.date({
      min: new Date("2020-01-01"),
      max: new Date("2030-01-01"),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(minute, hour, day, now, (minutes, hours, weekday, before) => {
        let at = Math.ceil(before.getTime() / 60_000) * 60_000 - 60_000;
        const isStart = (date: Date) =>
          date.getUTCMinutes() === minutes &&
          date.getUTCHours() === hours &&
          (weekday === null || date.getUTCDay() === weekday);
        while (!isStart(new Date(at))) at -= 60_000;
        expect(lastStart(`${minutes} ${hours} * * ${weekday ?? "*"}`, before)).toEqual(
          new Date(at),
        );
      }),
    );
  });
});
