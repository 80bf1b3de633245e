import { join } from "node:path";
import { inspect } from "node:util";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { answerChecks, type ReadAnswer } from "../support/fuzz/answers.ts";
import { FuzzCallers } from "../support/fuzz/callers.ts";
import { type OpenApiDocument, type Operation, operationsOf } from "../support/fuzz/document.ts";
import { type FilledRequest, FuzzKnowledge } from "../support/fuzz/knowledge.ts";
import { type FuzzRequest, fieldsOf, roundOfRequests, validRequests } from "../support/fuzz/requests.ts";
import { type System, startSystem } from "../support/system.ts";

/** Minimum number of requests, and the seed of the first round. */
const REQUESTS = Number(process.env.FUZZ_REQUESTS || 1_000);
const SEED = Number(process.env.FUZZ_SEED || 20_261_124);

const CONCURRENCY = 4;
/** Far longer than any answer takes: the database has a timeout of 8 s. */
const HANGING_MS = 30_000;
const PROBLEMS_MAX = 20;
/**
 * Operations that may never succeed here, each with its tests. They need the signature of an authenticator, several answers in a row
 * about the same account or bucket, a mailed token of the right kind, or all ids of a user.
 */
const RARE: Record<string, string> = {
  createPasskey: "test/features/identity/passkeys",
  renamePasskey: "test/features/identity/passkeys",
  removePasskey: "test/features/identity/passkeys",
  signInWithPasskey: "test/features/identity/passkeys",
  proveSecondFactor: "test/features/identity/factors/sign-in",
  endUserSession: "test/features/identity/sessions",
  getActivityEvent: "test/features/compat/activitywatch",
  deleteActivityEvent: "test/features/compat/activitywatch",
  orderActivityRules: "test/features/activity/activity",
  confirmEmailChange: "test/features/identity/email",
  approveEmailChange: "test/features/identity/email",
  stopEmailChange: "test/features/identity/email",
};
/** Number of rounds of valid requests to operations that have not succeeded, after which the test ends if none of them has succeeded. */
const ROUNDS_WITHOUT_PROGRESS = 40;
/** Largest number of requests in such a round to an operation that has not succeeded. */
const TIMES_MAX = 8;

const SECRET = "local-fuzzed-secret-0123456789-abcdefghij-klm";
const PASSWORD = "staple battery horse correct";
const SUPERUSER = "root";

let system: System;
let callers: FuzzCallers;
let knowledge: FuzzKnowledge;
let document: OpenApiDocument;
let operations: Operation[];
let checkAnswer: ReturnType<typeof answerChecks>;

beforeAll(async () => {
  // biome-ignore lint/suspicious/noConsole: it shows how to repeat the requests
  console.log(`FUZZ_SEED=${SEED} FUZZ_REQUESTS=${REQUESTS}`);
  system = await startSystem({
    AUTH_SECRET: SECRET,
    JWT_ISSUER: "https://issuer.test",
    ACCESS_TOKEN_TTL_SECONDS: "86400",
    RECENT_AUTHENTICATION_SECONDS: "86400",
    ARGON2_MEMORY_KIB: "7168",
    ARGON2_ITERATIONS: "1",
    // All requests come from one address, which would soon reach these limits.
    LOGIN_MAX_FAILURES_PER_ADDRESS: "1000000",
    REGISTER_MAX_PER_ADDRESS: "1000000",
    MAIL_MAX_PER_ADDRESS: "1000000",
    MAIL_MAX_PER_ACCOUNT: "1000000",
    SIGN_IN_MAX_PER_ACCOUNT: "1000000",
    OWN_EVENTS_PER_HOUR: "1000000",
    READS_BURST: "1000000",
    WRITES_BURST: "1000000",
    SUPERUSER_EMAIL: "root@example.com",
    SUPERUSER_USERNAME: SUPERUSER,
    SUPERUSER_PASSWORD: PASSWORD,
  });
  document = await (await fetch(`${system.url}/openapi.json`)).json();
  operations = operationsOf(document);
  checkAnswer = answerChecks(document, [SECRET, PASSWORD]);
  knowledge = new FuzzKnowledge(document, { password: PASSWORD, mailDir: join(system.dataDir, "data/mail") });
  callers = new FuzzCallers({ system, password: PASSWORD, superuser: SUPERUSER, knowledge });
  await protectGrants();
});
afterAll(() => system?.stop());

