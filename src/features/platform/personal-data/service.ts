import type { PrincipalScope } from "../../../http/context.ts";
import { exportActivity } from "../../compat/activitywatch/service.ts";
import * as repository from "./repository.ts";

/** What there is one of, or none. */
const SINGLE = ["user", "settings"];

/**
 * All that is kept about the caller, as the text of one JSON object that comes in parts (GDPR, articles 15 and 20). What is there in
 * small amounts takes two round trips; every further thousand of anything, or every further megabyte, takes one more.
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
