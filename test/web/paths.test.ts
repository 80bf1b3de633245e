import { expect, it } from "vitest";
import { pathAfterSignIn } from "../../src/web/paths.ts";

it.each([
  "/app/entries?q=deep+work&period=all",
  "/app/projects?q=a*b",
  "/app/settings/sessions",
  "/app/tasks?q=100%25",
])("leads back to %s after a sign-in", (path) => {
  expect(pathAfterSignIn(path)).toBe(path);
});

it.each([undefined, "https://elsewhere.example/app/", "//elsewhere.example", "/app/\\elsewhere", "/docs"])(
  "leads to the first page in place of %s",
  (path) => {
    expect(pathAfterSignIn(path)).toBe("/app/");
  },
);
