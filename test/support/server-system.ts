import { join } from "node:path";
import { knownHosts } from "../../src/cli/local/known-hosts.ts";
import { openLocalDatabase } from "../../src/cli/local/local-database.ts";
import { openMailbox } from "../../src/cli/local/mailbox.ts";
import { startBuiltServer } from "./built-server.ts";
import { startPostgres } from "./postgres-server.ts";

/**
 * Starts dist/server.js in place of `npm start`, with a PostgreSQL server of its own unless `environment` has DATABASE_URL. The database
 * and the mails are found in `dataDir`, as those of `npm start` are.
 */
export async function startServerSystem(environment: Record<string, string>, dataDir: string) {
  const postgres = environment.DATABASE_URL ? undefined : await startPostgres();
  const databaseUrl = environment.DATABASE_URL ?? (await postgres?.createMigratedDatabase("tracker")) ?? "";
  // Its lock file leads tests and commands to the database.
  const announced = await openLocalDatabase({ dataDir, databaseUrl });
  const mailbox = await openMailbox({ directory: join(dataDir, "mail"), onMail: () => {} });
  const release = async () => {
    await mailbox.close();
    await announced.close();
    await postgres?.stop();
  };
  try {
    const server = await startBuiltServer(databaseUrl, {
      ENVIRONMENT: "development",
      TRUSTED_PROXIES: "127.0.0.1",
      ...(environment.MAIL_API_URL ? {} : mailbox.settings),
      MAIL_FROM: "no-reply@localhost",
      ...environment,
      ALLOWED_HOSTS: knownHosts("127.0.0.1", environment.ALLOWED_HOSTS),
    });
    await server.maintained();
    return { ...server, release };
  } catch (error) {
    await release();
    throw error;
  }
}
