import { BEYOND_NUMBERS } from "./hostile.ts";

/** What no schema says and only the service knows, besides ids: by the names of fields, parameters and headers. */
const KNOWABLE = new Set([
  "username",
  "email",
  "password",
  "current_password",
  "new_password",
  "refresh_token",
  "challenge",
  "code",
  "recovery_code",
  "token",
  "review_token",
  "file",
  "cursor",
  "If-Match",
  "If-None-Match",
]);

export const isKnowable = (name: string): boolean => KNOWABLE.has(name);

/** Stands for a value of a kind, `role_id` or `challenge`, until the request is sent. */
export const placeholder = (name: string, index: number) => `@${name.replace(/_ids$/, "_id")}:${index}@`;

/** `text` with what `find` knows in the place of placeholders. */
export const withKnown = (text: string, find: (kind: string, index: number) => string) =>
  text
    .replaceAll(`"${BEYOND_NUMBERS}"`, "1e400")
    .replace(/(?:@|%40)([\w-]+)(?::|%3A)(\d+)(?:@|%40)/g, (_, kind: string, index: string) =>
      find(kind, Number(index)),
    );
