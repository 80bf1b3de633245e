import { QueryClient } from "@tanstack/preact-query";
import { ApiError } from "../api/errors.ts";

/** Returns whether a request that failed may succeed if it is sent again. */
const isWorthRetry = (error: unknown): boolean =>
  error instanceof ApiError && ["OFFLINE", "DATABASE_CONNECTION_ERROR", "SERVICE_BUSY"].includes(error.code);

/** The cache of what the server answered. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      retry: (count, error) => count < 2 && isWorthRetry(error),
    },
  },
});
