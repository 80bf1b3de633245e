import { verifyPassword } from "../../../src/core/security/password.ts";

const PARAMETERS = { memoryKib: 19_456, iterations: 2, parallelism: 1 };
const HASH =
  "$argon2id$v=19$m=19456,t=2,p=1$AAECAwQFBgcICQoLDA0ODw$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/** Nothing but the hash that a sign-in makes: what a sign-in is measured against. */
export default {
  fetch: () => Response.json(verifyPassword("correct horse battery staple", HASH, PARAMETERS)),
} satisfies ExportedHandler;
