import type { Member } from "../data/organizations.ts";
import { t } from "../i18n/index.ts";

/** Username of an erased account. */
const ERASED = /^erased-[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;

/** Returns the name of a person; null is a person whose account was deleted. */
export function nameOf(person: Pick<Member, "first_name" | "last_name" | "username"> | null): string {
  if (!person || ERASED.test(person.username)) return t("scope.former");
  const { first_name: first, last_name: last, username } = person;
  return [first, last].filter(Boolean).join(" ") || username;
}
