import type { ComponentChildren, JSX } from "preact";

export type Look = "primary" | "secondary" | "danger" | "danger-quiet" | "quiet" | "link";

type ButtonProps = Omit<JSX.IntrinsicElements["button"], "ref" | "class"> & {
  look?: Look;
  /** Set while what the button does is under way: another click does nothing. */
  isBusy?: boolean;
  isWide?: boolean;
  isIcon?: boolean;
  children?: ComponentChildren;
};

/** Renders a button. While it is busy, it keeps the focus. */
export function Button({
  look = "secondary",
  isBusy = false,
  isWide = false,
  isIcon = false,
  onClick,
  children,
  ...rest
}: ButtonProps) {
  const looks = ["button", `button-${look}`, isWide && "button-wide", isIcon && "button-icon"];
  return (
    <button
      type="button"
      class={looks.filter(Boolean).join(" ")}
      aria-disabled={isBusy || undefined}
      onClick={isBusy ? (event) => event.preventDefault() : onClick}
      {...rest}
    >
      {isBusy && <span class="spinner" aria-hidden="true" />}
      {children}
    </button>
  );
}
