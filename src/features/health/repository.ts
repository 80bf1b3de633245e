import { sql } from "drizzle-orm";
import type { Database } from "../../database/client.ts";

/** The number of the server's release, such as "18.6". */
export async function serverVersion(db: Database): Promise<string> {
  const { rows } = await db.execute<{ server_version: string }>(sql`show server_version`);
  return rows[0]?.server_version.split(" ")[0] ?? "unknown";
}
