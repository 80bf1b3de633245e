import type { Settings } from "../../core/config.ts";
import type { Origin } from "../../core/context.ts";

/** How often something may be tried. */
export interface Policy {
  /** What clients see it as, in the headers of a refusal. */
  name: string;
  /** So many attempts are free. */
  quota: number;
  /** The count starts anew so long after the first of them, or after the last wait. */
  windowSeconds: number;
  /** The wait after the quota, doubled by each further attempt; without it, a window long, and the count starts anew. */
  delays?: { firstSeconds: number; longestSeconds: number };
}

/** A count: of what, by a policy, and of whom. */
export interface Bucket {
  policy: Policy;
  /** An account, an address, a session: any text. Only its hash is kept. */
  of: string;
}

/** What the audit log is told of a counted failure, and of one that begins a block; of refusals by a block it is not. */
export interface Audited {
  failure: string;
  block: string;
  /** The account, where there is one. */
  userId: string | null;
}

/** From half a minute to an hour (NIST SP 800-63B-4 3.2.2): whoever guesses waits, and nobody is locked out for good. */
const GROWING = { firstSeconds: 30, longestSeconds: 3_600 };

const HALF_AN_HOUR = 1_800;
const HOUR = 3_600;
const DAY = 24 * HOUR;

/** Everything that is counted, and how. */
export function policiesOf(settings: Settings) {
  const guesses = {
    quota: settings.LOGIN_MAX_FAILURES,
    windowSeconds: settings.LOGIN_FAILURE_WINDOW_SECONDS,
    delays: GROWING,
  };
  const ofAddress = { ...guesses, quota: settings.LOGIN_MAX_FAILURES_PER_ADDRESS };
  return {
    /** Failed sign-ins to an account from an address. */
    login: { name: "login", ...guesses },
    /** Failed sign-ins to an account from a device that it knows. */
    loginOnDevice: { name: "login-device", ...guesses },
    /** Failed sign-ins to an account from anywhere that it does not know. */
    loginToAccount: {
      name: "login-account",
      quota: settings.LOGIN_MAX_FAILURES_PER_ACCOUNT,
      windowSeconds: DAY,
      delays: GROWING,
    },
    /** Failed sign-ins from an address, whatever the account. */
    loginFromAddress: { name: "login-address", ...ofAddress },
    /** Wrong passwords and codes of who is signed in, wherever they are asked for again. */
    password: { name: "password", ...guesses },
    /** Wrong codes of who knows an account's password, wherever they come from. */
    secondFactor: { name: "second-factor", ...guesses },
    /** The same on a device that the account knows. */
    secondFactorOnDevice: { name: "second-factor-device", ...guesses },
    /** Sign-ins by passkey that fail, from an address. */
    passkeyFromAddress: { name: "passkey-address", ...ofAddress },
    /** Registrations from an address, whether they succeed or tell that a name is taken. */
    register: { name: "register", quota: settings.REGISTER_MAX_PER_ADDRESS, windowSeconds: HOUR },
    /** Mails to verify an email by, asked for by an account. */
    verification: {
      name: "verification",
      quota: settings.MAIL_MAX_PER_ACCOUNT,
      windowSeconds: HALF_AN_HOUR,
    },
    /**
     * Mails to reset a password by, asked for by anybody, for an email that need not exist. The wait is no longer than the
     * last mail is good: who makes others wait leaves them a way in.
     */
    passwordReset: {
      name: "password-reset",
      quota: settings.MAIL_MAX_PER_ACCOUNT,
      windowSeconds: HALF_AN_HOUR,
    },
    /** New passwords tried with one mailed token, which a password that is refused leaves good. */
    resetWithToken: { name: "password-reset-token", quota: 20, windowSeconds: HALF_AN_HOUR },
    /** Both, from an address. */
    mailFromAddress: {
      name: "mail-address",
      quota: settings.MAIL_MAX_PER_ADDRESS,
      windowSeconds: HALF_AN_HOUR,
    },
    /** Refreshes of a session. */
    refresh: { name: "refresh", quota: settings.REFRESH_MAX_PER_SESSION, windowSeconds: 60 },
    /** Genuine refresh tokens from an address whose session can't go on. */
    refreshFromAddress: { name: "refresh-address", ...ofAddress },
  } satisfies Record<string, Policy>;
}

/** The bucket of an address by `policy`; none where the platform tells no address. */
export function fromAddress(policy: Policy, { address }: Pick<Origin, "address">): Bucket[] {
  const network = networkOf(address);
  return network === undefined ? [] : [{ policy, of: network }];
}

/**
 * What counts as one address: an IPv6 subscriber has a network of 2^64 of them. Undefined where the platform tells none:
 * then nothing is counted by address.
 */
export function networkOf(address: string): string | undefined {
  if (!address.includes(":")) return address || undefined;
  const [head = "", tail] = address.toLowerCase().split("::");
  const groups = head.split(":").filter(Boolean);
  const after = tail?.split(":").filter(Boolean) ?? [];
  const zeros = tail === undefined ? [] : Array(Math.max(0, 8 - groups.length - after.length)).fill("0");
  return [...groups, ...zeros, ...after]
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":");
}
