import { sql } from "drizzle-orm";
import type { Database } from "../../../database/client.ts";

/** Returns the server's major version, such as "18": its release would tell strangers which fixes it lacks. */
export async function majorVersion(db: Database): Promise<string> {
  const { rows } = await db.execute<{ server_version_num: string }>(sql`show server_version_num`);
  return String(Math.floor(Number(rows[0]?.server_version_num) / 10_000));
}
