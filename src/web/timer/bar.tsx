import "../styles/timer.css";
import { useEffect } from "preact/hooks";
import { useRunning } from "../data/entries.ts";
import { useProjects, useTags } from "../data/names.ts";
import { missingFrom } from "../data/outbox/changes.ts";
import { closeOutbox, useOutbox } from "../data/outbox/outbox.ts";
import { startOutbox } from "../data/outbox/start.ts";
import { scopeOf, useScope } from "../data/scope.ts";
import { type User, useSession } from "../data/session.ts";
import { t } from "../i18n/timer/index.ts";
import { useScopeName } from "../scope/names.ts";
import { Button } from "../ui/button.tsx";
import { toApiError } from "../ui/errors.ts";
import { describeDuration } from "../ui/format.ts";
import { Icon } from "../ui/icon.tsx";
import { toast } from "../ui/toast.tsx";
import { editEntry, setTimerField, startTimer, stopTimer } from "./actions.ts";
import { useLastEvent } from "./announcer.ts";
import { attempt } from "./attempt.ts";
import { Chips } from "./chips.tsx";
import { DescriptionField } from "./description-field.tsx";
import { type Draft, EMPTY, useDraft } from "./draft.ts";
import { titleOf } from "./entry/names.tsx";
import { OutboxLine } from "./outbox-line.tsx";
import { StartButton } from "./start-button.tsx";
import type { Suggestion } from "./suggestions.ts";
import { useRunningTitle } from "./tab.ts";
import { asWritten, understand } from "./text.ts";

/** Renders the timer, which every page has. */
export default function TimerBar({ user }: { user: User }) {
  const running = useRunning();
  const { offlineSince, changes } = useOutbox();
  useEffect(() => {
    void startOutbox(user.id);
    return closeOutbox;
  }, [user.id]);
  useRunningTitle(running ?? undefined);
  const present = useScope();
  const [draft, setDraft] = useDraft(user.id, present, running ?? undefined);
  // The running entry stays in its scope when the page shows another one.
  const scope = running ? scopeOf(running) : present;
  const place = useScopeName(scope);
  const projects = useProjects(scope) ?? [];
  const tags = useTags(scope) ?? [];

  /** Shows other values, and keeps them if an entry runs. */
  function change(values: Partial<Draft>) {
    const next = { ...draft, ...values };
    if (!running) return setDraft(next);
    const base = { ...running, description: next.typedOver ?? running.description };
    const changed = missingFrom(base, valuesOf(next));
    const text = "description" in changed ? next.text : running.description;
    setDraft({ ...next, text, isTyped: false, typedOver: undefined });
    void attempt(editEntry(base, changed));
  }

  /** Returns the typed text, with the names in it as a project and tags. */
  function valuesOf({ text, projectId, tagIds, taskId, isTyped }: Draft) {
    // A text that was chosen or saved before keeps its meaning.
    const understood = isTyped ? understand(text, projects, tags) : asWritten(text);
    const { description, projectId: named, tagIds: others } = understood;
    return {
      description,
      project_id: named ?? projectId,
      task_id: named && named !== projectId ? null : taskId,
      tag_ids: [...new Set([...tagIds, ...others])],
    };
  }

  async function start(startedAt?: number) {
    // The running entry then fills the fields.
    setDraft(EMPTY);
    try {
      await startTimer({ ...valuesOf(draft), scope }, startedAt);
    } catch (thrown) {
      setDraft(draft);
      toast(t(`error.${toApiError(thrown).code}`));
    }
  }

  const suggest = ({ description, project_id, task_id, tag_ids }: Suggestion) =>
    change({
      text: description,
      projectId: project_id,
      taskId: task_id,
      tagIds: tag_ids,
      isTyped: false,
    });

  return (
    <section class="timer" aria-label={t("timer.title")} data-running={running ? true : undefined}>
      <div class="timer-row">
        <DescriptionField
          scope={scope}
          value={draft.text}
          label={t("timer.field")}
          className="timer-field"
          inputRef={setTimerField}
          onInput={(text) =>
            setDraft({
              ...draft,
              text,
              isTyped: true,
              typedOver: draft.isTyped ? draft.typedOver : running?.description,
            })
          }
          onProject={(projectId, text) => change({ projectId, taskId: null, text })}
          onTag={(id, text) => change({ tagIds: [...new Set([...draft.tagIds, id])], text })}
          onSuggestion={suggest}
          onEnter={() => (running ? change({}) : void start())}
          onLeave={() => running && draft.isTyped && change({})}
        />
        <Chips
          scope={scope}
          place={running ? place : undefined}
          projectId={draft.projectId}
          tagIds={draft.tagIds}
          onRemoveProject={() => change({ projectId: null, taskId: null })}
          onRemoveTag={(id) => change({ tagIds: draft.tagIds.filter((other) => other !== id) })}
        />
        <StartButton running={running ?? undefined} onStart={(at) => void start(at)} />
        {running ? (
          <Button look="danger-quiet" onClick={() => void stopTimer()}>
            <Icon name="stop" />
            {t("timer.stop")}
          </Button>
        ) : (
          <Button look="primary" onClick={() => void start()}>
            <Icon name="play" />
            {t("timer.start")}
          </Button>
        )}
      </div>
      <Announcement />
      <OutboxLine changes={changes} offlineSince={offlineSince} zone={useZone()} />
    </section>
  );
}

/** Returns the zone of the user's days. */
const useZone = (): string => useSession().data?.settings?.timezone ?? "UTC";

/** Announces the timer's last action. */
function Announcement() {
  const event = useLastEvent();
  if (!event) return <div class="visually-hidden" role="status" />;
  const { did, entry } = event;
  const seconds = (Date.parse(entry.ended_at ?? entry.started_at) - Date.parse(entry.started_at)) / 1000;
  const what = titleOf(entry);
  return (
    <div class="visually-hidden" role="status">
      {did === "started"
        ? t("timer.started", { what })
        : t("timer.stopped", { what, duration: describeDuration(seconds) })}
    </div>
  );
}
