import { neonConfig } from "@neondatabase/serverless";
import { describeFailure, requireSize, runNeonBody } from "../cli/local/neon-protocol.ts";
import type { SqlBackend, SqlResult } from "../cli/local/sql-backend.ts";
import { invariant } from "../core/errors.ts";

/**
 * URLs that the application's driver gets in place of the databases' own. Their requests reach a pool of connections in this process, so
 * the driver needs neither the address of the database nor its password.
 */
export const RUNTIME_URL = "postgres://server@runtime.invalid/database";
export const COMMAND_URL = "postgres://server@command.invalid/database";

/** Called after each request to a database, with its time in seconds, and whether the database answered without an error. */
export type RoundTripListener = (seconds: number, isAnswered: boolean) => void;

/** Answer of `fetch`, as far as the driver reads it. */
interface DriverAnswer {
  ok: boolean;
  status: number;
  json(): Promise<unknown>;
  text(): Promise<string>;
}

interface DriverRequest {
  body: string;
  headers: Record<string, string>;
  signal?: AbortSignal;
}

/** Databases by the host of their URL. */
const connected = new Map<string, { backend: SqlBackend; onRoundTrip: RoundTripListener }>();

/** Makes `backend` the database at `url`, which is RUNTIME_URL or COMMAND_URL, for every client in this process. */
export function connectInProcess(
  url: string,
  backend: SqlBackend,
  onRoundTrip: RoundTripListener = () => {},
): void {
  connected.set(new URL(url).hostname, { backend, onRoundTrip });
  neonConfig.fetchFunction = (_: string, request: DriverRequest) => answerDriver(request);
}

/** Answers a request of Neon's driver as its proxy does, without HTTP: the result does not become text in between. */
async function answerDriver(request: DriverRequest): Promise<DriverAnswer> {
  const { hostname } = new URL(request.headers["Neon-Connection-String"] ?? "");
  const { backend, onRoundTrip } = invariant(
    connected.get(hostname),
    "expected a database that is connected",
  );
  const start = performance.now();
  const answer = await untilAborted(runOnBackend(request, backend), request.signal);
  onRoundTrip((performance.now() - start) / 1_000, answer.ok);
  return answer;
}

async function runOnBackend(
  { body, headers, signal }: DriverRequest,
  backend: SqlBackend,
): Promise<DriverAnswer> {
  const named = { get: (name: string) => headers[name] ?? null };
  const options = { headers: named, signal, acceptAnswer: requireAnswerSize };
  try {
    return answerOf(200, await runNeonBody(body, backend, options));
  } catch (error) {
    const failure = describeFailure(error);
    return answerOf(failure.status, failure.body);
  }
}

/** Rejects as soon as `signal` aborts, as `fetch` does: the backend may still wait for a connection. */
function untilAborted<Result>(work: Promise<Result>, signal: AbortSignal | undefined): Promise<Result> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

const answerOf = (status: number, body: object): DriverAnswer => ({
  ok: status === 200,
  status,
  json: async () => body,
  text: async () => JSON.stringify(body),
});

/** Throws AnswerRefused if the values of an answer have more characters than Neon's proxy lets pass in bytes. */
function requireAnswerSize(answer: object): void {
  const results = "results" in answer ? (answer.results as SqlResult[]) : [answer as SqlResult];
  let length = 0;
  for (const { rows } of results)
    for (const row of rows) for (const value of row) length += value?.length ?? 0;
  requireSize(length);
}
