/** A response of Neon's proxy without a result. */
export interface NeonAnswer {
  status: number;
  body: string;
}

/** The API's required response to it. */
interface Meaning {
  status: 500 | 503;
  error: "DATABASE_CONNECTION_ERROR" | "DATABASE_LIMIT_EXCEEDED" | "DATABASE_ERROR";
}

const AWAY: Meaning = { status: 503, error: "DATABASE_CONNECTION_ERROR" };
const OVER_LIMIT: Meaning = { status: 500, error: "DATABASE_LIMIT_EXCEEDED" };
const BROKEN: Meaning = { status: 500, error: "DATABASE_ERROR" };

/** Returns a failure with every field, as the proxy sends it. Code and severity are empty if Postgres sent none. */
const failure = (message: string, fields: Record<string, string | null> = {}) =>
  JSON.stringify({
    message,
    code: "",
    severity: "",
    detail: null,
    hint: null,
    position: null,
    internalPosition: null,
    internalQuery: null,
    where: null,
    table: null,
    column: null,
    schema: null,
    dataType: null,
    constraint: null,
    file: null,
    line: null,
    routine: null,
    ...fields,
  });

const ofPostgres = (code: string, message: string) =>
  failure(message, { code, severity: "ERROR", routine: "some" });

/**
 * Responses of Neon's proxy, and of servers in front of it, without a result, in the format of proxy/src/serverless (neondatabase/neon), and
 * the meaning of each.
 */
export const NEON_ANSWERS: [name: string, answer: NeonAnswer, meaning: Meaning][] = [
  ["a connection that was closed", { status: 400, body: failure("connection closed") }, AWAY],
  [
    "an error of I/O to the compute",
    {
      status: 400,
      body: failure("error communicating with the server: Connection reset by peer (os error 104)"),
    },
    AWAY,
  ],
  ["a wrong password", { status: 400, body: failure("password authentication failed for user 'app'") }, AWAY],
  [
    "an endpoint that is disabled",
    { status: 400, body: failure("The endpoint has been disabled. Enable it and retry.") },
    AWAY,
  ],
  [
    "an address that is not allowed",
    { status: 400, body: failure("This IP address 203.0.113.7 is not allowed to connect to this endpoint.") },
    AWAY,
  ],
  ["a null for a code", { status: 400, body: failure("connection closed", { code: null }) }, AWAY],
  ["no code", { status: 400, body: '{"message":"invalid connection string"}' }, AWAY],
  ["a malformed code", { status: 400, body: failure("unknown", { code: "P1" }) }, AWAY],
  [
    "a query that was cancelled",
    { status: 400, body: '{"message":"Query cancelled, connection was terminated","code":"08P01"}' },
    AWAY,
  ],
  [
    "a compute that can't be reached",
    { status: 500, body: failure("Couldn't connect to compute node") },
    AWAY,
  ],
  [
    "too many attempts to connect",
    { status: 500, body: failure("Failed to acquire permit to connect to the database.") },
    AWAY,
  ],
  ["a control plane that fails", { status: 500, body: failure("Control plane request failed") }, AWAY],
  [
    "a quota that is used up",
    { status: 402, body: failure("Your account or project has exceeded the compute time quota.") },
    AWAY,
  ],
  ["rows that it can't read", { status: 500, body: failure("could not parse postgres response") }, AWAY],
  [
    "a server that is starting",
    { status: 400, body: ofPostgres("57P03", "the database system is starting up") },
    AWAY,
  ],
  ["no connection left", { status: 400, body: ofPostgres("53300", "sorry, too many clients already") }, AWAY],
  ["too many requests", { status: 429, body: '{"message":"too many requests"}' }, AWAY],
  [
    "a page of a gateway",
    { status: 502, body: "<html><head><title>502 Bad Gateway</title></head></html>" },
    AWAY,
  ],
  ["a page of Cloudflare", { status: 522, body: "error code: 522" }, AWAY],
  ["a page with status 200", { status: 200, body: "<html>Welcome</html>" }, AWAY],
  ["nothing with status 200", { status: 200, body: "" }, AWAY],
  ["half an answer with status 400", { status: 400, body: '{"message":"conn' }, AWAY],
  [
    "a request over its limit",
    { status: 413, body: failure("request is too large (max is 10485760 bytes)") },
    OVER_LIMIT,
  ],
  [
    "an answer over its limit",
    { status: 507, body: failure("response is too large (max is 10485760 bytes)") },
    OVER_LIMIT,
  ],
  [
    "a role that may not",
    { status: 400, body: ofPostgres("42501", "permission denied for table users") },
    BROKEN,
  ],
  [
    "a table that is missing",
    { status: 400, body: ofPostgres("42P01", 'relation "users" does not exist') },
    BROKEN,
  ],
];
