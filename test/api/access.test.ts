import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { PERMISSIONS } from "../../src/core/permissions.ts";
import { createTestApi, type TestApi } from "../support/api.ts";
import { OPERATIONS } from "../support/documented.ts";
import { type Actor, send, type ValidRequests, validRequests } from "../support/requests.ts";

/**
 * Who gets which status for a valid request of each operation. viewer, user and admin are the default roles.
 * A 403 is PERMISSION_DENIED, but for the deactivated INACTIVE_USER.
 */
const ACCESS = `
  operation                  anonymous viewer user admin superuser deactivated deleted
  getAbout                         200    200  200   200       200         200     200
  getHealth                        200    200  200   200       200         200     200
  getDetailedHealth                200    200  200   200       200         200     200
  getPublicKeys                    200    200  200   200       200         200     200
  getAuthorizationServerMetadata   200    200  200   200       200         200     200
  register                         201    201  201   201       201         201     201
  login                            200    200  200   200       200         403     401
  proveSecondFactor                200    200  200   200       200         403     401
  beginPasskeySignIn               200    200  200   200       200         200     200
  signInWithPasskey                200    200  200   200       200         403     422
  logout                           200    200  200   200       200         200     200
  refresh                          401    200  200   200       200         403     401
  getMyEmail                       401    200  200   200       200         403     401
  requestEmailVerification         401    202  202   202       202         403     401
  verifyEmail                      200    200  200   200       200         200     200
  reviewAccess                     200    200  200   200       200         200     200
  confirmEmailChange               200    200  200   200       200         200     200
  approveEmailChange               200    200  200   200       200         200     200
  stopEmailChange                  200    200  200   200       200         200     200
  forgotPassword                   202    202  202   202       202         202     202
  resetPassword                    200    200  200   200       200         200     200
  getMe                            401    200  200   200       200         403     401
  updateMe                         401    200  200   200       200         403     401
  deleteMe                         401    204  204   204       204         403     401
  getMyData                        401    200  200   200       200         403     401
  changeMyPassword                 401    200  200   200       200         403     401
  reauthenticate                   401    200  200   200       200         403     401
  beginReauthentication            401    200  200   200       200         403     401
  createPersonalToken              401    201  201   201       201         403     401
  listPersonalTokens               401    200  200   200       200         403     401
  revokePersonalToken              401    204  204   204       204         403     401
  listMyFactors                    401    200  200   200       200         403     401
  beginTotp                        401    201  201   201       201         403     401
  confirmTotp                      401    200  200   200       200         403     401
  removeTotp                       401    204  204   204       204         403     401
  renewRecoveryCodes               401    200  200   200       200         403     401
  beginPasskey                     401    200  200   200       200         403     401
  createPasskey                    401    201  201   201       201         403     401
  listPasskeys                     401    200  200   200       200         403     401
  renamePasskey                    401    200  200   200       200         403     401
  removePasskey                    401    204  204   204       204         403     401
  resetFactors                     401    403  403   204       204         403     401
  listUsers                        401    200  403   200       200         403     401
  createUser                       401    403  403   201       201         403     401
  getUser                          401    200  403   200       200         403     401
  updateUser                       401    403  403   200       200         403     401
  deleteUser                       401    403  403   204       204         403     401
  eraseUser                        401    403  403   202       202         403     401
  restoreUser                      401    403  403   200       200         403     401
  activateUser                     401    403  403   200       200         403     401
  deactivateUser                   401    403  403   200       200         403     401
  assignRoles                      401    403  403   200       200         403     401
  listRoles                        401    403  403   200       200         403     401
  createRole                       401    403  403   201       201         403     401
  getRole                          401    403  403   200       200         403     401
  getRoleByName                    401    403  403   200       200         403     401
  updateRole                       401    403  403   200       200         403     401
  deleteRole                       401    403  403   204       204         403     401
  restoreRole                      401    403  403   200       200         403     401
  setRolePermissions               401    403  403   200       200         403     401
  addRolePermission                401    403  403   200       200         403     401
  removeRolePermission             401    403  403   200       200         403     401
  listPermissions                  401    403  403   200       200         403     401
  createPermission                 401    403  403   201       201         403     401
  getPermission                    401    403  403   200       200         403     401
  getPermissionByName              401    403  403   200       200         403     401
  listPermissionsOfResource        401    403  403   200       200         403     401
  updatePermission                 401    403  403   200       200         403     401
  deletePermission                 401    403  403   204       204         403     401
  restorePermission                401    403  403   403       200         403     401
  getMyPermissions                 401    200  200   200       200         403     401
  evaluateAccess                   401    403  403   200       200         403     401
  evaluateAccessBatch              401    403  403   200       200         403     401
  searchSubjects                   401    403  403   200       200         403     401
  searchResources                  401    403  403   200       200         403     401
  searchActions                    401    403  403   200       200         403     401
  getAuthzenConfiguration          200    200  200   200       200         200     200
  listClients                      401       200    200  200   200       403         401
  createClient                     401       403    201  201   201       403         401
  getClient                        401       200    404  200   200       403         401
  updateClient                     401       403    404  200   200       403         401
  deleteClient                     401       403    404  204   204       403         401
  restoreClient                    401       403    404  200   200       403         401
  listProjects                     401       200    200  200   200       403         401
  createProject                    401       403    201  201   201       403         401
  getProject                       401       200    404  200   200       403         401
  updateProject                    401       403    404  200   200       403         401
  deleteProject                    401       403    404  204   204       403         401
  restoreProject                   401       403    404  200   200       403         401
  listTasks                        401       200    200  200   200       403         401
  createTask                       401       403    201  201   201       403         401
  getTask                          401       200    404  200   200       403         401
  updateTask                       401       403    404  200   200       403         401
  deleteTask                       401       403    404  204   204       403         401
  restoreTask                      401       403    404  200   200       403         401
  listTags                         401       200    200  200   200       403         401
  createTag                        401       403    201  201   201       403         401
  getTag                           401       200    404  200   200       403         401
  updateTag                        401       403    404  200   200       403         401
  deleteTag                        401       403    404  204   204       403         401
  restoreTag                       401       403    404  200   200       403         401
  listTimeEntries                  401       403    200  200   200       403         401
  exportTimeEntries                401       403    200  200   200       403         401
  createTimeEntry                  401       403    201  201   201       403         401
  startTimer                       401       403    201  201   201       403         401
  getRunningTimer                  401       403    200  200   200       403         401
  changeTimeEntriesInBulk          401       403    200  200   200       403         401
  getTimeEntry                     401       403    404  200   200       403         401
  updateTimeEntry                  401       403    404  200   200       403         401
  stopTimer                        401       403    404  200   200       403         401
  resumeTimer                      401       403    404  404   404       403         401
  deleteTimeEntry                  401       403    404  204   204       403         401
  restoreTimeEntry                 401       403    404  200   200       403         401
  getSummary                       401       403    200  200   200       403         401
  getTimesheet                     401       403    200  200   200       403         401
  getHeatmap                       401       403    200  200   200       403         401
  getToday                         401       403    200  200   200       403         401
  getStreak                        401       403    200  200   200       403         401
  getFocus                         401       403    200  200   200       403         401
  listGoals                        401       403    200  200   200       403         401
  createGoal                       401       403    201  201   201       403         401
  getGoal                          401       403    404  200   200       403         401
  updateGoal                       401       403    404  200   200       403         401
  deleteGoal                       401       403    404  204   204       403         401
  restoreGoal                      401       403    404  200   200       403         401
  getGoalProgress                  401       403    200  200   200       403         401
  listActivityRules                401       403    200  200   200       403         401
  createActivityRule               401       403    201  201   201       403         401
  orderActivityRules               401       403    200  200   200       403         401
  getActivityRule                  401       403    404  404   200       403         401
  updateActivityRule               401       403    404  404   200       403         401
  deleteActivityRule               401       403    404  404   204       403         401
  getActivitySummary               401       403    200  200   200       403         401
  tryActivityRules                 401       403    200  200   200       403         401
  createActivityEntries            401       403    200  200   200       403         401
  importTimeEntries                401       403    200  200   200       403         401
  listImports                      401       403    200  200   200       403         401
  undoImport                       401       403    404  404   404       403         401
  sendHeartbeats                   401       403    201  201   201       403         401
  sendHeartbeat                    401       403    201  201   201       403         401
  listHeartbeats                   401       403    200  200   200       403         401
  getStatusBar                     401       403    200  200   200       403         401
  getStatusBarOfToday              401       403    200  200   200       403         401
  listActivitySummaries            401       403    200  200   200       403         401
  listActivityDurations            401       403    200  200   200       403         401
  getActivityStats                 401       403    200  200   200       403         401
  getRecentActivityStats           401       403    200  200   200       403         401
  listActivityLeaders              401       403    200  200   200       403         401
  getAllTime                       401       403    200  200   200       403         401
  getActivityUser                  401       403    200  200   200       403         401
  listActivityProjects             401       403    200  200   200       403         401
  listActivityUserAgents           401       403    200  200   200       403         401
  listActivityMachines             401       403    200  200   200       403         401
  listActivityGoals                401       403    200  200   200       403         401
  getActivityGoal                  401       403    404  404   404       403         401
  listFileExperts                  401       403    200  200   200       403         401
  reportPluginError                401       403    201  201   201       403         401
  createCalendarFeed               401       403    201  201   201       403         401
  listCalendarFeeds                401       200    200  200   200       403         401
  deleteCalendarFeed               401       404    204  204   204       403         401
  readCalendarFeed                 200       200    200  200   200       200         200
  getTimeSettings                  401       200    200  200   200       403         401
  updateTimeSettings               401       200    200  200   200       403         401
  listSessions                     401    200  200   200       200         403     401
  endSession                       401    204  204   204       204         403     401
  endOtherSessions                 401    204  204   204       204         403     401
  listUserSessions                 401    403  403   200       200         403     401
  endUserSession                   401    403  403   204       204         403     401
  endUserSessions                  401    403  403   204       204         403     401
  listAuditEvents                  401       403    403  200   200       403         401
  getActivityWatchInfo             200    200  200   200       200         200     200
  listActivityBuckets              401    403  200   200       200         403     401
  createActivityBucket             401    403  200   200       200         403     401
  getActivityBucket                401    403  200   200       200         403     401
  deleteActivityBucket             401    403  200   200       200         403     401
  listActivityEvents               401    403  200   200       200         403     401
  storeActivityEvents              401    403  200   200       200         403     401
  countActivityEvents              401    403  200   200       200         403     401
  getActivityEvent                 401    403  200   200       200         403     401
  deleteActivityEvent              401    403  200   200       200         403     401
  sendActivityHeartbeat            401    403  200   200       200         403     401
  queryActivity                    401    403  200   200       200         403     401
  listActivitySettings             401    403  200   200       200         403     401
  getActivitySetting               401    403  200   200       200         403     401
  saveActivitySetting              401    403  200   200       200         403     401
  deleteActivitySetting            401    403  200   200       200         403     401
  exportActivity                   401    403  200   200       200         403     401
  exportActivityBucket             401    403  200   200       200         403     401
  importActivity                   401    403  200   200       200         403     401
`;
// restorePermission: who restores a permission must hold it, and only superusers and holders of a wildcard hold
// what is deleted. The questions of AuthZEN are about another user here; about oneself everybody may ask. What is about time belongs to the superuser here: to users it is
// not there, but for holders of the permissions that end in _any. Nobody resumes what another did.

