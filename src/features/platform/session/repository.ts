import { batch } from "../../../database/batch.ts";
import type { Database } from "../../../database/client.ts";
import { shown } from "../../../database/owned.ts";
import { selectHeldPermissions } from "../../access/authz/statements.ts";
import { accountIn, selectAccount } from "../../identity/users/statements.ts";
import { selectSettings, settingsIn } from "../../time/settings/statements.ts";
import { runningEntryOf } from "../../time/time-entries/statements.ts";

/** Returns the account, permissions, time settings and running entry of a live user. */
export async function findState(db: Database, userId: string) {
  const { account, permissions, settings, running } = await batch(db, {
    account: selectAccount(db, userId),
    permissions: selectHeldPermissions(db, userId),
    settings: selectSettings(db, userId),
    running: runningEntryOf({ actorId: userId }),
  });
  return {
    user: accountIn(account)?.value,
    permissions: permissions.rows[0]?.permissions ?? [],
    settings: settingsIn(settings).value,
    running: running.map(({ value }) => shown(value))[0],
  };
}
