import type { PrincipalScope } from "../../../http/context.ts";
import { exportActivity } from "../../compat/activitywatch/service.ts";
import * as repository from "./repository.ts";

/** Names of the sections with at most one row. */
const SINGLE = ["user", "settings", "preferences"];

/**
 * Yields all data about the current user, as the text of one JSON object in parts (GDPR, articles 15 and 20). Little data takes two round
 * trips; each further thousand rows or megabyte of a section takes one more.
 */
export async function* exportPersonalData(scope: PrincipalScope): AsyncGenerator<string> {
  const { db, principal } = scope;
  const sections = repository.sectionsOf(principal.userId);
  const parts = await repository.selectFirstParts(db, principal.userId, sections);
  yield `{"exported_at":${JSON.stringify(new Date())}`;
  for (const [index, section] of sections.entries()) {
    let part = parts[index];
    if (SINGLE.includes(section.name)) {
      yield `,"${section.name}":${JSON.stringify(part?.items[0] ?? null)}`;
      continue;
    }
    yield `,"${section.name}":[`;
    for (let isFirst = true; part; isFirst = false) {
      const items = part.items.map((item) => JSON.stringify(section.present?.(item) ?? item)).join(",");
      yield isFirst || items === "" ? items : `,${items}`;
      part = part.next && (await repository.selectNextPart(db, section, part.next));
    }
    yield "]";
  }
  yield ",";
  yield* exportActivity(scope);
  yield "}";
}
