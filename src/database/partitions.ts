import { sql } from "drizzle-orm";
import type { Database } from "./client.ts";

/** What became of the partitions of heartbeats and audit events. */
export interface PartitionsMade {
  made: number;
  /** How many rows no month has, 10,001 at most: of clocks that are wrong, or of a time in which no maintenance ran. */
  outside: number;
}

/** Makes the partitions of this month and of the two after it, as far as they are missing. */
export async function makePartitions(db: Database): Promise<PartitionsMade> {
  const { rows } = await db.execute<PartitionsMade & Record<string, unknown>>(
    sql`select made, outside from make_partitions()`,
  );
  return rows[0] ?? { made: 0, outside: 0 };
}

/**
 * Drops the months of the audit log that ended `auditDays` ago, and those of heartbeats that ended `heartbeatDays` ago and of which
 * every user's slots have the time. Returns how many.
 */
export async function dropExpiredPartitions(
  db: Database,
  { heartbeatDays, auditDays }: { heartbeatDays: number; auditDays: number },
): Promise<number> {
  const { rows } = await db.execute<{ dropped: number }>(
    sql`select drop_expired_partitions(${heartbeatDays}, ${auditDays}) as dropped`,
  );
  return rows[0]?.dropped ?? 0;
}
