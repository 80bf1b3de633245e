import type { Settings } from "../../../core/config.ts";
import { networkOf, siteOf } from "../../../core/network.ts";
import type { Origin } from "../../../core/origin.ts";

/** Limit of how often an operation may be attempted. */
export interface Policy {
  /** Name in the rate limit headers of a refusal. */
  name: string;
  /** Number of attempts without a wait. */
  quota: number;
  /** Time after which the count restarts: since the first attempt, or since the last wait. */
  windowSeconds: number;
  /** Wait after the quota, doubled by each further attempt. Without delays, the wait is one window, and then the count restarts. */
  delays?: { firstSeconds: number; longestSeconds: number };
}

/** A count of attempts by one policy and one source. */
export interface Bucket {
  policy: Policy;
  /** Source of the attempts, such as an account, an address or a session. Only its hash is stored. */
  of: string;
}

/** Audit events for a counted failure, and for a failure that starts a block. Refusals during a block are not audited. */
export interface Audited {
  failure: string;
  block: string;
  /** The account, if there is one. */
  userId: string | null;
}

/** Delays from half a minute to an hour (NIST SP 800-63B-4 3.2.2): they slow attackers down without a permanent lockout. */
const GROWING_DELAYS = { firstSeconds: 30, longestSeconds: 3_600 };

const HALF_AN_HOUR = 1_800;
const HOUR = 3_600;
const DAY = 24 * HOUR;

/** Returns the policies of all counted attempts. */
export function policiesOf(settings: Settings) {
  const guesses = {
    quota: settings.LOGIN_MAX_FAILURES,
    windowSeconds: settings.LOGIN_FAILURE_WINDOW_SECONDS,
    delays: GROWING_DELAYS,
  };
  const ofAddress = { ...guesses, quota: settings.LOGIN_MAX_FAILURES_PER_ADDRESS };
  return {
    /** Failed sign-ins to an account from an address. */
    login: { name: "login", ...guesses },
    /** Failed sign-ins to an account from a device that the account knows. */
    loginOnDevice: { name: "login-device", ...guesses },
    /** Failed sign-ins to an account from all unknown places together. */
    loginToAccount: {
      name: "login-account",
      quota: settings.LOGIN_MAX_FAILURES_PER_ACCOUNT,
      windowSeconds: DAY,
      delays: GROWING_DELAYS,
    },
    /** Failed sign-ins from an address to any account. */
    loginFromAddress: { name: "login-address", ...ofAddress },
    /** Wrong passwords and codes in reauthentications and password changes of a signed-in user. */
    password: { name: "password", ...guesses },
    /** Wrong second-factor codes after a correct password, from any place. */
    secondFactor: { name: "second-factor", ...guesses },
    /** Wrong second-factor codes after a correct password, on a device that the account knows. */
    secondFactorOnDevice: { name: "second-factor-device", ...guesses },
    /** Failed sign-ins with a passkey from an address. */
    passkeyFromAddress: { name: "passkey-address", ...ofAddress },
    /** Registrations from an address, both successful ones and those that fail because a name is taken. */
    register: { name: "register", quota: settings.REGISTER_MAX_PER_ADDRESS, windowSeconds: HOUR },
    /** Successful sign-ins and reauthentications of an account: each costs a hash or an audit event. */
    signIn: { name: "sign-in", quota: settings.SIGN_IN_MAX_PER_ACCOUNT, windowSeconds: 600 },
    /** Password changes by the account's owner. */
    passwordChange: { name: "password-change", quota: 10, windowSeconds: HOUR },
    /** Usernames and emails that an account found to be taken. */
    takenNames: { name: "taken-names", quota: 20, windowSeconds: HOUR },
    /** Email changes requested for an account. */
    emailChange: { name: "email-change", quota: settings.MAIL_MAX_PER_ACCOUNT, windowSeconds: DAY },
    /** Requested mails to a recipient: verifications, password resets and invitations. */
    mailToRecipient: {
      name: "mail-recipient",
      quota: settings.MAIL_MAX_PER_ACCOUNT,
      windowSeconds: HALF_AN_HOUR,
    },
    /**
     * Notices of one kind to a recipient. Each kind has its own count, so that a flood of one kind can't suppress another.
     */
    notice: { name: "notice", quota: settings.MAIL_MAX_PER_ACCOUNT, windowSeconds: HALF_AN_HOUR },
    /** Notices of all kinds to an unverified email. */
    noticeToUnproven: {
      name: "notice-unproven",
      quota: settings.MAIL_MAX_PER_ACCOUNT,
      windowSeconds: HALF_AN_HOUR,
    },
    /** Mails to other people that an account requested. */
    mailFromAccount: {
      name: "mail-account",
      quota: settings.MAIL_MAX_PER_ADDRESS,
      windowSeconds: HALF_AN_HOUR,
    },
    /** Invitations to organizations that a member sends. */
    invitationFromMember: { name: "invitation", quota: 20, windowSeconds: DAY },
    /** Invitations to an organization, by all its members. */
    invitationFromOrganization: { name: "invitation-organization", quota: 200, windowSeconds: DAY },
    /**
     * Password resets requested for an email, whether or not an account has it. The wait never outlasts the last mailed token, so
     * that an attacker who exhausts the quota can't lock the owner out.
     */
    passwordReset: {
      name: "password-reset",
      quota: settings.MAIL_MAX_PER_ACCOUNT,
      windowSeconds: HALF_AN_HOUR,
    },
    /** New passwords tried with one mailed token, which stays valid when a password is rejected. */
    resetWithToken: { name: "password-reset-token", quota: 20, windowSeconds: HALF_AN_HOUR },
    /** Verifications and password resets requested from an address. */
    mailFromAddress: {
      name: "mail-address",
      quota: settings.MAIL_MAX_PER_ADDRESS,
      windowSeconds: HALF_AN_HOUR,
    },
    /** Refreshes of a session. */
    refresh: { name: "refresh", quota: settings.REFRESH_MAX_PER_SESSION, windowSeconds: 60 },
    /** Genuine but refused refresh tokens from an address. */
    refreshFromAddress: { name: "refresh-address", ...ofAddress },
  } satisfies Record<string, Policy>;
}

