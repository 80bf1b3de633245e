import { useEffect, useRef, useState } from "preact/hooks";
import type { Entry } from "../data/outbox/changes.ts";

/** Values of the fields of the timer. */
export interface Draft {
  text: string;
  projectId: string | null;
  taskId: string | null;
  tagIds: string[];
  /** Set once the user types, so that the text is neither that of the running entry nor one of an entry before. */
  isTyped: boolean;
}

export const EMPTY: Draft = { text: "", projectId: null, taskId: null, tagIds: [], isTyped: false };

const keyOf = (userId: string) => `timer-draft-${userId}`;

/** Returns the text that the user typed before a sign-in or a reload. */
function readDraft(userId: string): Draft {
  try {
    return { ...EMPTY, ...JSON.parse(sessionStorage.getItem(keyOf(userId)) ?? "{}") };
  } catch {
    return EMPTY;
  }
}

const draftOf = ({ description, project_id, task_id, tag_ids }: Entry): Draft => ({
  text: description,
  projectId: project_id,
  taskId: task_id,
  tagIds: tag_ids,
  isTyped: false,
});

/**
 * Returns what the timer shows: the running entry, or what is typed for the next one. A change of the running entry elsewhere replaces what
 * is shown, except the text while it is being typed.
 */
export function useDraft(userId: string, running: Entry | undefined): [Draft, (draft: Draft) => void] {
  const [draft, setDraft] = useState(() => readDraft(userId));
  const shownFor = useRef<string | undefined>(undefined);
  const present = running && JSON.stringify(draftOf(running));
  useEffect(() => {
    if (running) {
      const isSame = shownFor.current === running.id;
      setDraft((before) => ({
        ...draftOf(running),
        ...(isSame && before.isTyped && { text: before.text, isTyped: true }),
      }));
    } else if (shownFor.current) setDraft(EMPTY);
    shownFor.current = running?.id;
  }, [running?.id, present]);
  useEffect(() => {
    sessionStorage.setItem(keyOf(userId), JSON.stringify(running ? EMPTY : draft));
  }, [draft, running]);
  return [draft, setDraft];
}
