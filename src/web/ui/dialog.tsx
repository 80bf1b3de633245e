import type { ComponentChildren, JSX } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../i18n/index.ts";
import { Button, type Look } from "./button.tsx";
import { Form, Submit } from "./form.tsx";

interface DialogProps {
  title: string;
  /** Called when the user closes it, also with Escape. */
  onClose: () => void;
  children: ComponentChildren;
  look?: "drawer" | "palette" | "wide";
  /** False for a dialog that is rendered before it opens. */
  isOpen?: boolean;
}

/**
 * Renders a modal dialog. The browser keeps the focus in it; then the element that opened it gets the focus back. The palette
 * must answer within 100 ms, so it opens as a popover: showModal() makes the page inert, and the browser then computes all its styles again.
 */
export function Dialog({ title, onClose, children, look, isOpen = true }: DialogProps) {
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  const isPopover = look === "palette";
  useLayoutEffect(() => {
    if (!isOpen) return;
    const element = dialog.current;
    const opener = document.activeElement;
    if (isPopover) element?.showPopover();
    else element?.showModal();
    element?.querySelector<HTMLElement>("[data-first]")?.focus();
    return () => {
      if (isPopover) element?.hidePopover();
      else element?.close();
      // A dialog that is removed doesn't give the focus back.
      if (opener instanceof HTMLElement) opener.focus();
    };
  }, [isOpen]);
  return (
    <dialog
      ref={dialog}
      class={look}
      aria-labelledby={id}
      {...(isPopover && asPopover(onClose))}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <div class="dialog-body">
        <h2 id={id} class={look ? "visually-hidden" : undefined}>
          {title}
        </h2>
        {children}
      </div>
    </dialog>
  );
}

/** Returns the attributes of a dialog that opens as a popover. It has one field, which keeps the focus. */
const asPopover = (onClose: () => void): JSX.IntrinsicElements["dialog"] => ({
  popover: "auto",
  "aria-modal": true,
  // The event of a dialog that was removed comes after the next one has opened.
  onToggle: ({ newState, currentTarget }) => newState === "closed" && currentTarget.isConnected && onClose(),
  onClick: ({ target, currentTarget }) => target === currentTarget && onClose(),
  onMouseDown: (event) => event.target instanceof HTMLInputElement || event.preventDefault(),
  onKeyDown: (event) => event.key === "Tab" && event.preventDefault(),
});

/** Renders the buttons at the end of a form in a dialog. */
export function DialogButtons({
  onClose,
  look = "primary",
  children,
}: {
  onClose: () => void;
  look?: Look;
  children: ComponentChildren;
}) {
  return (
    <div class="row row-end">
      <Button onClick={onClose}>{t("action.cancel")}</Button>
      <Submit look={look}>{children}</Submit>
    </div>
  );
}

/** Renders a dialog that asks before something that can't be undone. */
export function ConfirmDialog({
  title,
  action,
  onConfirm,
  onClose,
  children,
}: {
  title: string;
  action: string;
  onConfirm: () => Promise<unknown>;
  onClose: () => void;
  children: ComponentChildren;
}) {
  return (
    <Dialog title={title} onClose={onClose}>
      <Form
        onSubmit={async () => {
          await onConfirm();
          onClose();
        }}
      >
        {children}
        <DialogButtons look="danger" onClose={onClose}>
          {action}
        </DialogButtons>
      </Form>
    </Dialog>
  );
}
