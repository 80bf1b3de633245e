/** A dot-atom (RFC 5322, 3.2.3). */
const LOCAL_PART = /^[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*$/;
/** Matches characters with a meaning in URLs, which domains cannot contain. */
const NOT_IN_DOMAINS = /[\p{Cc}\s/?#@:\\%[\]<>^|]/u;
const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const TOP_LEVEL = /^([a-z]{2,}|xn--[a-z0-9-]+)$/;

/** Maximum lengths in octets of the part before the @, and of the whole address in a path (RFC 5321 4.5.3.1). */
const MAX_LOCAL_PART = 64;
const MAX_ADDRESS = 254;

export type ParsedAddress = { address: string; problem?: never } | { address?: never; problem: string };

/**
 * Parses an email address, and returns it as it is stored and compared, in lower case with a domain in A-labels (RFC 5890), or the
 * problem with it. It rejects addresses that need SMTPUTF8, since servers without it lose their mail, and local parts that need quotes,
 * which RFC 5321 4.1.2 tells hosts not to use.
 */
export function parseEmailAddress(text: string): ParsedAddress {
  const trimmed = text.trim();
  const at = trimmed.lastIndexOf("@");
  const written = trimmed.slice(0, Math.max(at, 0));
  // Quotes around a dot-atom do not change its meaning.
  const local = /^"(.*)"$/.exec(written)?.[1] ?? written;
  if (at < 1) return { problem: "Invalid email address" };
  if (!LOCAL_PART.test(local)) {
    return {
      problem:
        "Invalid email address: the part before the @ may only contain ASCII letters, digits, !#$%&'*+/=?^_`{|}~- and single dots between them",
    };
  }
  if (local.length > MAX_LOCAL_PART) {
    return { problem: `Invalid email address: more than ${MAX_LOCAL_PART} characters before the @` };
  }
  const domain = domainOf(trimmed.slice(at + 1));
  if (domain === undefined) return { problem: "Invalid email address: the part after the @ is not a domain" };
  const address = `${local.toLowerCase()}@${domain}`;
  return address.length > MAX_ADDRESS
    ? { problem: `Invalid email address: more than ${MAX_ADDRESS} characters` }
    : { address };
}

/** Normalizes a username or an email for comparison with stored names. */
export const canonicalIdentifier = (text: string): string =>
  (text.includes("@") ? parseEmailAddress(text).address : undefined) ?? text;

/**
 * Normalizes a part of an email as emails are stored: converts each complete label after the @, or of the whole text without an @, to its
 * form in DNS. An incomplete label that is not ASCII has no such form.
 */
export function emailPart(text: string): string {
  const start = text.lastIndexOf("@") + 1;
  const labels = text.slice(start).split(/[.\u3002\uff0e\uff61]/);
  return text.slice(0, start) + labels.map(toLabel).join(".");
}

const toLabel = (text: string): string => {
  if (!/[^ -~]/.test(text) || NOT_IN_DOMAINS.test(text)) return text;
  const label = URL.parse(`http://${text}`)?.hostname;
  return label !== undefined && LABEL.test(label) ? label : text;
};

/** Returns the domain in A-labels, as UTS 46 maps it; undefined for a domain that cannot receive mail. */
function domainOf(text: string): string | undefined {
  if (NOT_IN_DOMAINS.test(text) || !URL.canParse(`http://${text}`)) return undefined;
  const domain = new URL(`http://${text}`).hostname;
  const labels = domain.split(".");
  const isDomain =
    labels.length > 1 && labels.every((label) => LABEL.test(label)) && TOP_LEVEL.test(labels.at(-1) ?? "");
  return isDomain && domain.length <= 253 ? domain : undefined;
}
