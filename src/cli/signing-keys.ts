import { generateKeyPairSync } from "node:crypto";
import { sha256 } from "../core/security/encoding.ts";
import { PrivateJwk, signingKeys } from "../core/security/signing-keys.ts";
import { HELP_FLAG, parseFlags } from "./flags.ts";
import { CliError, print } from "./output.ts";

const FLAGS = {
  "sign-with-last": { type: "boolean", default: false },
  "drop-others": { type: "boolean", default: false },
  ...HELP_FLAG,
} as const;

const helpOf = (
  usage: string,
) => `Prints a new value for the secret SIGNING_KEYS, based on the value in the environment.

Usage: ${usage}

  (no flag)          add a new key at the end, which is published but does not sign yet
  --sign-with-last   move the last key to the front: it signs, and the others still verify
  --drop-others      keep only the first key
  --help             show this help

The output is secret. docs/operations.md explains when to take which step.`;

/**
 * Prints a new value of SIGNING_KEYS, made from `text`, the present one.
 *
 * @throws CliError for invalid arguments or keys
 */
export async function printSigningKeys(program: string, args: string[], text: string | undefined) {
  const usage = `${program} [--sign-with-last | --drop-others]`;
  const flags = parseFlags(FLAGS, usage, args);
  if (flags.help) return print(helpOf(usage));
  if (flags["sign-with-last"] && flags["drop-others"])
    throw new CliError(
      `--sign-with-last and --drop-others can't be combined. Take one step at a time. Usage: ${usage}`,
    );
  const present = parseKeys(text);
  const isFlagged = flags["sign-with-last"] || flags["drop-others"];
  if (isFlagged && present.length === 0) throw new CliError("SIGNING_KEYS is not set.");
  const keys = flags["sign-with-last"]
    ? [...present.slice(-1), ...present.slice(0, -1)]
    : flags["drop-others"]
      ? present.slice(0, 1)
      : [...present, await createKey()];
  print(JSON.stringify({ keys }));
}

function parseKeys(text: string | undefined): PrivateJwk[] {
  if (!text) return [];
  const { data, error } = signingKeys.safeParse(text);
  if (data) return data;
  const problems = error.issues.map(
    ({ path, message }) => `${["SIGNING_KEYS", ...path].join(".")}: ${message}`,
  );
  throw new CliError(problems.join("; "));
}

/** Creates a private key, named by its thumbprint (RFC 7638). */
async function createKey(): Promise<PrivateJwk> {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const { kty, crv, x, y, d } = privateKey.export({ format: "jwk" });
  const kid = await sha256(JSON.stringify({ crv, kty, x, y }));
  return PrivateJwk.parse({ kty, crv, alg: "ES256", use: "sig", kid, x, y, d });
}