/** Guards nothing by itself: `_any` is asked for by the database, row by row. */
const UNGUARDED = /_any$/;

/** Their actors are new for each cell, for they end or replace the session that they are called with. */
const USES_UP_THE_SESSION = ["logout", "refresh", "deleteMe"];

const [[, ...WHO] = [], ...ROWS] = ACCESS.trim()
  .split("\n")
  .map((line) => line.trim().split(/\s+/));

let api: TestApi;
let root: Awaited<ReturnType<TestApi["signUpHolding"]>>;
let valid: ValidRequests;
let actors: Record<string, Actor>;

beforeAll(async () => {
  api = await createTestApi();
  root = await api.signUpHolding("superuser");
  valid = validRequests(api, root);
  actors = Object.fromEntries(await Promise.all(WHO.map(async (who) => [who, await signUpAs(who)])));
});

/** A new account in the state that a column is about, with a session from when it was still well. */
async function signUpAs(who: string): Promise<Actor> {
  if (who === "superuser") return api.signUpHolding("superuser");
  const actor = await api.signUp();
  if (who === "viewer" || who === "admin") {
    await api.db.execute(sql`
      update user_roles set role_id = (select id from roles where builtin = ${who})
      where user_id = ${actor.id}`);
  }
  const asRoot = { token: root.access };
  if (who === "deactivated") await api.call("POST", `/auth/users/${actor.id}/deactivate`, asRoot);
  if (who === "deleted") await api.call("DELETE", `/auth/users/${actor.id}`, asRoot);
  return who === "anonymous" ? { username: actor.username } : actor;
}

