import { useOutbox, waitingChanges } from "../data/outbox/outbox.ts";
import { hasOthersChanges, removeChangesOf } from "../data/outbox/store.ts";
import { signOut, useUser } from "../data/session.ts";
import { t } from "../i18n/timer/index.ts";
import { Dialog, DialogButtons } from "../ui/dialog.tsx";
import { Choice } from "../ui/field.tsx";
import { Form } from "../ui/form.tsx";

/** Returns whether changes wait to be sent, so that a sign-out must ask. */
export const hasWaitingChanges = (): boolean => waitingChanges().length > 0;

/** Signs out, and deletes the app's stored data except the waiting changes of other users. */
async function leaveWithout(userId: string): Promise<void> {
  const hasOthers = await hasOthersChanges(userId);
  // Browsers obey the answer to a sign-out only over https and on localhost.
  const forget = async () => {
    localStorage.clear();
    sessionStorage.clear();
    const removed = removeChangesOf(userId);
    // The browser may already have deleted them.
    await (hasOthers ? removed : removed.catch(() => {}));
  };
  await signOut(forget, !hasOthers);
}

/** Renders the question of a sign-out while changes wait. */
export function LeaveDialog({ onClose }: { onClose: () => void }) {
  const { changes } = useOutbox();
  const user = useUser();
  return (
    <Dialog title={t("leave.title")} onClose={onClose}>
      <p>{t("outbox.waiting", { count: changes.length })}</p>
      <Form onSubmit={({ fate }) => (fate === "delete" ? leaveWithout(user.id) : signOut())}>
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
