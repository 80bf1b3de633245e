import type { Answer, TestApi } from "./api.ts";
import { OPERATIONS } from "./documented.ts";
import { type Actor, createFixtures, type Fixtures, type Parts } from "./fixtures.ts";
import { entryOf } from "./registry.ts";

/**
 * Returns a function that returns a valid request for an operation. The superuser `root` creates the records that it needs, which may be
 * changed and deleted. The caller may lack permission for the request.
 */
export function validRequests(api: TestApi, root: Fixtures["root"]) {
  const fixtures = createFixtures(api, root);
  return async (operationId: string, actor: Actor): Promise<Parts> =>
    entryOf(operationId).valid(fixtures, actor);
}

/** Function that returns a valid request to an operation. */
export type ValidRequests = ReturnType<typeof validRequests>;

/** Sends a request with `parts` to the operation. */
export function send(
  api: TestApi,
  operationId: string,
  { params = {}, query = "", body, headers = {} }: Parts,
  token?: string | undefined,
): Promise<Answer<{ error?: string; details?: { field: string; message: string }[] }>> {
  const operation = OPERATIONS.find((known) => known.operationId === operationId);
  if (!operation) throw new Error(`Unknown operation: ${operationId}`);
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(params[name] ?? ""),
  );
  return api.call(operation.method, path + query, { token, body, headers });
}
