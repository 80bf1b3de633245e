import type { IncomingMessage, RequestListener } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { answer } from "../parts/load.ts";
import type { Networks } from "./addresses.ts";
import { applyForwarding } from "./client-address.ts";
import type { Endpoint } from "./http-server.ts";
import type { Metrics } from "./metrics.ts";
import type { PendingWork } from "./pending-work.ts";

interface ListenerOptions {
  bindings: Record<string, unknown>;
  proxies: Networks;
  pending: PendingWork;
  endpoints: Endpoint;
  metrics: Metrics | undefined;
  /** Called for a request with X-Forwarded-For that no trusted proxy sent. */
  onUntrustedForwarding(address: string): void;
}

/** Returns the function that answers all requests: those of the operator's tools itself, and others with the application. */
export function createListener(options: ListenerOptions): RequestListener {
  const { bindings, proxies, pending, endpoints, metrics, onUntrustedForwarding } = options;
  const serve = getRequestListener((request) => answer(request, bindings, pending.createContext()));
  return (incoming, outgoing) => {
    if (endpoints(incoming, outgoing)) return;
    metrics?.measure(incoming, outgoing);
    const { isProxied, address } = applyForwarding(incoming, proxies);
    if (!isProxied && isForwarded(incoming)) onUntrustedForwarding(address);
    void serve(incoming, outgoing);
  };
}

const isForwarded = ({ headers }: IncomingMessage): boolean => headers["x-forwarded-for"] !== undefined;
