import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "./icon.tsx";

type Kind = "info" | "success" | "warning" | "danger";

const ICONS: Record<Kind, IconName> = { info: "info", success: "check", warning: "alert", danger: "alert" };

/** Renders a message in a colored box. A danger is announced. */
export function Notice({ kind = "info", children }: { kind?: Kind; children: ComponentChildren }) {
  return (
    <div class="notice" data-kind={kind} role={kind === "danger" ? "alert" : undefined}>
      <Icon name={ICONS[kind]} />
      <div class="stack tight">{children}</div>
    </div>
  );
}
