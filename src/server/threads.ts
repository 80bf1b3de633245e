import { availableParallelism } from "node:os";

/** Threads of Node's pool unless UV_THREADPOOL_SIZE is set. */
const DEFAULT_THREADS = 4;

/** Threads that no hash takes, so that files and the names of hosts are read while passwords are hashed. */
const FREE_THREADS = 1;

/** First version of Node that starts its pool only after this module: earlier ones read the program with it. */
const NODE_WITH_LATE_POOL = 22;

/** Threads of Node's pool, and those of them that may hash passwords at the same time. */
export interface Threads {
  pool: number;
  hashes: number;
  /** Size of the pool with which each core could hash a password; undefined if it has that size. */
  wanted: number | undefined;
}

/**
 * Gives Node's pool a thread for each core and a free one, unless UV_THREADPOOL_SIZE is set, and returns its threads. Must run before
 * anything uses the pool.
 */
export function sizeThreadPool(
  environment: Record<string, string | undefined> = process.env,
  cores = availableParallelism(),
  nodeVersion = process.versions.node,
): Threads {
  const wanted = Math.max(DEFAULT_THREADS, cores + FREE_THREADS);
  const given = Number(environment.UV_THREADPOOL_SIZE) || undefined;
  const canResize = Number.parseInt(nodeVersion, 10) >= NODE_WITH_LATE_POOL;
  if (given === undefined && canResize) environment.UV_THREADPOOL_SIZE = String(wanted);
  const pool = given ?? (canResize ? wanted : DEFAULT_THREADS);
  const hashes = Math.min(cores, Math.max(1, pool - FREE_THREADS));
  return { pool, hashes, wanted: hashes < cores ? wanted : undefined };
}

/** Threads of this process. */
export const threads: Threads = sizeThreadPool();
