import { useEffect } from "preact/hooks";
import type { Entry } from "../data/outbox/changes.ts";
import { formatDuration } from "../ui/format.ts";
import { setTitle } from "../ui/title.ts";
import { useNow } from "./clock.ts";
import { titleOf } from "./entry/names.tsx";

const ICONS = { idle: "/app/icon.svg", running: "/app/icon-running.svg" };

function showIcon(href: string): void {
  const link = document.querySelector<HTMLLinkElement>("link[rel=icon]");
  if (link && link.getAttribute("href") !== href) link.href = href;
}

/** Shows the running entry in the tab's title and icon. The title changes once a minute. */
export function useRunningTitle(running: Entry | undefined): void {
  const now = useNow(running !== undefined);
  const seconds = running ? (now - Date.parse(running.started_at)) / 1000 : 0;
  const text = running ? `${formatDuration(seconds)} ${titleOf(running)}` : "";
  useEffect(() => {
    setTitle("running", text);
    showIcon(running ? ICONS.running : ICONS.idle);
  }, [text]);
  useEffect(
    () => () => {
      setTitle("running", "");
      showIcon(ICONS.idle);
    },
    [],
  );
}
