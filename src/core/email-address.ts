/** A dot-atom (RFC 5322, 3.2.3). */
const LOCAL_PART = /^[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*$/;
/** What separates the parts of a URL, or is read in a way of its own there: no domain has it. */
const NO_DOMAIN = /[\p{Cc}\s/?#@:\\%[\]<>^|]/u;
const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const TOP_LEVEL = /^([a-z]{2,}|xn--[a-z0-9-]+)$/;

/** RFC 5321, 4.5.3.1: octets of the part before the @, and of all that a path has room for. */
const MAX_LOCAL_PART = 64;
const MAX_ADDRESS = 254;

export type ParsedAddress = { address: string; problem?: never } | { address?: never; problem: string };

/**
 * Reads an email address as it is kept and compared: in lower case, the domain as DNS has it (A-labels, RFC 5890), however it was typed.
 * Addresses that need SMTPUTF8 are refused, since mail to them is lost on the way through any server without it; and quoted local
 * parts, which RFC 5321 4.1.2 tells hosts not to hand out. Or returns what is wrong.
 */
export function parseEmailAddress(text: string): ParsedAddress {
  const trimmed = text.trim();
  const at = trimmed.lastIndexOf("@");
  const local = trimmed.slice(0, Math.max(at, 0));
  if (at < 1) return { problem: "Invalid email address" };
  if (!LOCAL_PART.test(local)) {
    return {
      problem:
        "Invalid email address: the part before the @ may have ASCII letters, digits, !#$%&'*+/=?^_`{|}~- and single dots between them",
    };
  }
  if (local.length > MAX_LOCAL_PART) {
    return { problem: `Invalid email address: over ${MAX_LOCAL_PART} characters before the @` };
  }
  const domain = domainOf(trimmed.slice(at + 1));
  if (domain === undefined) return { problem: "Invalid email address: what follows the @ is no domain" };
  const address = `${local.toLowerCase()}@${domain}`;
  return address.length > MAX_ADDRESS
    ? { problem: `Invalid email address: over ${MAX_ADDRESS} characters` }
    : { address };
}

/** Returns a username or an email as it is compared with those that are kept. */
export const canonicalIdentifier = (text: string): string =>
  (text.includes("@") ? parseEmailAddress(text).address : undefined) ?? text;

/**
 * Returns a part of an email in the form in which emails are kept: the text after the @, or the whole text without one, label by label as
 * DNS has it. Of a label beyond ASCII only the whole has such a form.
 */
export function emailPart(text: string): string {
  const start = text.lastIndexOf("@") + 1;
  const labels = text.slice(start).split(/[.\u3002\uff0e\uff61]/);
  return text.slice(0, start) + labels.map(toLabel).join(".");
}

const toLabel = (text: string): string => {
  if (!/[^ -~]/.test(text) || NO_DOMAIN.test(text)) return text;
  const label = URL.parse(`http://${text}`)?.hostname;
  return label !== undefined && LABEL.test(label) ? label : text;
};

/** Returns the domain in A-labels, as UTS 46 maps it; undefined for a domain that takes no mail. */
function domainOf(text: string): string | undefined {
  if (NO_DOMAIN.test(text) || !URL.canParse(`http://${text}`)) return undefined;
  const domain = new URL(`http://${text}`).hostname;
  const labels = domain.split(".");
  const isDomain =
    labels.length > 1 && labels.every((label) => LABEL.test(label)) && TOP_LEVEL.test(labels.at(-1) ?? "");
  return isDomain && domain.length <= 253 ? domain : undefined;
}
