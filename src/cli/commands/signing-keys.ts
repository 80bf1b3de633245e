import { run } from "../output.ts";
import { printSigningKeys } from "../signing-keys.ts";

await run(() =>
  printSigningKeys("npm run -s signing-keys --", process.argv.slice(2), process.env.SIGNING_KEYS),
);
