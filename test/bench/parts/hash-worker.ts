import { verifyPassword } from "../../../src/core/security/password.ts";

const PARAMETERS = { memoryKib: 19_456, iterations: 2, parallelism: 1 };
const HASH =
  "$argon2id$v=19$m=19456,t=2,p=1$AAECAwQFBgcICQoLDA0ODw$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/** A Worker that only computes the password hash of a sign-in, as the reference for sign-ins. */
export default {
  fetch: async () => Response.json(await verifyPassword("correct horse battery staple", HASH, PARAMETERS)),
} satisfies ExportedHandler;
