import { t } from "../i18n/index.ts";
import { toApiError } from "../ui/errors.ts";
import { toast } from "../ui/toast.tsx";

/** Waits for a change, and tells if it fails. Returns whether it succeeded. */
export async function attempt(change: Promise<unknown>): Promise<boolean> {
  try {
    await change;
    return true;
  } catch (thrown) {
    toast(t(`error.${toApiError(thrown).code}`));
    return false;
  }
}
