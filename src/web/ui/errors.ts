import { ApiError } from "../api/errors.ts";

/** Returns an error as one of the API's. An error of the page itself is written to the console. */
export function toApiError(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown;
  console.error(thrown);
  return new ApiError("INTERNAL_SERVER_ERROR");
}
