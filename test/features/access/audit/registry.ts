import { sql } from "drizzle-orm";
import { longestText, type SizeBound } from "../../../support/answer-sizes.ts";
import type { Registry } from "../../../support/registry-entry.ts";

/** Creates events about a role with the maximum number of permissions. */
const fillAudit: Extract<SizeBound, { fill: unknown }>["fill"] = async (api) => {
  const auditor = await api.signUpHolding("audit:read");
  const target = crypto.randomUUID();
  await api.db.execute(sql`
    insert into audit_events (action, target_type, target_id, details)
    select 'role.permissions_changed', 'role', ${target}, jsonb_build_object('before', names, 'after', names)
    from generate_series(1, 40), (select jsonb_agg(n || ${longestText(97)}) as names from generate_series(1, 600) n) as names`);
  return { path: `/audit?target_id=${target}`, token: auditor.access };
};

export default {
  listAuditEvents: {
    access: [401, 403, 403, 200, 200, 403, 401],
    valid: () => ({}),
    answerSize: { bounded: "as a whole", fill: fillAudit },
    otherAnswerSizes: {
      "application/x-ndjson": {
        bounded: "in parts",
        fill: async (api) => ({ ...(await fillAudit(api)), headers: { Accept: "application/x-ndjson" } }),
      },
    },
  },
} satisfies Registry;
