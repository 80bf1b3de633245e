import type { Variables } from "./context.ts";

/**
 * Returns `work`, and lets the platform complete it even if the client disconnects. Otherwise a client could leave during a hash, and its
 * wrong password would not be counted.
 */
export function finish<Result>({ defer }: Pick<Variables, "defer">, work: Promise<Result>): Promise<Result> {
  const ignoreFailure = () => {};
  defer(() => work.then(ignoreFailure, ignoreFailure));
  return work;
}
