import { openArena, PASSWORD } from "../support/arena.ts";
import { buildBundle } from "../support/bundle.ts";
import { type Client, openClient } from "../support/client.ts";
import { IS_SHORT } from "../support/part.ts";
import { printTable, rounded, writeResult } from "../support/report.ts";
import { mannWhitney, median, quantile } from "../support/statistics.ts";

const ATTEMPTS = IS_SHORT ? 40 : 200;
const WARM_UP = 20;
/** Significance level, divided by the number of compared pairs, so that a run finds a false difference with a probability of at most 1 %. */
const LEVEL = 0.01 / 3;

type Kind = "unknown user" | "wrong password" | "locked account";

/**
 * Measures whether the time of a refused sign-in reveals the reason (OWASP ASVS 5.0 6.3.8). Attempts are in random order, each with
 * a different name, so that only the account that was locked before is blocked.
 */
export async function timing(): Promise<void> {
  const settings = { LOGIN_MAX_FAILURES: "2" };
  const arena = await openArena({ users: 1_000, bundle: await buildBundle("worker"), settings });
  const client = openClient(arena.worker.url);
  try {
    await lock(client, "user1");
    // Keeps the account locked for the whole measurement; no other account is locked.
    await arena.query(
      "update throttles set blocked_until = now() + interval '1 hour', window_ends_at = now() + interval '2 hours' where blocked_until > now()",
    );
    const names: Record<Kind, (attempt: number) => string> = {
      "unknown user": (attempt) => `unknown${attempt}`,
      "wrong password": (attempt) => `user${attempt + 2}`,
      "locked account": () => "user1",
    };
    const times: Record<Kind, number[]> = { "unknown user": [], "wrong password": [], "locked account": [] };
    const statuses: Record<Kind, number> = {
      "unknown user": 401,
      "wrong password": 401,
      "locked account": 429,
    };
    for (let attempt = -WARM_UP; attempt < ATTEMPTS; attempt++) {
      for (const kind of shuffled(Object.keys(names) as Kind[])) {
        const start = performance.now();
        const { status } = await signIn(client, names[kind](attempt + WARM_UP), "not the password");
        const time = performance.now() - start;
        if (status !== statuses[kind]) throw new Error(`${kind}: ${status}`);
        if (attempt >= 0) times[kind].push(time);
      }
    }
    report(times);
    await writeResult("timing", { attempts: ATTEMPTS, level: LEVEL, pairs: pairsOf(times), times });
  } finally {
    client.close();
    await arena.close();
  }
}

async function lock(client: Client, name: string): Promise<void> {
  for (let attempt = 0; attempt < 3; attempt++) await signIn(client, name, "not the password");
  const { status } = await signIn(client, name, PASSWORD);
  if (status !== 429) throw new Error(`${name} is not locked: ${status}`);
}

const signIn = (client: Client, username: string, password: string) =>
  client.send({ method: "POST", path: "/auth/login", body: { username, password } });

function report(times: Record<Kind, number[]>): void {
  printTable(
    "Refused sign-ins in ms",
    Object.entries(times).map(([of, sample]) => ({
      of,
      p10: rounded(quantile(sample, 0.1)),
      median: rounded(median(sample)),
      p90: rounded(quantile(sample, 0.9)),
    })),
  );
  const pairs = pairsOf(times);
  printTable("Differences of the times (Mann–Whitney test)", pairs);
  if (pairs.some(({ is_different }) => is_different === "yes")) process.exitCode = 1;
}

const pairsOf = (times: Record<Kind, number[]>) =>
  (
    [
      ["unknown user", "wrong password"],
      ["unknown user", "locked account"],
      ["wrong password", "locked account"],
    ] as const
  ).map(([first, second]) => {
    const { p, superiority } = mannWhitney(times[first], times[second]);
    return {
      first,
      second,
      p: rounded(p),
      slower_in: rounded(superiority),
      is_different: p < LEVEL ? "yes" : "no",
    };
  });

const shuffled = <Value>(values: Value[]): Value[] =>
  values
    .map((value) => ({ value, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ value }) => value);
