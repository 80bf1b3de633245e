import { serveNeonEndpoint } from "../../../src/cli/local/neon-endpoint.ts";
import { connectPostgres } from "../../../src/cli/local/postgres-backend.ts";

/**
 * The endpoint that speaks Neon's protocol, before a PostgreSQL: a process of its own, as Neon's proxy is, so that what it
 * takes is not counted as the Worker's.
 */
const backend = await connectPostgres(process.env.DATABASE_URL ?? "");
await serveNeonEndpoint(backend, { port: Number(process.env.PORT) });
