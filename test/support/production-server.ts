import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAdaptorServer } from "@hono/node-server";
import { app } from "../../src/app.ts";
import { clientFor } from "../../src/cli/local/connect.ts";
import { parseSettings } from "../../src/core/config.ts";
import { maintain } from "../../src/jobs/maintenance.ts";
import { openCopy } from "./data-templates.ts";
import { startEdge } from "./edge.ts";

/** Running API with the settings of production. */
export interface ProductionServer {
  /** URL such as https://localhost:43210, with a self-signed certificate. */
  url: string;
  stop: () => Promise<void>;
}

/** Serves the API over https behind an edge, with the settings of production, unlike `npm start`. Requires openssl. */
export async function startProductionServer(
  environment: Record<string, string> = {},
): Promise<ProductionServer> {
  const database = await openCopy("migrated");
  const client = clientFor(database);
  const bindings = {
    ENVIRONMENT: "production",
    LOG_LEVEL: "error",
    AUTH_SECRET: Buffer.from(crypto.getRandomValues(new Uint8Array(36))).toString("base64"),
    DATABASE_URL: database.url,
    DATABASE_ENDPOINT: database.endpoint,
    ...environment,
  };
  await maintain(parseSettings(bindings), client);
  const tls = await newCertificate();
  const server = createAdaptorServer({
    fetch: (request) => app.fetch(request, bindings),
    createServer,
    serverOptions: tls,
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const edge = await startEdge(`https://localhost:${(server.address() as AddressInfo).port}`, { tls });
  return {
    url: edge.url,
    async stop() {
      await edge.stop();
      const closed = new Promise((resolve) => server.close(resolve));
      if ("closeAllConnections" in server) server.closeAllConnections();
      await closed;
      await database.close();
    },
  };
}

async function newCertificate(): Promise<{ key: Buffer; cert: Buffer }> {
  const directory = await mkdtemp(join(tmpdir(), "certificate-"));
  const [key, cert] = [join(directory, "key.pem"), join(directory, "cert.pem")];
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
  execFileSync("openssl", ["req", "-x509", "-days", "2", ...curve, ...names, "-keyout", key, "-out", cert], {
    stdio: "ignore",
  });
  const read = { key: await readFile(key), cert: await readFile(cert) };
  await rm(directory, { recursive: true });
  return read;
}
