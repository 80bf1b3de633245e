import type { Server } from "node:http";
import { webAppConfig } from "../web-app.ts";

/** The web app, served from its sources. */
export interface WebDevelopment {
  url: string;
  close: () => Promise<void>;
}

interface Place {
  /** Address to listen on. */
  address: string;
  /** Port to listen on, or the next one that is free. */
  port: number;
  /** URL of the API, which answers all requests except those for the app. */
  apiUrl: string;
}

/**
 * Serves the web app from its sources, and shows edits without a reload. Vite adds styles to the page, which the policy of the built app
 * forbids, so the policy is absent here, and the tests run on the built app.
 */
export async function openWebDevelopment({ address, port, apiUrl }: Place): Promise<WebDevelopment> {
  const { createServer } = await import("vite");
  const server = await createServer({
    ...webAppConfig(),
    server: { host: address, port, proxy: { "^/(?!app/)": { target: apiUrl } } },
  });
  await server.listen();
  const bound = (server.httpServer as Server | null)?.address();
  const usedPort = typeof bound === "object" && bound ? bound.port : port;
  return { url: `${apiUrl.replace(/:\d+$/, "")}:${usedPort}/app/`, close: () => server.close() };
}
