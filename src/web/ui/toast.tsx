import { useEffect, useRef, useState } from "preact/hooks";

const SHOWN_MS = 6_000;

let show: (text: string) => void = () => {};

/** Shows a short message, which is also announced. */
export const toast = (text: string): void => show(text);

/** Renders the place of short messages. As a popover that opens again with each message, it is above dialogs as well. */
export function Toasts() {
  const [text, setText] = useState("");
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    show = (next) => {
      place.current?.hidePopover();
      place.current?.showPopover();
      setText(next);
      clearTimeout(timer);
      timer = setTimeout(() => setText(""), SHOWN_MS);
    };
    return () => clearTimeout(timer);
  }, []);
  return (
    <div ref={place} class="toasts" role="status" popover="manual">
      {text && <div>{text}</div>}
    </div>
  );
}
