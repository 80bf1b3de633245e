import { useEffect, useRef, useState } from "preact/hooks";
import type { Entry } from "../data/outbox/changes.ts";
import type { Scope } from "../data/scope.ts";

/** Values of the fields of the timer. */
export interface Draft {
  text: string;
  projectId: string | null;
  taskId: string | null;
  tagIds: string[];
  /** Set once the user types, so that the text is neither that of the running entry nor one of an entry before. */
  isTyped: boolean;
  /** Description of the running entry before the user began to type: a change of another device in the meantime is compared with it. */
  typedOver?: string | undefined;
}

export const EMPTY: Draft = { text: "", projectId: null, taskId: null, tagIds: [], isTyped: false };

const keyOf = (userId: string, scope: Scope) =>
  scope === null ? `timer-draft-${userId}` : `timer-draft-${userId}-${scope}`;

/** Returns the text that the user typed before a sign-in or a reload. */
function readDraft(key: string): Draft {
  try {
    return { ...EMPTY, ...JSON.parse(sessionStorage.getItem(key) ?? "{}") };
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
 * Returns the content of the timer: the running entry, or the fields of the next one in a scope. A change of the running entry elsewhere
 * replaces the content, except the text while it is being typed.
 */
export function useDraft(
  userId: string,
  scope: Scope,
  running: Entry | undefined,
): [Draft, (draft: Draft) => void] {
  const key = keyOf(userId, scope);
  const [draft, setDraft] = useState(() => readDraft(key));
  const shownKey = useRef(key);
  const shownFor = useRef<string | undefined>(undefined);
  const present = running && JSON.stringify(draftOf(running));
  useEffect(() => {
    if (running) {
      const isSame = shownFor.current === running.id;
      setDraft((before) => ({
        ...draftOf(running),
        ...(isSame && before.isTyped && { text: before.text, isTyped: true, typedOver: before.typedOver }),
      }));
    } else if (shownFor.current) setDraft(EMPTY);
    shownFor.current = running?.id;
  }, [running?.id, present]);
  useEffect(() => {
    // Each scope has a draft of its own, whose project and tags are in the scope.
    if (shownKey.current !== key && !running) setDraft(readDraft(key));
    shownKey.current = key;
  }, [key]);
  useEffect(() => {
    sessionStorage.setItem(key, JSON.stringify(running ? EMPTY : draft));
  }, [draft, running]);
  return [draft, setDraft];
}
