import type { Content, Sender } from "../../identity/email/messages.ts";
import { describeOperation, paragraphs } from "../../identity/email/messages.ts";

/** Names in the mail about an invitation. */
export interface InvitationNames {
  organization: string;
  inviter: string;
}

/** Maximum length of a name in a mail. */
const MAX_NAME = 60;

/** Characters that a name in a mail must not have: all but letters, digits, spaces and a few marks. */
const STRANGE = /[^\p{L}\p{M}\p{N} \-_.&']/gu;

/** Matches a name that a mail program may turn into a link: a dot between two words, as in a domain. */
const LIKE_A_LINK = /[\p{L}\p{N}]\.[\p{L}\p{N}]/u;

/**
 * Returns a name as a mail contains it, in quotes, or `otherwise`. Members choose the names of organizations and their own, so a name has
 * no characters of markup or links, and is short.
 */
export function nameInMail(name: string, otherwise: string): string {
  const cleaned = name.normalize("NFC").replaceAll(STRANGE, "").replaceAll(/ +/g, " ").trim();
  const isUsable = /[\p{L}\p{N}]/u.test(cleaned) && cleaned.length <= MAX_NAME && !LIKE_A_LINK.test(cleaned);
  return isUsable ? `“${cleaned}”` : otherwise;
}

/**
 * Writes the mail that invites a person to an organization. It is the only mail with names that people chose. It counts as a notice, so
 * that invitations can't use up the mails that the recipient requests; its subject is constant, because notices are counted by subject.
 */
export const invitation =
  (token: string, names: InvitationNames) =>
  ({ name, url }: Sender): Content => ({
    subject: `You are invited to an organization at ${name}`,
    text: paragraphs(
      `${nameInMail(names.inviter, "A member")} invites you to ${nameInMail(names.organization, "an organization")} at ${name}. To accept or decline, open this link within seven days, and sign in or create an account with this email address:`,
      `${url}/app/invitations#token=${token}`,
      describeOperation("POST /invitations/accept", token),
      "Opening the link changes nothing yet. If you don't know the organization, ignore this message.",
    ),
  });
