import { ApiError } from "../../api/errors.ts";

/** Runs a change of a name or an address. One that is taken is an error at its field. */
export async function withTaken<Result>(
  field: string,
  message: string,
  change: () => Promise<Result>,
): Promise<Result> {
  try {
    return await change();
  } catch (thrown) {
    if (!(thrown instanceof ApiError) || thrown.code !== "RESOURCE_ALREADY_EXISTS") throw thrown;
    throw new ApiError("VALIDATION_ERROR", { details: [{ field, message, type: "taken" }] });
  }
}
