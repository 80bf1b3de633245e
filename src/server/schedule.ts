import pg from "pg";

/** Arbitrary key of the advisory lock whose holder runs the maintenance. */
const LOCK_KEY = 4_821_019_378;

/** Minute of each hour in which the maintenance runs, as in wrangler.toml. */
const MINUTE = 17;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const LOCK_TIMEOUT_MS = 5_000;

interface ScheduleOptions {
  databaseUrl: string;
  /** Does the scheduled work. */
  run(): Promise<void>;
  /** Called when the instance takes over the schedule. */
  onTakeOver(): void;
  /** Called when another instance has the schedule. */
  onOther(): void;
  /** Called when the lock can't be read, with the reason. */
  onFailure(error: unknown): void;
}

/** A running schedule. */
export interface Schedule {
  /** Ends the schedule after the work that runs, and lets another instance take it over. */
  stop(): Promise<void>;
}

/**
 * Runs the scheduled work now and in each hour, in one of all instances that use a database: that which holds the advisory lock, on a
 * connection of its own. When that instance ends or loses its connection, another takes over within an hour.
 */
export function startSchedule({ databaseUrl, run, ...on }: ScheduleOptions): Schedule {
  let timer: NodeJS.Timeout | undefined;
  let holder: pg.Client | undefined;
  let isStopped = false;
  const lose = () => {
    holder = undefined;
  };
  const tick = async () => {
    try {
      if (holder && !(await isAlive(holder))) lose();
      if (!holder) {
        holder = await acquireLock(databaseUrl, lose);
        if (holder) on.onTakeOver();
        else on.onOther();
      }
      if (holder && !isStopped) await run();
    } catch (error) {
      on.onFailure(error);
    }
  };
  const schedule = () => {
    if (isStopped) return;
    timer = setTimeout(() => {
      running = tick().then(schedule);
    }, untilNextRun(Date.now()));
  };
  let running = tick().then(schedule);
  return {
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await running;
      await holder?.end().catch(() => {});
    },
  };
}

/** Returns the milliseconds from `now` to the next run. */
function untilNextRun(now: number): number {
  const wait = (MINUTE * MINUTE_MS - (now % HOUR_MS) + HOUR_MS) % HOUR_MS;
  return wait === 0 ? HOUR_MS : wait;
}

/** Returns a connection that holds the lock, or undefined if another instance does. Calls `onLoss` when it breaks. */
async function acquireLock(databaseUrl: string, onLoss: () => void): Promise<pg.Client | undefined> {
  const client = new pg.Client({
    connectionString: databaseUrl,
    application_name: "productivity-tracker schedule",
    keepAlive: true,
    connectionTimeoutMillis: LOCK_TIMEOUT_MS,
    query_timeout: LOCK_TIMEOUT_MS,
  });
  client.on("error", onLoss);
  try {
    await client.connect();
    const { rows } = await client.query<{ is_held: boolean }>("select pg_try_advisory_lock($1) as is_held", [
      LOCK_KEY,
    ]);
    if (rows[0]?.is_held) return client;
  } catch (error) {
    await client.end().catch(() => {});
    throw error;
  }
  await client.end();
  return undefined;
}

const isAlive = (client: pg.Client): Promise<boolean> =>
  client.query("select").then(
    () => true,
    () =>
      client.end().then(
        () => false,
        () => false,
      ),
  );
