import { useEffect, useState } from "preact/hooks";

const SHOWN_MS = 6_000;

let show: (text: string) => void = () => {};

/** Shows a short message, which is also announced. */
export const toast = (text: string): void => show(text);

/** Renders the place of short messages. It is above a dialog as well. */
export function Toasts() {
  const [text, setText] = useState("");
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    show = (next) => {
      setText(next);
      clearTimeout(timer);
      timer = setTimeout(() => setText(""), SHOWN_MS);
    };
    return () => clearTimeout(timer);
  }, []);
  return (
    <div class="toasts" role="status">
      {text && <div>{text}</div>}
    </div>
  );
}
