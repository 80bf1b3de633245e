import { t } from "../../i18n/timer/index.ts";
import { Icon } from "../../ui/icon.tsx";
import type { Texts } from "./times.ts";

type Name = "day" | "start" | "end" | "duration";

const NAMES: readonly Name[] = ["day", "start", "end", "duration"];

/** Renders the fields of an entry's times. The end and the duration follow each other. */
export function TimeFields({
  id,
  texts,
  problems,
  onChange,
}: {
  id: string;
  texts: Texts;
  problems: readonly Name[];
  onChange: (name: Name, value: string) => void;
}) {
  return (
    <div class="editor-times">
      {NAMES.map((name) => {
        const isWrong = problems.includes(name);
        return (
          <div key={name} class="field">
            <label for={`${id}-${name}`}>{t(`entry.${name}`)}</label>
            <input
              id={`${id}-${name}`}
              class="input"
              {...({ type: name === "day" ? "date" : "text" } as object)}
              autocomplete="off"
              value={texts[name]}
              aria-invalid={isWrong || undefined}
              aria-describedby={isWrong ? `${id}-${name}-problem` : undefined}
              onInput={(event) => onChange(name, event.currentTarget.value)}
            />
            {isWrong && (
              <p class="problem" id={`${id}-${name}-problem`}>
                <Icon name="alert" />
                {name === "duration" ? t("entry.bad_duration") : t("entry.bad_time")}
              </p>
            )}
          </div>
        );
      })}
    </div>
  );
}
