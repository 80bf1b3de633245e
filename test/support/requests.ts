import type { Answer, TestApi } from "./api.ts";
import { OPERATIONS } from "./documented.ts";
import { type Actor, createFixtures, type Fixtures, type Parts } from "./fixtures.ts";
import { entryOf } from "./registry.ts";

/**
 * Returns, for an operation, a request that is valid and finds what it needs: made for it alone by `root`, a superuser, so that it may be
 * changed and deleted. Who may send it is another question.
 */
export function validRequests(api: TestApi, root: Fixtures["root"]) {
  const fixtures = createFixtures(api, root);
  return async (operationId: string, actor: Actor): Promise<Parts> =>
    entryOf(operationId).valid(fixtures, actor);
}

export type ValidRequests = ReturnType<typeof validRequests>;

/** Sends `parts` to the operation. */
export function send(
  api: TestApi,
  operationId: string,
  { params = {}, query = "", body, headers = {} }: Parts,
  token?: string | undefined,
): Promise<Answer<{ error?: string; details?: { field: string; message: string }[] }>> {
  const operation = OPERATIONS.find((known) => known.operationId === operationId);
  if (!operation) throw new Error(`There is no operation ${operationId}.`);
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(params[name] ?? ""),
  );
  return api.call(operation.method, path + query, { token, body, headers });
}
