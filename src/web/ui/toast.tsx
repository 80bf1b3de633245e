import { useEffect, useRef, useState } from "preact/hooks";

const SHOWN_MS = 6_000;
/** Time to decide on an action, after which another way to it remains. */
const OFFERED_MS = 12_000;

/** An offer of a message, such as an undo. */
interface Action {
  label: string;
  run: () => unknown;
}

interface Message {
  text: string;
  action?: Action | undefined;
}

let show: (message?: Message) => void = () => {};

/** Shows a short message, which is also announced, and may offer an action. */
export const toast = (text: string, action?: Action): void => show({ text, action });

/** Hides the message, such as one to a user who has left. */
export const hideToast = (): void => show();

/** Renders the place of short messages. As a popover that opens again with each message, it is above dialogs as well. */
export function Toasts() {
  const [message, setMessage] = useState<Message>();
  const place = useRef<HTMLDivElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const hideLater = (shown: Message) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setMessage(undefined), shown.action ? OFFERED_MS : SHOWN_MS);
  };
  useEffect(() => {
    show = (next) => {
      place.current?.hidePopover();
      setMessage(next);
      if (!next) return;
      place.current?.showPopover();
      hideLater(next);
    };
    return () => clearTimeout(timer.current);
  }, []);
  const { text, action } = message ?? {};
  return (
    <div
      ref={place}
      class="toasts"
      role="status"
      popover="manual"
      onFocusIn={() => clearTimeout(timer.current)}
      onFocusOut={() => message && hideLater(message)}
    >
      {text && (
        <div>
          {text}
          {action && (
            <button
              type="button"
              onClick={() => {
                setMessage(undefined);
                void action.run();
              }}
            >
              {action.label}
            </button>
          )}
        </div>
      )}
    </div>
  );
}
