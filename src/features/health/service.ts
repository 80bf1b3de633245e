import type { Scope } from "../../core/context.ts";
import { describeError } from "../../core/errors.ts";
import { log } from "../../core/logger.ts";
import * as repository from "./repository.ts";

/** The database's version, such as "18.6", or null if it does not answer; why not is for the log only. */
export async function databaseVersion({ db, settings }: Scope): Promise<string | null> {
  try {
    return await repository.serverVersion(db);
  } catch (error) {
    log(settings, "error", "health", "The database does not answer", { cause: describeError(error) });
    return null;
  }
}
