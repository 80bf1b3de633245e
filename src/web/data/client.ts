import {
  QueryClient,
  type UsePrefetchQueryOptions,
  type UseQueryOptions,
  type UseQueryResult,
  useQuery,
} from "@tanstack/preact-query";
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

/**
 * Runs a query of what a page shows first. Its request is sent while the page renders; without this, it would be sent after the first
 * paint, which is a third of a second later on a slow phone.
 */
export function useEarlyQuery<Data>(
  options: UsePrefetchQueryOptions<Data> & UseQueryOptions<Data>,
): UseQueryResult<Data> {
  if (options.enabled !== false && !queries.getQueryState(options.queryKey))
    void queries.prefetchQuery(options);
  return useQuery(options, queries);
}
