import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../../../support/api.ts";

const DEFAULTS = {
  language: null,
  theme: "system",
  first_page: "today",
  has_single_key_shortcuts: true,
  hour_cycle: null,
};
const CHOSEN = {
  language: "de-AT",
  theme: "dark",
  first_page: "timesheet",
  has_single_key_shortcuts: false,
  hour_cycle: "h23",
};

let api: TestApi;
let ada: Awaited<ReturnType<TestApi["signUp"]>>;
beforeAll(async () => {
  api = await createTestApi();
});
beforeEach(async () => {
  ada = await api.signUp();
});

const PATH = "/auth/me/preferences";
const read = (token = ada.access) => api.call<typeof DEFAULTS>("GET", PATH, { token });
const change = (body: object, headers = {}, token = ada.access) =>
  api.call<typeof DEFAULTS & { error: string; details: { field: string }[] }>("PATCH", PATH, {
    token,
    body,
    headers,
  });

describe("the preferences of a user", () => {
  it("returns the defaults until the user saves some", async () => {
    const { status, body } = await read();
    expect([status, body]).toEqual([200, DEFAULTS]);
  });

  it("stores each field, for this user only", async () => {
    const { status, body } = await change(CHOSEN);
    expect([status, body]).toEqual([200, CHOSEN]);
    expect((await read()).body).toEqual(CHOSEN);
    expect((await read((await api.signUp()).access)).body).toEqual(DEFAULTS);
  });

  it("keeps the fields that a change leaves out, and resets those that it sets to null", async () => {
    await change(CHOSEN);
    expect((await change({ theme: "light" })).body).toEqual({ ...CHOSEN, theme: "light" });
    expect((await change({ language: null, hour_cycle: null })).body).toMatchObject({
      language: null,
      hour_cycle: null,
      theme: "light",
    });
  });

  it.each([
    ["a language that is not a tag", { language: "German" }, "body.language"],
    ["a long language tag", { language: `de${"-abcdefgh".repeat(4)}` }, "body.language"],
    ["an unknown theme", { theme: "sepia" }, "body.theme"],
    ["an unknown page", { first_page: "https://example.com" }, "body.first_page"],
    ["null for the page", { first_page: null }, "body.first_page"],
    ["text for a switch", { has_single_key_shortcuts: "no" }, "body.has_single_key_shortcuts"],
    ["an unknown clock", { hour_cycle: "h24" }, "body.hour_cycle"],
    ["an unknown field", { color: "red" }, "body.color"],
  ])("rejects %s", async (_, given, field) => {
    const { status, body } = await change(given);
    expect([status, body.details.map(({ field }) => field)]).toEqual([422, [field]]);
    expect((await read()).body).toEqual(DEFAULTS);
  });

  it("rejects a change of another version", async () => {
    const tag = (await read()).headers.get("ETag") ?? "";
    const first = await change({ theme: "dark" }, { "If-Match": tag });
    expect(first.status).toBe(200);
    expect(first.headers.get("ETag")).not.toBe(tag);
    const second = await change({ theme: "light" }, { "If-Match": tag });
    expect([second.status, second.body.error]).toEqual([412, "PRECONDITION_FAILED"]);
    expect((await read()).body.theme).toBe("dark");
  });

  it("leaves the time settings unchanged", async () => {
    const time = () => api.call("GET", "/settings/time", { token: ada.access });
    const before = (await time()).headers.get("ETag");
    await change(CHOSEN);
    expect((await time()).headers.get("ETag")).toBe(before);
  });

  it("exports them with the rest of the user's data", async () => {
    const exported = async () =>
      (await api.call<{ preferences: object | null }>("GET", "/auth/me/data", { token: ada.access })).body
        .preferences;
    expect(await exported()).toBeNull();
    await change(CHOSEN);
    expect(await exported()).toMatchObject({ ...CHOSEN, user_id: ada.id });
  });
});
