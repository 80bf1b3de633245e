import { generateKeyPairSync } from "node:crypto";
import { sha256 } from "../../core/security/encoding.ts";
import { PrivateJwk, signingKeys } from "../../core/security/signing-keys.ts";
import { parseFlags } from "../flags.ts";
import { CliError, print, run } from "../output.ts";

const USAGE = "npm run -s signing-keys -- [--sign-with-last | --drop-others]";
const HELP = `Prints a value for the secret SIGNING_KEYS, made of the present one in the environment.

Usage: ${USAGE}

  (no flag)          adds a new key at the end: it is published, and does not sign yet
  --sign-with-last   puts the last key first: it signs, the others still verify
  --drop-others      keeps the first key only

What it prints is secret. docs/operations.md says when to take which step.`;

await run(async () => {
  const flags = parseFlags(
    {
      "sign-with-last": { type: "boolean", default: false },
      "drop-others": { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
    USAGE,
  );
  if (flags.help) return print(HELP);
  if (flags["sign-with-last"] && flags["drop-others"])
    throw new CliError(
      `--sign-with-last and --drop-others are two steps: take one at a time. Usage: ${USAGE}`,
    );
  const present = presentKeys();
  const isFlagged = flags["sign-with-last"] || flags["drop-others"];
  if (isFlagged && present.length === 0) throw new CliError("There is no SIGNING_KEYS in the environment.");
  const keys = flags["sign-with-last"]
    ? [...present.slice(-1), ...present.slice(0, -1)]
    : flags["drop-others"]
      ? present.slice(0, 1)
      : [...present, await createKey()];
  print(JSON.stringify({ keys }));
});

function presentKeys(): PrivateJwk[] {
  const { SIGNING_KEYS: text } = process.env;
  if (!text) return [];
  const { data, error } = signingKeys.safeParse(text);
  if (data) return data;
  const problems = error.issues.map(
    ({ path, message }) => `${["SIGNING_KEYS", ...path].join(".")}: ${message}`,
  );
  throw new CliError(problems.join("; "));
}

/** A new private key, named by its thumbprint (RFC 7638). */
async function createKey(): Promise<PrivateJwk> {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const { kty, crv, x, y, d } = privateKey.export({ format: "jwk" });
  const kid = await sha256(JSON.stringify({ crv, kty, x, y }));
  return PrivateJwk.parse({ kty, crv, alg: "ES256", use: "sig", kid, x, y, d });
}
