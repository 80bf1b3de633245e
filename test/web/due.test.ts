import { expect, it } from "vitest";
import { dueAt } from "../../src/web/things/due.ts";
import { dayOf } from "../../src/web/ui/zone.ts";

it.each(["Pacific/Kiritimati", "Pacific/Tongatapu", "Pacific/Pago_Pago", "Europe/Berlin", "UTC"])(
  "is due on the chosen day in %s, however often the task is saved",
  (zone) => {
    const first = dueAt("2026-12-01", zone, "") ?? "";
    expect(dayOf(Date.parse(first), zone)).toBe("2026-12-01");
    expect(dueAt("2026-12-01", zone, first)).toBe(first);
  },
);

it("keeps the instant of a day that was not changed, and moves it to another day", () => {
  expect(dueAt("2026-12-01", "UTC", "2026-12-01T17:00:00Z")).toBe("2026-12-01T17:00:00Z");
  expect(dueAt("2026-12-02", "UTC", "2026-12-01T17:00:00Z")).toBe("2026-12-02T12:00:00.000Z");
  expect(dueAt("", "UTC", "2026-12-01T17:00:00Z")).toBe(null);
});