/** Protects existing roles and permissions, since the rights of callers depend on them. */
async function protectGrants(): Promise<void> {
  const headers = await callers.credentialsOf("superuser");
  for (const [kind, path] of [
    ["role_id", "/roles"],
    ["permission_id", "/permissions"],
  ] as const) {
    const answer = await fetch(system.url + path, { headers });
    for (const { id } of (await answer.json()) as { id: string }[]) knowledge.protect(kind, id);
  }
}

const succeeded = new Set<string>();
const statuses: Record<number, number> = {};
const problems: string[] = [];

/** Sends requests, some concurrently. Records problems of their answers, and how to repeat them. */
async function send(requests: FuzzRequest[], seed: number, concurrency = CONCURRENCY): Promise<void> {
  const rest = requests.values();
  const worker = async () => {
    for (const request of rest) {
      const filled = await knowledge.fill(request);
      const problem = await problemWith(request, filled).catch((error) => `no answer: ${inspect(error)}`);
      if (problem)
        problems.push(`${JSON.stringify(describeRequest(request, filled, seed), null, 1)}\n${problem}`);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
}

async function problemWith(request: FuzzRequest, filled: FilledRequest): Promise<string | undefined> {
  const { operation, actor, flaw, method } = request;
  const credentials = flaw === "credentials" ? {} : await callers.credentialsOf(actor, operation);
  const answer = await answerTo(system.url + filled.target, {
    method,
    headers: { ...filled.headers, ...credentials },
    redirect: "manual",
    ...(filled.body !== undefined && { body: filled.body }),
  });
  const { status, headers } = answer.response;
  statuses[status] = (statuses[status] ?? 0) + 1;
  try {
    checkAnswer(method, filled.target, answer);
  } catch (error) {
    const logged = system
      .output()
      .split("\n")
      .filter((line) => line.includes(headers.get("X-Request-Id") ?? "none"));
    return `${status} ${answer.text.slice(0, 1_000)}\n${error}\n${logged.join("\n").slice(0, 3_000)}`;
  }
  if (status < 300) knowledge.learn(request, filled.target, { headers, body: answer.body });
  if (status === 404) knowledge.learnAbsence(request, filled.target);
  if (status < 300 && flaw !== "method") succeeded.add(operation.operationId);
  const isLetIn = status !== 401 && !answer.text.includes("INACTIVE_USER");
  if (!isLetIn && flaw !== "credentials" && !operation.isPublic) callers.replaceCredentials(actor, operation);
  return undefined;
}

/** Drops the key __proto__ of stored data, which Zod drops as well. */
const withoutPrototype = (key: string, value: unknown) => (key === "__proto__" ? undefined : value);

/** Returns the answer, in bounded time. */
async function answerTo(url: string, options: RequestInit): Promise<ReadAnswer> {
  const response = await fetch(url, { ...options, signal: AbortSignal.timeout(HANGING_MS) });
  const text = await response.text();
  const isJson = response.headers.get("Content-Type")?.startsWith("application/json");
  return { response, text, body: isJson && text ? JSON.parse(text, withoutPrototype) : undefined };
}

const withoutSuccess = () =>
  operations.filter(({ operationId }) => !succeeded.has(operationId) && !(operationId in RARE));

/**
 * Returns all operations on the resources of `some`, and those that create or list the records whose ids these need. Each of `some` is
 * repeated, so that a round spends about as many requests on them as on the operations that prepare them. Deletions come last, a
 * part before its whole, and only if they are among `some`, or one of these is about deleted records.
 */
function relatedTo(some: Operation[]): Operation[] {
  const resourceOf = ({ path }: Operation) => /^(\/auth)?\/[^/]*/.exec(path)?.[0] ?? path;
  const resources = new Set(some.map(resourceOf));
  const isDeletion = ({ method }: Operation) => method === "DELETE";
  const isForDeletion = ({ path }: Operation) =>
    some.some((other) => other.path === `${path}/restore` || other.path === `${path}/data`);
  const deletions = operations.filter((one) => isDeletion(one) && (some.includes(one) || isForDeletion(one)));
  const related = new Set(
    operations.filter(
      (one) => !isDeletion(one) && (resources.has(resourceOf(one)) || resources.has(lastSegmentOf(one))),
    ),
  );
  // A set's iteration includes the operations that are added to it.
  for (const one of related) for (const needed of neededBy(one)) related.add(needed);
  const inOrder = [...operations.filter((one) => related.has(one)), ...deletions.reverse()];
  const times = Math.min(TIMES_MAX, Math.ceil(inOrder.length / some.length));
  return inOrder.flatMap((one) => (some.includes(one) ? Array.from({ length: times }, () => one) : one));
}

/** Returns the end of an operation's path, such as `/invitations` for those of an organization. */
const lastSegmentOf = ({ path }: Operation) => path.slice(path.lastIndexOf("/"));

/** Returns the operations that create or list records whose ids an operation needs in its path or body. */
function neededBy(operation: Operation): Operation[] {
  const inPath = operation.path.match(/(?<=\{)\w+_id(?=\})/g) ?? [];
  const inBody = Object.keys(fieldsOf(document, operation)).map((name) => name.replace(/_ids$/, "_id"));
  const ids = new Set([...inPath, ...inBody]);
  const collections = operations.flatMap(({ path }) => {
    const [, collection, id] = /^(.+)\/\{(\w+)\}$/.exec(path) ?? [];
    return collection && id && ids.has(id) ? [collection] : [];
  });
  return operations.filter(
    ({ method, path }) => collections.includes(path) && (method === "POST" || method === "GET"),
  );
}

/** Describes a request, and how to repeat its round. */
function describeRequest(
  { operation, actor, flaw, method }: FuzzRequest,
  filled: FilledRequest,
  seed: number,
) {
  const body = filled.body instanceof Uint8Array ? new TextDecoder().decode(filled.body) : filled.body;
  return {
    again: `FUZZ_SEED=${seed} FUZZ_REQUESTS=1`,
    operation: operation.operationId,
    actor,
    flaw,
    method,
    target: filled.target.slice(0, 1_000),
    headers: filled.headers,
    body: body?.slice(0, 3_000),
  };
}

it(
  `answers ${REQUESTS} requests of all kinds to all operations as documented, and leaks nothing`,
  async ({ annotate }) => {
    const rounds = Math.ceil(REQUESTS / operations.length);
    const roundOfAll = roundOfRequests(document);
    for (let round = 0; round < rounds && problems.length < PROBLEMS_MAX; round++) {
      const [requests = []] = fc.sample(roundOfAll, { seed: SEED + round, numRuns: 1 });
      await send(requests, SEED + round);
    }
    expect(problems.join("\n\n"), `from seed ${SEED}`).toBe("");
    const succeededFirst = succeeded.size;
    let rest = withoutSuccess();
    let idle = 0;
    for (let round = 0; rest.length > 0 && idle < ROUNDS_WITHOUT_PROGRESS; round++) {
      const related = relatedTo(rest);
      const seed = SEED + rounds + round;
      const [requests = []] = fc.sample(validRequests(document, related), { seed, numRuns: 1 });
      await send(requests, seed, 1);
      if (problems.length >= PROBLEMS_MAX) break;
      const left = withoutSuccess();
      idle = left.length < rest.length ? 0 : idle + 1;
      rest = left;
    }
    await annotate(
      `answers by status: ${JSON.stringify(statuses)}; ${succeededFirst} operations succeeded in the first rounds`,
    );
    expect(problems.join("\n\n"), `from seed ${SEED}`).toBe("");
    expect((await fetch(`${system.url}/health/detailed`)).status).toBe(200);
    // Otherwise only rejected requests would be tested.
    expect(
      rest.map(({ operationId }) => operationId),
      `operations without a success, the last ${idle} rounds of valid requests to them included, from seed ${SEED}`,
    ).toEqual([]);
  },
  120_000 + REQUESTS * 200,
);
