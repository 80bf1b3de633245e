import { canonicalIdentifier } from "../../../core/email-address.ts";
import { AppError, unauthenticated } from "../../../core/errors.ts";
import { sha256 } from "../../../core/security/encoding.ts";
import { normalizeUsername } from "../../../core/usernames.ts";
import type { PrincipalScope } from "../../../http/context.ts";
import * as repository from "./repository.ts";
import {
  type ActionSearch,
  type AuthzenSubject,
  type BatchEntry,
  type Decision,
  type EvaluationRequest,
  type EvaluationsRequest,
  NameProperties,
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
  if (!found) unauthenticated();
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
  const pages = pagesOf(["subject", subject.type, resource.type, resource.id, action.name], isUuid);
  const after = await pages.start(page.token);
  const asked = { type: resource.type, id: resource.id, action: action.name, after, limit: page.limit + 1 };
  const ids = subject.type === USER ? await repository.findHolders(db, principal.userId, asked) : [];
  return pages.toPage(ids, { limit: page.limit, after }, (id) => ({ type: USER, id }));
}

/** A page of the resources on which the subject may. `*` is all of a type whose records have no ids. */
export async function searchResources(
  scope: PrincipalScope,
  { subject, action, resource, page }: ResourceSearch,
) {
  const sought = ["resource", ...markOf(subject), action.name, resource.type];
  const isPlace = (last: string) => resource.type === "activity" || isUuid(last);
  const pages = pagesOf(sought, isPlace);
  const after = await pages.start(page.token);
  const named = namedBy(subject);
  const ids = await repository.findResources(scope.db, askerOf(scope, [named]), {
    ...named,
    type: resource.type,
    action: action.name,
    after,
    limit: page.limit + 1,
  });
  return pages.toPage(ids, { limit: page.limit, after }, (id) => ({ type: resource.type, id }));
}

/** A page of the actions that the subject may do: of those that permissions exist for. */
export async function searchActions(scope: PrincipalScope, { subject, resource, page }: ActionSearch) {
  const pages = pagesOf(["action", ...markOf(subject), resource.type, resource.id], () => true);
  const after = await pages.start(page.token);
  const named = namedBy(subject);
  const actions = await repository.findActions(scope.db, askerOf(scope, [named]), {
    ...named,
    type: resource.type,
    id: resource.id,
    after,
    limit: page.limit + 1,
  });
  return pages.toPage(actions, { limit: page.limit, after }, (name) => ({ name }));
}

const USER = "user";
const NO_DECISION: Decision = { decision: false };

async function decide(scope: PrincipalScope, requests: EvaluationRequest[]): Promise<Decision[]> {
  if (requests.length === 0) return [];
  const questions = requests.map(({ subject, action, resource }) => ({
    ...namedBy(subject),
    type: resource.type,
    id: resource.id,
    action: action.name,
  }));
  return (await repository.answer(scope.db, askerOf(scope, questions), questions)).map(toDecision);
}

/** A subject that is not a user has neither an id nor a name that could be the caller's: it counts as somebody else. */
const askerOf = ({ principal }: PrincipalScope, subjects: repository.Subject[]): repository.Asker => ({
  actorId: principal.userId,
  asksAboutOthers: subjects.some(
    ({ userId, names }) => userId !== principal.userId && (userId !== null || names.length === 0),
  ),
  names: [...new Set(subjects.flatMap(({ names }) => names.slice(0, 1)))],
});

/** Returns the user that a subject names: by id, or else by names. */
function namedBy({ type, id, properties }: AuthzenSubject): repository.Subject {
  if (type !== USER) return { userId: null, names: [] };
  const userId = UserId.safeParse(id).data;
  if (userId !== undefined) return { userId, names: [] };
  const { data } = NameProperties.safeParse(properties ?? {});
  const names = [id, data?.username, data?.email].filter((name) => name !== undefined);
  return { userId: null, names: names.map(canonicalName) };
}

/** Returns a name as it is kept. An email is read as everywhere: characters that only look like ASCII make none of it. */
const canonicalName = (name: string): string =>
  name.includes("@") ? canonicalIdentifier(name) : normalizeUsername(name);

/** What of a subject makes a search another one. */
const markOf = (subject: AuthzenSubject) => [subject.type, subject.id, ...namedBy(subject).names];

const isUuid = (text: string) => UserId.safeParse(text).success;

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
      const isOfSearch = place.mark === (await mark);
      // A page of no results, in front of the first.
      if (isOfSearch && place.last === "") return undefined;
      if (isOfSearch && isPlace(place.last)) return place.last;
      const message = "This token is of another search.";
      throw new AppError("BAD_REQUEST", {
        details: [{ field: "body.page.token", message, type: "custom" }],
      });
    },
    /** The page after `after` that `found`, of which there is one more than `limit` if there is more, makes up. */
    async toPage<Result>(
      found: string[],
      { limit, after = "" }: { limit: number; after?: string | undefined },
      toResult: (place: string) => Result,
    ) {
      const shown = found.slice(0, limit);
      const last = found.length > limit ? (shown.at(-1) ?? after) : undefined;
      const next = last === undefined ? "" : tokenOf({ mark: await mark, last });
      return { results: shown.map(toResult), page: { next_token: next, count: shown.length } };
    },
  };
}
