import { ApiError } from "../api/errors.ts";
import { Dialog, DialogButtons } from "./dialog.tsx";
import { TextField } from "./field.tsx";
import { Form, type Values } from "./form.tsx";

/** Renders a dialog before a deletion of much, which the user confirms by typing a name. */
export function TypedConfirmDialog({
  title,
  explanation,
  name,
  texts,
  onConfirm,
  onClose,
}: {
  title: string;
  explanation: string;
  /** The name to be typed. */
  name: string;
  texts: { label: string; mismatch: string; action: string };
  onConfirm: () => Promise<unknown>;
  onClose: () => void;
}) {
  async function confirm({ confirmation = "" }: Values) {
    if (confirmation.trim() !== name)
      throw new ApiError("VALIDATION_ERROR", {
        details: [{ field: "confirmation", message: texts.mismatch, type: "custom" }],
      });
    await onConfirm();
  }
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{explanation}</p>
      <Form onSubmit={confirm}>
        <TextField
          name="confirmation"
          label={texts.label}
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          required
          isFirst
        />
        <DialogButtons look="danger" onClose={onClose}>
          {texts.action}
        </DialogButtons>
      </Form>
    </Dialog>
  );
}
