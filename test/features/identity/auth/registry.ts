import { PASSWORD } from "../../../support/accounts.ts";
import { WITH_ROLES } from "../../../support/answer-sizes.ts";
import { removeFactors } from "../../../support/factors.ts";
import type { Parts } from "../../../support/fixtures.ts";
import { COUNTED_MAIL, type Registry } from "../../../support/registry-entry.ts";

const crossSite = (cookie: string): Parts => ({
  headers: { Cookie: cookie, "Sec-Fetch-Site": "cross-site" },
});

export default {
  getPublicSettings: {
    access: [200, 200, 200, 200, 200, 200, 200],
    isPublic: true,
    valid: () => ({}),
    roundTrips: [0, "asks the database for nothing"],
  },
  register: {
    access: [201, 201, 201, 201, 201, 201, 201],
    isPublic: true,
    valid: ({ newAccount }) => ({ body: newAccount() }),
    special: ({ newAccount }) => {
      const body = newAccount();
      return Array.from({ length: 4 }, () => ({ body, headers: { "CF-Connecting-IP": "192.0.2.1" } }));
    },
    roundTrips: [3, `the attempt is counted before the password is hashed; and ${COUNTED_MAIL}`],
    anonymousBody: { answers: [400, 422] },
    answerSize: WITH_ROLES,
  },
  login: {
    access: [200, 200, 200, 200, 200, 403, 401],
    isPublic: true,
    valid: async ({ api }, actor) => {
      await removeFactors(api, actor);
      return { body: { username: actor.username, password: PASSWORD } };
    },
    special: ({ deactivated }) => [
      { body: { username: deactivated.username, password: PASSWORD } },
      ...Array.from({ length: 11 }, () => ({ body: { username: "unknown", password: "guessed" } })),
    ],
    roundTrips: [2, "the Worker needs the hash before it can open a session"],
    anonymousBody: { answers: [400, 422] },
  },
  logout: {
    access: [200, 200, 200, 200, 200, 200, 200],
    isPublic: true,
    valid: () => ({}),
    special: ({ powerless }) => crossSite(`access_token=${powerless.access}`),
  },
  refresh: {
    access: [401, 200, 200, 200, 200, 403, 401],
    isPublic: true,
    valid: (_, { refresh }) => ({ body: { refresh_token: refresh } }),
    special: async ({ api, powerless }) => [
      { body: { refresh_token: "forged" } },
      ...Array(4).fill({ body: { refresh_token: (await api.signUp()).refresh } }),
      { ...crossSite(`refresh_token=${powerless.refresh}`), body: {} },
    ],
    anonymousBody: { answers: [400, 401, 422] },
  },
  getMe: {
    access: [401, 200, 200, 200, 200, 403, 401],
    valid: () => ({}),
    answerSize: WITH_ROLES,
  },
  updateMe: {
    access: [401, 200, 200, 200, 200, 403, 401],
    valid: () => ({ body: { first_name: "Ada" } }),
    special: ({ powerless }) => ({ body: { email: powerless.email } }),
    anonymousBody: {},
    answerSize: WITH_ROLES,
    sensitive: async ({ otherEmail }) => ({ body: { email: otherEmail() } }),
  },
  deleteMe: {
    access: [401, 204, 204, 204, 204, 403, 401],
    valid: () => ({}),
    roundTrips: [2, COUNTED_MAIL],
  },
  changeMyPassword: {
    access: [401, 200, 200, 200, 200, 403, 401],
    valid: () => ({ body: { current_password: PASSWORD, new_password: PASSWORD } }),
    special: () => Array(11).fill({ body: { current_password: "guessed", new_password: PASSWORD } }),
    roundTrips: [3, `the Worker needs the hash before it can change the password; and ${COUNTED_MAIL}`],
    anonymousBody: {},
    answerSize: WITH_ROLES,
    needsNoRecentAuthentication: "requires the password itself",
  },
  beginReauthentication: {
    access: [401, 200, 200, 200, 200, 403, 401],
    valid: () => ({}),
    needsNoRecentAuthentication: "is the reauthentication itself",
  },
  reauthenticate: {
    access: [401, 200, 200, 200, 200, 403, 401],
    valid: async ({ api }, actor) => {
      await removeFactors(api, actor);
      return { body: { password: PASSWORD } };
    },
    special: () => Array.from({ length: 11 }, () => ({ body: { password: "guessed" } })),
    roundTrips: [2, "the Worker needs the hash before it can verify the password"],
    anonymousBody: {},
    needsNoRecentAuthentication: "is the reauthentication itself",
  },
} satisfies Registry;
