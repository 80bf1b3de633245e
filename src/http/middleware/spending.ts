import type { Context } from "hono";
import { adoptBlock, type BudgetKind, budgetOf, costOf, giveBack, spend } from "../../core/budget.ts";
import { rateLimitExceeded } from "../../core/rate-limit.ts";
import type { KeyHolder, Principal } from "../../core/security/principal.ts";
import { storeBlock } from "../../database/budgets.ts";
import type { AppEnv } from "../context.ts";

/** So many credentials are remembered with whose they are. */
const MAX_CREDENTIALS = 30_000;

/**
 * Whose the personal tokens and keys are that a guard has let in, in this isolate: anybody can write down a token with the id of
 * another, whose budget it must not spend.
 */
const owners = new Map<string, string>();

/**
 * Lets a request spend what it costs of its account's budget, before its work. A session's account is known from its signed
 * token; that of a token or a key once the guard has told, so the first request with it is charged afterwards.
 *
 * Call `settle` after the work, or `undo` where the guard refused it.
 *
 * @throws AppError RATE_LIMIT_EXCEEDED if there is not enough left
 */
export function startSpending(c: Context<AppEnv>, asker: Principal | KeyHolder, kind: BudgetKind) {
  const budget = budgetOf(c.var.settings, kind);
  const cost = costOf(kind, c.req.raw);
  const credential = credentialOf(asker);
  const charge = (accountId: string) => {
    const refused = spend(budget, accountId, cost);
    if (refused?.isNew) c.var.defer(() => storeBlock(c.var.settings, accountId, refused.block));
    return refused?.block;
  };
  const known = credential === undefined && "userId" in asker ? asker.userId : owners.get(credential ?? "");
  const block = known === undefined ? undefined : charge(known);
  if (block) throw rateLimitExceeded(block);

  /** For what the guard refused: it was not the account's. */
  const undo = () => {
    if (credential !== undefined) owners.delete(credential);
    if (known !== undefined) giveBack(budget, known, cost);
  };
  return {
    budget,
    undo,
    settle(accountId: string | undefined): void {
      if (c.res.status === 401) {
        undo();
      } else if (known === undefined && accountId !== undefined) {
        if (credential !== undefined) remember(credential, accountId);
        charge(accountId);
      }
      const seconds = secondsOfBlock(c.res, kind);
      if (known !== undefined && seconds !== undefined) adoptBlock(budget, known, seconds);
    },
  };
}

/** What a personal token or a key is known by; undefined for a session, whose token is signed. */
function credentialOf(asker: Principal | KeyHolder): string | undefined {
  if (!("userId" in asker)) return asker.credential.hash;
  const { credential } = asker;
  return credential.kind === "session" ? undefined : `${credential.id} ${credential.hash}`;
}

function remember(credential: string, accountId: string): void {
  owners.set(credential, accountId);
  if (owners.size > MAX_CREDENTIALS) owners.delete(owners.keys().next().value ?? credential);
}

/** For how long the guard has refused the request, if a block of the budget of `kind` is why it did. */
function secondsOfBlock({ status, headers }: Response, kind: BudgetKind): number | undefined {
  const isOurs = status === 429 && headers.get("RateLimit-Policy")?.startsWith(`"${kind}";`);
  return isOurs ? Number(headers.get("Retry-After")) : undefined;
}
