import type { PrincipalScope } from "../../core/context.ts";
import { AppError } from "../../core/errors.ts";
import { sha256 } from "../../core/security/encoding.ts";
import * as repository from "./repository.ts";
import {
  type ActionSearch,
  type AuthzenSubject,
  type BatchEntry,
  type Decision,
  type EvaluationRequest,
  type EvaluationsRequest,
  type Place,
  type ResourceSearch,
  type Semantic,
  type SubjectSearch,
  tokenOf,
  UserId,
} from "./schemas.ts";

/** What the signed-in user may do at this moment, by the credential in hand. */
export async function getOwnPermissions({ db, principal }: PrincipalScope) {
  const found = await repository.findHeldPermissions(db, principal.userId);
  if (!found) throw new AppError("INVALID_TOKEN");
  return found;
}

/** Whether the subject may. @throws AppError PERMISSION_DENIED where the caller may not ask that */
export async function evaluate(scope: PrincipalScope, question: EvaluationRequest): Promise<Decision> {
  const [decision = NO_DECISION] = await decide(scope, [question]);
  return decision;
}

/**
 * The decisions on a batch, or the one on what is none. What is wrong with one question is said in its place, and the
 * others are decided.
 *
 * @throws AppError PERMISSION_DENIED where the caller may not ask one of them
 */
export async function evaluateBatch(
  scope: PrincipalScope,
  request: EvaluationsRequest,
): Promise<Decision | { evaluations: Decision[] }> {
  if ("question" in request) return evaluate(scope, request.question);
  const { entries, semantic } = request;
  const questions = entries.flatMap((entry) => ("question" in entry ? [entry.question] : []));
  const decisions = (await decide(scope, questions)).values();
  const inPlace = entries.map((entry) =>
    "question" in entry ? (decisions.next().value ?? NO_DECISION) : refusal(entry),
  );
  return { evaluations: cutOff(inPlace, semantic) };
}

/** A page of the users who may. */
export async function searchSubjects(
  { db, principal }: PrincipalScope,
  { subject, action, resource, page }: SubjectSearch,
) {
  const pages = pagesOf(["subject", subject.type, resource.type, action.name], isUserId);
  const after = await pages.start(page.token);
  const asked = { type: resource.type, action: action.name, after, limit: page.limit + 1 };
  const ids = subject.type === USER ? await repository.findHolders(db, principal.userId, asked) : [];
  return pages.toPage(ids, page.limit, (id) => ({ type: USER, id }));
}

/** The resources on which the subject may: all of a type, which is written `*`, or none. */
export async function searchResources(
  scope: PrincipalScope,
  { subject, action, resource, page }: ResourceSearch,
) {
  const pages = pagesOf(["resource", subject.type, subject.id, action.name, resource.type], () => false);
  await pages.start(page.token);
  const { decision } = await evaluate(scope, { subject, action, resource: { ...resource, id: ALL } });
  return pages.toPage(decision ? [ALL] : [], page.limit, (id) => ({ type: resource.type, id }));
}

/** A page of the actions that the subject may do: of those that permissions exist for. */
export async function searchActions(scope: PrincipalScope, { subject, resource, page }: ActionSearch) {
  const pages = pagesOf(["action", subject.type, subject.id, resource.type], () => true);
  const after = await pages.start(page.token);
  const userId = userIdOf(subject);
  const names = await repository.findActions(scope.db, askerOf(scope, [userId]), {
    userId,
    type: resource.type,
    after,
    limit: page.limit + 1,
  });
  return pages.toPage(names, page.limit, (name) => ({ name }));
}

const USER = "user";
const ALL = "*";
const NO_DECISION: Decision = { decision: false };

async function decide(scope: PrincipalScope, requests: EvaluationRequest[]): Promise<Decision[]> {
  if (requests.length === 0) return [];
  const questions = requests.map(({ subject, action, resource }) => ({
    userId: userIdOf(subject),
    type: resource.type,
    action: action.name,
  }));
  const asker = askerOf(
    scope,
    questions.map(({ userId }) => userId),
  );
  return (await repository.answer(scope.db, asker, questions)).map(toDecision);
}

/** Who is no user has no id that could be the caller's, so to ask about them is to ask about others. */
const askerOf = ({ principal }: PrincipalScope, userIds: (string | null)[]): repository.Asker => ({
  actorId: principal.userId,
  asksAboutOthers: userIds.some((id) => id !== principal.userId),
});

const userIdOf = ({ type, id }: AuthzenSubject): string | null =>
  (type === USER ? UserId.safeParse(id).data : undefined) ?? null;

const isUserId = (text: string) => UserId.safeParse(text).success;

/** The reason names the stage only: not whether an account is inactive, deleted or was never there. */
function toDecision({ is_resolved, decision }: repository.Answer): Decision {
  if (decision) return { decision };
  return { decision, context: { reason: is_resolved ? "permission_missing" : "subject_unresolved" } };
}

const refusal = ({ problem }: Extract<BatchEntry, { problem: string }>): Decision => ({
  decision: false,
  context: { error: { status: 400, message: problem } },
});

const STOPS_AT: Record<Semantic, (decision: Decision) => boolean> = {
  execute_all: () => false,
  deny_on_first_deny: ({ decision }) => !decision,
  permit_on_first_permit: ({ decision }) => decision,
};

function cutOff(decisions: Decision[], semantic: Semantic): Decision[] {
  const last = decisions.findIndex(STOPS_AT[semantic]);
  return last === -1 ? decisions : decisions.slice(0, last + 1);
}

/** The pages of the search for `sought`; `isPlace` says what a page of it can end with. */
function pagesOf(sought: string[], isPlace: (last: string) => boolean) {
  const mark = sha256(JSON.stringify(sought));
  return {
    /** Where to go on. @throws AppError BAD_REQUEST for the token of another search */
    async start(place: Place | undefined): Promise<string | undefined> {
      if (place === undefined) return undefined;
      if (place.mark === (await mark) && isPlace(place.last)) return place.last;
      const message = "This token is of another search.";
      throw new AppError("BAD_REQUEST", {
        details: [{ field: "body.page.token", message, type: "custom" }],
      });
    },
    /** The page that `found`, of which there is one more than `limit` if there is more, makes up. */
    async toPage<Result>(found: string[], limit: number, toResult: (place: string) => Result) {
      const shown = found.slice(0, limit);
      const last = found.length > limit ? shown.at(-1) : undefined;
      const next = last === undefined ? "" : tokenOf({ mark: await mark, last });
      return { results: shown.map(toResult), page: { next_token: next, count: shown.length } };
    },
  };
}
