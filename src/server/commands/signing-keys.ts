import { printSigningKeys } from "../../cli/signing-keys.ts";
import { readEnvironment } from "./command-database.ts";

/** Prints a new value of SIGNING_KEYS, made from the present one. @throws CliError for invalid keys */
export async function signingKeys(args: string[]): Promise<void> {
  await printSigningKeys("node dist/server.js signing-keys", args, readEnvironment().SIGNING_KEYS);
}
