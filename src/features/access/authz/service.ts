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

/** Returns the permissions of the current user, limited to the scopes of the current credential. */
export async function getOwnPermissions({ db, principal }: PrincipalScope) {
  const found = await repository.findHeldPermissions(db, principal.userId);
  if (!found) unauthenticated();
  return found;
}

/** Decides one question. @throws AppError PERMISSION_DENIED if the caller may not ask it */
export async function evaluate(scope: PrincipalScope, question: EvaluationRequest): Promise<Decision> {
  const [decision = NO_DECISION] = await decide(scope, [question]);
  return decision;
}

/**
 * Decides the questions of a batch, or a single question. An invalid question of a batch gets an error in its place; the others are decided.
 *
 * @throws AppError PERMISSION_DENIED if the caller may not ask one of them
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
    "question" in entry ? (decisions.next().value ?? NO_DECISION) : toRefusal(entry),
  );
  return { evaluations: cutOff(inPlace, semantic) };
}

/** Finds a page of the users who may do the action to the resource. */
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

/** Finds a page of the resources to which the subject may do the action. `*` stands for all of a type whose records have no ids. */
export async function searchResources(
  scope: PrincipalScope,
  { subject, action, resource, page }: ResourceSearch,
) {
  const search = ["resource", ...identityOf(subject), action.name, resource.type];
  const isPlace = (last: string) => resource.type === "activity" || isUuid(last);
  const pages = pagesOf(search, isPlace);
  const after = await pages.start(page.token);
  const user = subjectOf(subject);
  const ids = await repository.findResources(scope.db, callerOf(scope, [user]), {
    ...user,
    type: resource.type,
    action: action.name,
    after,
    limit: page.limit + 1,
  });
  return pages.toPage(ids, { limit: page.limit, after }, (id) => ({ type: resource.type, id }));
}

/** Finds a page of the actions that the subject may do to the resource, among those for which permissions exist. */
export async function searchActions(scope: PrincipalScope, { subject, resource, page }: ActionSearch) {
  const pages = pagesOf(["action", ...identityOf(subject), resource.type, resource.id], () => true);
  const after = await pages.start(page.token);
  const user = subjectOf(subject);
  const actions = await repository.findActions(scope.db, callerOf(scope, [user]), {
    ...user,
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
    ...subjectOf(subject),
    type: resource.type,
    id: resource.id,
    action: action.name,
  }));
  return (await repository.answerQuestions(scope.db, callerOf(scope, questions), questions)).map(toDecision);
}

/** Returns the caller. A subject that is not a user has neither the caller's id nor name, so it counts as another user. */
const callerOf = ({ principal }: PrincipalScope, subjects: repository.Subject[]): repository.Caller => ({
  actorId: principal.userId,
  asksAboutOthers: subjects.some(
    ({ userId, names }) => userId !== principal.userId && (userId !== null || names.length === 0),
  ),
  names: [...new Set(subjects.flatMap(({ names }) => names.slice(0, 1)))],
});

/** Returns the user whom a subject identifies, by id or else by names. */
function subjectOf({ type, id, properties }: AuthzenSubject): repository.Subject {
  if (type !== USER) return { userId: null, names: [] };
  const userId = UserId.safeParse(id).data;
  if (userId !== undefined) return { userId, names: [] };
  const { data } = NameProperties.safeParse(properties ?? {});
  const names = [id, data?.username, data?.email].filter((name) => name !== undefined);
  return { userId: null, names: names.map(normalizeName) };
}

/** Normalizes a name as it is stored. */
const normalizeName = (name: string): string =>
  name.includes("@") ? canonicalIdentifier(name) : normalizeUsername(name);

/** Returns the parts of a subject that distinguish searches. */
const identityOf = (subject: AuthzenSubject) => [subject.type, subject.id, ...subjectOf(subject).names];

const isUuid = (text: string) => UserId.safeParse(text).success;

/** Converts an answer to a decision. The reason does not reveal whether an account is inactive, deleted or nonexistent. */
function toDecision({ is_resolved, decision }: repository.Answer): Decision {
  if (decision) return { decision };
  return { decision, context: { reason: is_resolved ? "permission_missing" : "subject_unresolved" } };
}

const toRefusal = ({ problem }: Extract<BatchEntry, { problem: string }>): Decision => ({
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

/** Returns the paging of the search `search`. `isPlace` checks a result at which a page can end. */
function pagesOf(search: string[], isPlace: (last: string) => boolean) {
  const mark = sha256(JSON.stringify(search));
  return {
    /** Returns the result that the page follows. @throws AppError BAD_REQUEST for a token of another search */
    async start(place: Place | undefined): Promise<string | undefined> {
      if (place === undefined) return undefined;
      const isOfSearch = place.mark === (await mark);
      // The token of a page with limit 0 leads to the first page.
      if (isOfSearch && place.last === "") return undefined;
      if (isOfSearch && isPlace(place.last)) return place.last;
      const message = "This page token belongs to a different search.";
      throw new AppError("BAD_REQUEST", {
        details: [{ field: "body.page.token", message, type: "custom" }],
      });
    },
    /** Builds the page that follows `after` from `found`, which has one more result than `limit` if there are further pages. */
    async toPage<Result>(
      found: string[],
      { limit, after = "" }: { limit: number; after?: string | undefined },
      toResult: (place: string) => Result,
    ) {
      const results = found.slice(0, limit);
      const last = found.length > limit ? (results.at(-1) ?? after) : undefined;
      const next = last === undefined ? "" : tokenOf({ mark: await mark, last });
      return { results: results.map(toResult), page: { next_token: next, count: results.length } };
    },
  };
}