describe("access", () => {
  it("is decided here for every operation, and for nothing else", () => {
    expect(ROWS.map(([operationId]) => operationId).sort()).toEqual(
      OPERATIONS.map(({ operationId }) => operationId).sort(),
    );
  });

  it.each(ROWS)("%s", async (operationId = "", ...expected) => {
    const answers = [];
    for (const who of WHO) {
      const isUsedUp = USES_UP_THE_SESSION.includes(operationId);
      const actor = (isUsedUp ? undefined : actors[who]) ?? (await signUpAs(who));
      const request = await valid[operationId]?.(actor);
      if (!request) throw new Error(`test/support/requests.ts has no request for ${operationId}.`);
      answers.push({ who, ...(await send(api, operationId, request, actor.access)) });
    }
    const seen = answers.map(({ who, status }) => `${who} ${status}`);
    expect(seen).toEqual(WHO.map((who, column) => `${who} ${expected[column]}`));
    for (const { who, status, body } of answers) {
      if (status !== 403) continue;
      expect(body.error, who).toBe(who === "deactivated" ? "INACTIVE_USER" : "PERMISSION_DENIED");
    }
  });

  it("is guarded by every permission of the catalogue", () => {
    const guarding = new Set(OPERATIONS.flatMap(({ permissions }) => permissions.flat()));
    expect(PERMISSIONS.filter((name) => !guarding.has(name) && !UNGUARDED.test(name))).toEqual([]);
    expect([...guarding].filter((name) => !PERMISSIONS.some((known) => known === name))).toEqual([]);
  });
});
