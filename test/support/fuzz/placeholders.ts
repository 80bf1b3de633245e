import { BEYOND_NUMBERS } from "./hostile.ts";

/** Names of fields, parameters and headers other than ids whose valid values only the service knows. */
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

/** Returns true if requests use a known value for the field, parameter or header `name`. */
export const isKnowable = (name: string): boolean => KNOWABLE.has(name);

/** Returns a placeholder for a value of a kind, such as `role_id`. It is replaced when the request is sent. */
export const placeholder = (name: string, index: number) => `@${name.replace(/_ids$/, "_id")}:${index}@`;

/** Returns `text` with the values of `find` in place of its placeholders. */
export const fillPlaceholders = (text: string, find: (kind: string, index: number) => string) =>
  text
    .replaceAll(`"${BEYOND_NUMBERS}"`, "1e400")
    .replace(/(?:@|%40)([\w-]+)(?::|%3A)(\d+)(?:@|%40)/g, (_, kind: string, index: string) =>
      find(kind, Number(index)),
    );

/** Returns the index of the last placeholder in `text`; undefined without a placeholder. */
export function lastIndexIn(text: string): number | undefined {
  let last: number | undefined;
  fillPlaceholders(text, (_, index) => {
    last = index;
    return "";
  });
  return last;
}
