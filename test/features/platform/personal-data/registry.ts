import { sql } from "drizzle-orm";
import { longestText } from "../../../support/answer-sizes.ts";
import type { Registry } from "../../../support/registry-entry.ts";

export default {
  getMyData: {
    access: [401, 200, 200, 200, 200, 403, 401],
    valid: () => ({}),
    roundTrips: [2, "what watchers saw may be far more than the rest, and comes after it"],
    answerSize: {
      bounded: "in parts",
      fill: async (api) => {
        const ada = await api.signUp();
        await api.db.execute(sql`
        insert into tasks (owner_id, name, description)
        select ${ada.id}, n || ${longestText(250)}, ${longestText(3000)} from generate_series(1, 150) n`);
        await api.db.execute(sql`
        insert into heartbeats (user_id, at, hash, entity, type, project, is_write)
        select ${ada.id}, now() - n * interval '1 second', md5(n::text)::uuid, n || ${longestText(4090)}, 'file', ${longestText(255)}, false
        from generate_series(1, 150) n`);
        return { path: "/auth/me/data", token: ada.access };
      },
    },
  },
} satisfies Registry;
