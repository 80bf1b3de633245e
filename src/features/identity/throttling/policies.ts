import type { Settings } from "../../../core/config.ts";
import type { Origin } from "../../../core/origin.ts";

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
    /** Right passwords and other sign-ins of one account: each costs a hash or an entry of the audit log. */
    signIn: { name: "sign-in", quota: settings.SIGN_IN_MAX_PER_ACCOUNT, windowSeconds: 600 },
    /** Changes of a password by the account itself. */
    passwordChange: { name: "password-change", quota: 10, windowSeconds: HOUR },
    /** Names of others, usernames and emails, that an account found to be taken. */
    takenNames: { name: "taken-names", quota: 20, windowSeconds: HOUR },
    /** Other emails that are asked for one account. */
    emailChange: { name: "email-change", quota: settings.MAIL_MAX_PER_ACCOUNT, windowSeconds: DAY },
    /** Mails to one recipient that somebody asked for: to verify, to reset a password by, invitations. */
    mailToRecipient: {
      name: "mail-recipient",
      quota: settings.MAIL_MAX_PER_ACCOUNT,
      windowSeconds: HALF_AN_HOUR,
    },
    /**
     * Notices of one kind to one recipient. Each kind has a count of its own, so that no flood of others keeps one from its
     * reader.
     */
    notice: { name: "notice", quota: settings.MAIL_MAX_PER_ACCOUNT, windowSeconds: HALF_AN_HOUR },
    /** Notices of all kinds to an email that no owner has proved. */
    noticeToUnproven: {
      name: "notice-unproven",
      quota: settings.MAIL_MAX_PER_ACCOUNT,
      windowSeconds: HALF_AN_HOUR,
    },
    /** Mails to others that one account asked for. */
    mailFromAccount: {
      name: "mail-account",
      quota: settings.MAIL_MAX_PER_ADDRESS,
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
    /** Mails to verify an email by and to reset a password by, from an address. */
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

/** What the key of an account begins with where failures are counted; that of an unknown name begins otherwise. */
export const ACCOUNT = "id ";

/** The part of a key that tells a client's network. */
export const placeOf = (address: string) => `\n${networkOf(address) ?? ""}`;

type Policies = ReturnType<typeof policiesOf>;

/**
 * Returns the counts of failed sign-ins that the owner of an account is freed from by a proof that no guesser of passwords has:
 * a reset by mail, a passkey, a second factor. What others counted by address stays.
 */
export const failuresOf = (policies: Policies, userId: string, address: string): Bucket[] => [
  { policy: policies.login, of: ACCOUNT + userId + placeOf(address) },
  { policy: policies.loginToAccount, of: ACCOUNT + userId },
];

/** The bucket of mails to `email`, written in any case. */
export const toRecipient = (policy: Policy, email: string): Bucket => ({ policy, of: email.toLowerCase() });

/** A site of IPv6 may have so many times what one of its networks may. */
const SITE_FACTOR = 8;

/**
 * The buckets of an address by `policy`: its own, and for IPv6 also that of its site, a /48, of whose 65,536 networks an
 * attacker may have all. None where the platform tells no address.
 */
export function fromAddress(policy: Policy, { address }: Pick<Origin, "address">): Bucket[] {
  const network = networkOf(address);
  if (network === undefined) return [];
  const narrow = { policy, of: network };
  if (!network.includes(":")) return [narrow];
  const wide = { ...policy, name: `${policy.name}-48`, quota: policy.quota * SITE_FACTOR };
  return [narrow, { policy: wide, of: network.split(":").slice(0, 3).join(":") }];
}

/**
 * Returns what counts as one address: an IPv4 address, also where IPv6 maps it (RFC 4291 2.5.5.2), or the first 64 bits of an
 * IPv6 address, since a subscriber has all 2^64 of them. Undefined where the platform tells none: then nothing is counted by
 * address.
 */
function networkOf(address: string): string | undefined {
  if (!address.includes(":")) return address || undefined;
  const groups = groupsOf(address.toLowerCase());
  const isMapped = groups.slice(0, 5).every((group) => group === "0") && groups[5] === "ffff";
  if (!isMapped) return groups.slice(0, 4).join(":");
  return groups
    .slice(6, 8)
    .flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255])
    .join(".");
}

/** The eight groups of an IPv6 address, without leading zeros. */
function groupsOf(address: string): string[] {
  const [head = "", tail] = address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, inGroups).split("::");
  const groups = head.split(":").filter(Boolean);
  const after = tail?.split(":").filter(Boolean) ?? [];
  const zeros = tail === undefined ? [] : Array(Math.max(0, 8 - groups.length - after.length)).fill("0");
  return [...groups, ...zeros, ...after].map((group) => group.replace(/^0+(?=.)/, ""));
}

/** The two groups that stand for the four numbers of an IPv4 address. */
const inGroups = (_: string, ...numbers: string[]) => {
  const [a = 0, b = 0, c = 0, d = 0] = numbers.slice(0, 4).map(Number);
  return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
};
