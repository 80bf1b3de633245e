import { describe, expect, it } from "vitest";
import {
  applyChanges,
  type Change,
  correct,
  type Entry,
  endBefore,
  fateOf,
  findRefused,
  isConflict,
  missingFrom,
  nextOf,
  settle,
  type Work,
} from "../../src/web/data/outbox/changes.ts";

const entry = (id: string, values: Partial<Entry> = {}): Entry => ({
  id,
  owner_id: "ada",
  project_id: null,
  task_id: null,
  tag_ids: [],
  description: id,
  started_at: "2026-11-30T09:00:00.000Z",
  ended_at: null,
  kind: "work",
  planned_seconds: null,
  is_billable: false,
  source: "manual",
  created_at: "2026-11-30T09:00:00.000Z",
  updated_at: null,
  ...values,
});

const change = (entryId: string, work: Work, more: Partial<Change> = {}): Change => ({
  key: 1,
  userId: "ada",
  entryId,
  at: "2026-11-30T12:00:00.000Z",
  work,
  ...more,
});

const create = (created: Entry) => change(created.id, { do: "create", entry: created });
const ends = (entries: Entry[]) => Object.fromEntries(entries.map(({ id, ended_at }) => [id, ended_at]));

describe("applyChanges", () => {
  it("shows what was started, stopped and edited offline", () => {
    const base = entry("notes");
    const shown = applyChanges(
      [],
      [
        create(base),
        change("notes", { do: "stop", at: "2026-11-30T10:00:00.000Z" }),
        change("notes", { do: "edit", base, values: { description: "Notes on the engine" } }),
      ],
    );
    expect(shown).toEqual([
      { ...base, ended_at: "2026-11-30T10:00:00.000Z", description: "Notes on the engine" },
    ]);
  });

  it("ends what runs where the next entry starts, or now if it began later", () => {
    const started = create(entry("next", { started_at: "2026-11-30T10:00:00.000Z" }));
    expect(ends(applyChanges([entry("earlier")], [started]))).toEqual({
      next: null,
      earlier: "2026-11-30T10:00:00.000Z",
    });
    const later = entry("later", { started_at: "2026-11-30T11:00:00.000Z" });
    expect(ends(applyChanges([later], [started]))).toEqual({ next: null, later: "2026-11-30T12:00:00.000Z" });
  });

  it("leaves the running entries of other members alone", () => {
    const others = entry("theirs", { owner_id: "grace", organization_id: "engines" });
    expect(ends(applyChanges([others], [create(entry("mine"))]))).toEqual({ mine: null, theirs: null });
  });

  it("leaves what runs alone when a past entry is added", () => {
    const past = entry("past", { ended_at: "2026-11-30T09:30:00.000Z" });
    expect(ends(applyChanges([entry("runs")], [create(past)]))).toEqual({
      runs: null,
      past: "2026-11-30T09:30:00.000Z",
    });
  });

  it("shows the server's version of an entry that it already has, once", () => {
    const kept = entry("notes", { is_billable: true });
    expect(applyChanges([kept], [create(entry("notes"))])).toEqual([kept]);
  });

  it("hides what was deleted, and shows it again after an undo", () => {
    const gone = change("notes", { do: "delete" });
    expect(applyChanges([entry("notes")], [gone])).toEqual([]);
    const back = change("notes", { do: "restore", entry: entry("notes") });
    expect(applyChanges([entry("notes")], [gone, back])).toEqual([entry("notes")]);
  });

  it("does not stop an entry a second time", () => {
    const ended = entry("notes", { ended_at: "2026-11-30T09:10:00.000Z" });
    const stop = change("notes", { do: "stop", at: "2026-11-30T10:00:00.000Z" });
    expect(applyChanges([ended], [stop])).toEqual([ended]);
  });

  it("sorts by the start, newest first, also across offsets", () => {
    const early = entry("early", {
      started_at: "2026-11-30T10:00:00+02:00",
      ended_at: "2026-11-30T08:30:00Z",
    });
    const late = entry("late", { started_at: "2026-11-30T09:00:00Z", ended_at: "2026-11-30T09:30:00Z" });
    expect(applyChanges([early, late], []).map(({ id }) => id)).toEqual(["late", "early"]);
  });
});

describe("settle", () => {
  const at = "2026-11-30T10:00:00.000Z";
  const stop = change("notes", { do: "stop", at }, { key: 2 });
  const settledEnd = (created: Change, changes: Change[]) => {
    const { work } = settle(created, changes);
    return work.do === "create" ? work.entry.ended_at : undefined;
  };

  it("creates an entry with the end that it has by a later stop", () => {
    const created = create(entry("notes"));
    expect(settledEnd(created, [created, stop])).toBe(at);
    expect(settledEnd(created, [created, { ...stop, entryId: "other" }])).toBeNull();
    expect(settledEnd(created, [{ ...stop, key: 0 }, created])).toBeNull();
    expect(settle(stop, [created, stop])).toBe(stop);
  });

  it("creates an entry with the end that the next start gives it", () => {
    const created = create(entry("notes"));
    const next = change(
      "next",
      { do: "create", entry: entry("next"), stops: { id: "notes", at } },
      { key: 2 },
    );
    expect(settledEnd(created, [created, next])).toBe(at);
  });

  it("does not end an entry before its start", () => {
    const created = create(entry("notes", { started_at: "2026-11-30T11:00:00.000Z" }));
    expect(settledEnd(created, [created, stop])).toBeNull();
  });

  it("lets an entry that was started and stopped end only what ran when it started", () => {
    const ended = (stops?: { id: string; at: string }) => [
      change("notes", { do: "create", entry: entry("notes"), ...(stops && { stops }) }),
      stop,
    ];
    expect(ends(applyChanges([entry("runs")], ended()))).toEqual({ notes: at, runs: null });
    const stops = { id: "runs", at: endBefore(entry("runs"), entry("notes"), "2026-11-30T09:01:00.000Z") };
    expect(ends(applyChanges([entry("runs")], ended(stops)))).toEqual({ notes: at, runs: stops.at });
  });
});

