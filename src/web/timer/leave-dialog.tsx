import { useOutbox, waitingChanges } from "../data/outbox/outbox.ts";
import { clearChanges } from "../data/outbox/store.ts";
import { signOut } from "../data/session.ts";
import { t } from "../i18n/timer/index.ts";
import { Dialog, DialogButtons } from "../ui/dialog.tsx";
import { Choice } from "../ui/field.tsx";
import { Form } from "../ui/form.tsx";

/** Returns whether changes wait to be sent, so that a sign-out must ask. */
export const hasWaitingChanges = (): boolean => waitingChanges().length > 0;

/** Deletes what this app stored. Browsers obey the answer to a sign-out only over https and on localhost. */
async function forgetAll(): Promise<void> {
  localStorage.clear();
  sessionStorage.clear();
  await clearChanges();
}

/** Renders the question of a sign-out while changes wait. */
export function LeaveDialog({ onClose }: { onClose: () => void }) {
  const { changes } = useOutbox();
  return (
    <Dialog title={t("leave.title")} onClose={onClose}>
      <p>{t("outbox.waiting", { count: changes.length })}</p>
      <Form onSubmit={({ fate }) => signOut(fate === "delete" ? forgetAll : undefined)}>
        <Choice
          name="fate"
          label={t("leave.what")}
          value="keep"
          options={[
            { value: "keep", text: t("leave.keep"), hint: t("leave.keep_hint") },
            { value: "delete", text: t("leave.delete"), hint: t("leave.delete_hint") },
          ]}
        />
        <DialogButtons onClose={onClose}>{t("leave.action")}</DialogButtons>
      </Form>
    </Dialog>
  );
}
