import { serveNeonEndpoint } from "../../../src/cli/local/neon-endpoint.ts";
import { connectPostgres } from "../../../src/cli/local/postgres-backend.ts";

/**
 * The endpoint that implements Neon's protocol in front of PostgreSQL. Like Neon's proxy, it is a separate process, so that its cost is
 * not counted as the Worker's.
 */
const backend = await connectPostgres(process.env.DATABASE_URL ?? "");
await serveNeonEndpoint(backend, { port: Number(process.env.PORT) });
