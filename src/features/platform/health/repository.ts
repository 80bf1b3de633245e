import { sql } from "drizzle-orm";
import type { Database } from "../../../database/client.ts";

/** Returns the server's major version, such as "18". The minor version would reveal which fixes it lacks. */
export async function selectMajorVersion(db: Database): Promise<string> {
  const { rows } = await db.execute<{ server_version_num: string }>(sql`show server_version_num`);
  return String(Math.floor(Number(rows[0]?.server_version_num) / 10_000));
}