describe("correct", () => {
  const problem = { code: "TIME_CONFLICT", message: "" };
  const at = "2026-11-30T10:00:00.000Z";

  it("puts an edit, and what waited behind, into the creation that was refused", () => {
    const base = entry("notes");
    const refused = { ...create(base), problem };
    const edit = change("notes", { do: "edit", base, values: { description: "Old" } }, { key: 2 });
    const stop = change("notes", { do: "stop", at }, { key: 3 });
    const other = change("other", { do: "stop", at }, { key: 4 });
    const changes = [refused, edit, stop, other];
    expect(findRefused(changes, "notes")).toBe(refused);
    expect(findRefused(changes, "other")).toBeUndefined();
    expect(correct(refused, changes, { description: "New" })).toEqual({
      work: { do: "create", entry: { ...base, description: "New", ended_at: at } },
      contained: [edit, stop],
    });
    expect(correct(refused, changes, { ended_at: null }).work).toMatchObject({ entry: { ended_at: null } });
  });

  it("puts an edit into the edit that was refused, which keeps what it is compared with", () => {
    const base = entry("notes");
    const values = { description: "Old", is_billable: true };
    const refused = { ...change("notes", { do: "edit", base, values }), problem };
    expect(correct(refused, [refused], { description: "New" })).toEqual({
      work: { do: "edit", base, values: { description: "New", is_billable: true } },
      contained: [],
    });
  });

  it("leaves a refused deletion to the user", () => {
    expect(findRefused([{ ...change("notes", { do: "delete" }), problem }], "notes")).toBeUndefined();
  });
});

describe("nextOf", () => {
  const problem = { code: "TIME_CONFLICT", message: "" };

  it("is the oldest change", () => {
    const changes = [create(entry("one")), create(entry("two"))];
    expect(nextOf(changes)?.entryId).toBe("one");
  });

  it("goes past an entry with a problem, and past its later changes", () => {
    const stuck = { ...create(entry("one")), problem };
    const stop = change("one", { do: "stop", at: "2026-11-30T10:00:00.000Z" }, { key: 2 });
    expect(nextOf([stuck, stop])).toBeUndefined();
    expect(nextOf([stuck, stop, create(entry("two"))])?.entryId).toBe("two");
  });
});

describe("an edit", () => {
  const base = entry("notes", { tag_ids: ["a", "b"] });

  it("sends only what the server doesn't have yet, so that a repeated edit sends nothing", () => {
    const values = { description: "New", tag_ids: ["b", "a"], is_billable: true };
    expect(missingFrom(base, values)).toEqual({ description: "New", is_billable: true });
    expect(missingFrom({ ...base, ...values }, values)).toEqual({});
  });

  it("conflicts only if another device has changed the same field to another value", () => {
    const values = { description: "Mine" };
    expect(isConflict(base, base, values)).toBe(false);
    expect(isConflict(base, { ...base, is_billable: true, updated_at: "later" }, values)).toBe(false);
    expect(isConflict(base, { ...base, description: "Mine" }, values)).toBe(false);
    expect(isConflict(base, { ...base, description: "Theirs" }, values)).toBe(true);
  });

  it("takes tags in another order for the same tags", () => {
    expect(isConflict(base, { ...base, tag_ids: ["b", "a"] }, { tag_ids: ["a"] })).toBe(false);
    expect(isConflict(base, { ...base, tag_ids: ["b", "c"] }, { tag_ids: ["a"] })).toBe(true);
  });
});

describe("fateOf", () => {
  it("keeps what had no answer for later", () => {
    for (const code of ["OFFLINE", "DATABASE_CONNECTION_ERROR", "SERVICE_BUSY", "RATE_LIMIT_EXCEEDED"])
      expect(fateOf(code)).toBe("later");
  });

  it("keeps what the session's end refused for the next sign-in", () => {
    expect(fateOf("INVALID_TOKEN")).toBe("signed-out");
    expect(fateOf("TOKEN_EXPIRED")).toBe("signed-out");
  });

  it("shows what the server refused", () => {
    for (const code of ["TIME_CONFLICT", "VALIDATION_ERROR", "RESOURCE_NOT_FOUND", "PERMISSION_DENIED"])
      expect(fateOf(code)).toBe("refused");
  });
});
