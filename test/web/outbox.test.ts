import { describe, expect, it } from "vitest";
import {
  applyChanges,
  type Change,
  type Entry,
  fateOf,
  isConflict,
  missingFrom,
  nextOf,
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