/** Prefix of an account's key in counts of failures, as in functions/sessions/sign_in_counters.sql; keys of unknown names have another. */
const ACCOUNT_PREFIX = "id ";

/** Returns the suffix of a key that names a client's network. */
export const networkKey = (address: string) => `\n${networkOf(address) ?? ""}`;

type Policies = ReturnType<typeof policiesOf>;

/**
 * Returns the counts of failed sign-ins to reset after a proof that a guesser of passwords lacks: a mailed token, a passkey or a
 * second factor. Counts by address alone stay.
 */
export const failuresOf = (policies: Policies, userId: string, address: string): Bucket[] => [
  { policy: policies.login, of: ACCOUNT_PREFIX + userId + networkKey(address) },
  { policy: policies.loginToAccount, of: ACCOUNT_PREFIX + userId },
];

/** Returns the bucket of mails to `email`, in any case. */
export const toRecipient = (policy: Policy, email: string): Bucket => ({ policy, of: email.toLowerCase() });

/** Quota of an IPv6 site (a /48) as a multiple of the quota of one network (a /64). */
const SITE_FACTOR = 8;

/**
 * Returns the buckets of an address by `policy`: one for its network, and for IPv6 also one for its site, a /48, since an
 * attacker may have all of a site's 65,536 networks. Returns none if the platform reports no address.
 */
export function fromAddress(policy: Policy, { address }: Pick<Origin, "address">): Bucket[] {
  const network = networkOf(address);
  if (network === undefined) return [];
  const narrow = { policy, of: network };
  if (!network.includes(":")) return [narrow];
  const wide = { ...policy, name: `${policy.name}-48`, quota: policy.quota * SITE_FACTOR };
  return [narrow, { policy: wide, of: siteOf(network) }];
}
