import { readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, it } from "vitest";
import { parseSettings } from "../../src/core/config.ts";
import type * as Passkeys from "../../src/core/security/passkey.ts";
import { ROOT } from "../support/guides.ts";
import { ALGORITHMS, newAuthenticator } from "../support/passkey.ts";

/** Inside of the project, so that packages outside of the bundle are found. */
const OUT = join(ROOT, `dist/bundled-passkeys-${process.pid}.mjs`);
const CHALLENGE = "AAAA";
const USER = "00000000-0000-4000-8000-000000000000";
const settings = parseSettings({
  ENVIRONMENT: "development",
  AUTH_SECRET: "local-secret-of-the-tests-0123456789-abcdefghij",
  DATABASE_URL: "postgres://none",
});

/** Returns the replacements of modules in wrangler.toml, by the names with which they are imported. */
function readAliases(): Map<string, string> {
  const [, section = ""] =
    /^\[alias\]\n(.*?)^\[/ms.exec(readFileSync(join(ROOT, "wrangler.toml"), "utf8")) ?? [];
  return new Map([...section.matchAll(/^"(.+)" = "(.+)"$/gm)].map(([, from = "", to = ""]) => [from, to]));
}

let passkeys: typeof Passkeys;
beforeAll(async () => {
  const aliases = readAliases();
  await build({
    entryPoints: [join(ROOT, "src/core/security/passkey.ts")],
    outfile: OUT,
    bundle: true,
    format: "esm",
    platform: "node",
    external: ["@node-rs/argon2"],
    plugins: [
      {
        name: "aliases",
        setup: ({ onResolve }) =>
          onResolve({ filter: /.*/ }, ({ path }) => {
            const target = aliases.get(path);
            return target === undefined ? undefined : { path: join(ROOT, target) };
          }),
      },
    ],
  });
  passkeys = await import(/* @vite-ignore */ OUT);
});
afterAll(() => rm(OUT, { force: true }));

it.each(ALGORITHMS)("verifies passkeys with %s as bundled, and refuses a forged use", async (algorithm) => {
  const authenticator = await newAuthenticator(algorithm);
  const registered = await passkeys.readRegistration(
    settings,
    await authenticator.create({ challenge: CHALLENGE }),
  );
  const { credentialId = "", publicKey = "", signCount = 0 } = registered ?? {};
  const passkey = { id: "1", userId: USER, credentialId, publicKey, signCount };
  const expected = { challenge: CHALLENGE, verified: true };
  const use = await authenticator.get({ challenge: CHALLENGE }, USER);
  expect(await passkeys.readAssertion(settings, use, passkey, expected)).toMatchObject({ signCount: 1 });
  const forged = await authenticator.get({ challenge: CHALLENGE }, USER, { forged: true });
  expect(await passkeys.readAssertion(settings, forged, passkey, expected)).toBeUndefined();
});
