import { sql } from "drizzle-orm";
import type { Database } from "./client.ts";

/** Result of `makePartitions`. */
export interface PartitionsMade {
  made: number;
  /** Number of rows outside of the monthly partitions, at most 10,001. They come from wrong clocks, or from a time without maintenance. */
  outside: number;
}

/** Makes the missing partitions of heartbeats and audit events for this month and the next two. */
export async function makePartitions(db: Database): Promise<PartitionsMade> {
  const { rows } = await db.execute<PartitionsMade & Record<string, unknown>>(
    sql`select made, outside from make_partitions()`,
  );
  return rows[0] ?? { made: 0, outside: 0 };
}

/**
 * Drops the months of the audit log that ended `auditDays` ago, and the months of heartbeats that ended `heartbeatDays` ago and
 * that the slots of every user cover. Returns the number of dropped months.
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
