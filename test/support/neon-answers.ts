/** A response of Neon's proxy without a result. */
export interface NeonAnswer {
  status: number;
  body: string;
}

/** Response that the API must give for it. */
interface Meaning {
  status: 500 | 503;
  error: "DATABASE_CONNECTION_ERROR" | "DATABASE_LIMIT_EXCEEDED" | "DATABASE_ERROR";
}

const UNAVAILABLE: Meaning = { status: 503, error: "DATABASE_CONNECTION_ERROR" };
const OVER_LIMIT: Meaning = { status: 500, error: "DATABASE_LIMIT_EXCEEDED" };
const BROKEN: Meaning = { status: 500, error: "DATABASE_ERROR" };

/** Returns a failure as the proxy sends it, with every field. Code and severity are empty if Postgres sent none. */
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

const postgresFailure = (code: string, message: string) =>
  failure(message, { code, severity: "ERROR", routine: "some" });

/**
 * Responses without a result from Neon's proxy and from servers in front of it, each with its meaning. The format is defined in
 * proxy/src/serverless (neondatabase/neon).
 */
export const NEON_ANSWERS: [name: string, answer: NeonAnswer, meaning: Meaning][] = [
  ["a closed connection", { status: 400, body: failure("connection closed") }, UNAVAILABLE],
  [
    "an I/O error between the proxy and the compute",
    {
      status: 400,
      body: failure("error communicating with the server: Connection reset by peer (os error 104)"),
    },
    UNAVAILABLE,
  ],
  [
    "a wrong password",
    { status: 400, body: failure("password authentication failed for user 'app'") },
    UNAVAILABLE,
  ],
  [
    "a disabled endpoint",
    { status: 400, body: failure("The endpoint has been disabled. Enable it and retry.") },
    UNAVAILABLE,
  ],
  [
    "an address that is not allowed",
    { status: 400, body: failure("This IP address 203.0.113.7 is not allowed to connect to this endpoint.") },
    UNAVAILABLE,
  ],
  ["a code of null", { status: 400, body: failure("connection closed", { code: null }) }, UNAVAILABLE],
  ["no code", { status: 400, body: '{"message":"invalid connection string"}' }, UNAVAILABLE],
  ["a malformed code", { status: 400, body: failure("unknown", { code: "P1" }) }, UNAVAILABLE],
  [
    "a canceled query",
    { status: 400, body: '{"message":"Query cancelled, connection was terminated","code":"08P01"}' },
    UNAVAILABLE,
  ],
  ["an unreachable compute", { status: 500, body: failure("Couldn't connect to compute node") }, UNAVAILABLE],
  [
    "too many attempts to connect",
    { status: 500, body: failure("Failed to acquire permit to connect to the database.") },
    UNAVAILABLE,
  ],
  ["a failing control plane", { status: 500, body: failure("Control plane request failed") }, UNAVAILABLE],
  [
    "an exceeded quota",
    { status: 402, body: failure("Your account or project has exceeded the compute time quota.") },
    UNAVAILABLE,
  ],
  [
    "rows that the proxy cannot parse",
    { status: 500, body: failure("could not parse postgres response") },
    UNAVAILABLE,
  ],
  [
    "a server that is starting",
    { status: 400, body: postgresFailure("57P03", "the database system is starting up") },
    UNAVAILABLE,
  ],
  [
    "no connection left",
    { status: 400, body: postgresFailure("53300", "sorry, too many clients already") },
    UNAVAILABLE,
  ],
  ["too many requests", { status: 429, body: '{"message":"too many requests"}' }, UNAVAILABLE],
  [
    "an error page of a gateway",
    { status: 502, body: "<html><head><title>502 Bad Gateway</title></head></html>" },
    UNAVAILABLE,
  ],
  ["an error page of Cloudflare", { status: 522, body: "error code: 522" }, UNAVAILABLE],
  ["a page with status 200", { status: 200, body: "<html>Welcome</html>" }, UNAVAILABLE],
  ["an empty body with status 200", { status: 200, body: "" }, UNAVAILABLE],
  ["half a body with status 400", { status: 400, body: '{"message":"conn' }, UNAVAILABLE],
  [
    "a request over the proxy's limit",
    { status: 413, body: failure("request is too large (max is 10485760 bytes)") },
    OVER_LIMIT,
  ],
  [
    "a response over the proxy's limit",
    { status: 507, body: failure("response is too large (max is 10485760 bytes)") },
    OVER_LIMIT,
  ],
  [
    "a role without permission",
    { status: 400, body: postgresFailure("42501", "permission denied for table users") },
    BROKEN,
  ],
  [
    "a missing table",
    { status: 400, body: postgresFailure("42P01", 'relation "users" does not exist') },
    BROKEN,
  ],
];
