import { useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { api, call } from "../api/client.ts";
import { queries } from "../data/client.ts";
import { useProjects, useTags } from "../data/names.ts";
import { useMay } from "../data/organizations.ts";
import { inScope, type Scope } from "../data/scope.ts";
import { t } from "../i18n/timer/index.ts";
import { toApiError } from "../ui/errors.ts";
import { toast } from "../ui/toast.tsx";
import { OptionList } from "./option-list.tsx";
import { type Option, optionsFor, optionsOf, type Suggestion, useSuggestions } from "./suggestions.ts";
import { withoutWord, wordAt } from "./text.ts";

interface DescriptionFieldProps {
  /** Scope whose projects and tags complete the text. */
  scope: Scope;
  value: string;
  /** Called with the typed text. */
  onInput: (value: string) => void;
  /** Called when `@name` was completed. The text is without it. */
  onProject: (id: string, text: string) => void;
  onTag: (id: string, text: string) => void;
  onSuggestion?: (suggestion: Suggestion) => void;
  /** Called on Enter without a chosen option. */
  onEnter?: () => void;
  onLeave?: () => void;
  inputRef?: (element: HTMLInputElement | null) => void;
  label: string;
  className?: string;
  id?: string;
}

/** Renders the field of a description, in which `@` and `#` complete a project or a tag. */
export function DescriptionField(props: DescriptionFieldProps) {
  const { scope, value, onInput, onEnter, onLeave, inputRef, label, className = "input" } = props;
  const listId = useId();
  const input = useRef<HTMLInputElement | null>(null);
  // A function as `ref` would be called with null in each rendering, in which effects may give the field the focus.
  useLayoutEffect(() => {
    inputRef?.(input.current);
    return () => inputRef?.(null);
  }, [inputRef]);
  const [caret, setCaret] = useState(value.length);
  const [isOpen, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const word = isOpen ? wordAt(value, caret) : undefined;
  const suggestions = useSuggestions(scope, value, isOpen && !word && props.onSuggestion !== undefined);
  const projects = useProjects(scope)?.filter(({ archived_at }) => archived_at === null) ?? [];
  const tags = useTags(scope) ?? [];
  const may = useMay(scope);
  const mayCreate = word && may(word.sign === "@" ? "projects:create" : "tags:create");
  const options = word ? optionsFor(word, projects, tags, mayCreate) : isOpen ? optionsOf(suggestions) : [];
  // Without a move to it, Enter chooses only a name that completes the word: nothing is created by accident.
  const isCompletion = word && (options[0]?.kind === "project" || options[0]?.kind === "tag");
  const chosen = active >= 0 ? active : isCompletion ? 0 : -1;

  const close = () => {
    setOpen(false);
    setActive(-1);
  };
  const follow = () => setCaret(input.current?.selectionStart ?? value.length);

  async function choose(option: Option) {
    const text = word ? withoutWord(value, word) : value;
    close();
    if (option.kind === "entry") props.onSuggestion?.(option.suggestion);
    if (option.kind === "project") props.onProject(option.project.id, text);
    if (option.kind === "tag") props.onTag(option.tag.id, text);
    if (option.kind === "new-project")
      await create("projects", option.name, scope, (id) => props.onProject(id, text));
    if (option.kind === "new-tag") await create("tags", option.name, scope, (id) => props.onTag(id, text));
  }

  function press(event: KeyboardEvent) {
    if (event.isComposing) return;
    const moves: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 };
    const move = moves[event.key];
    const option = options[chosen];
    if (move !== undefined) {
      event.preventDefault();
      setOpen(true);
      const count = options.length;
      if (count > 0) setActive((chosen + move + (chosen < 0 && move < 0 ? 1 : 0) + count) % count);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (option) void choose(option);
      else {
        close();
        onEnter?.();
      }
    } else if (event.key === "Tab" && option && word) {
      event.preventDefault();
      void choose(option);
    } else if (event.key === "Escape" && options.length > 0) {
      event.preventDefault();
      event.stopPropagation();
      close();
    }
  }

  return (
    <div class="suggesting">
      <input
        ref={input}
        class={className}
        id={props.id}
        type="text"
        role="combobox"
        aria-label={label}
        aria-autocomplete="list"
        aria-expanded={options.length > 0}
        aria-controls={listId}
        aria-activedescendant={options[chosen] ? `${listId}-${chosen}` : undefined}
        placeholder={label}
        autocomplete="off"
        maxLength={3000}
        value={value}
        onInput={(event) => {
          onInput(event.currentTarget.value);
          setCaret(event.currentTarget.selectionStart ?? 0);
          setActive(-1);
          setOpen(true);
        }}
        onKeyDown={press}
        onKeyUp={follow}
        onClick={() => {
          follow();
          setOpen(true);
        }}
        onBlur={() => {
          close();
          onLeave?.();
        }}
      />
      <OptionList
        id={listId}
        scope={scope}
        options={options}
        active={chosen}
        onChoose={(option) => void choose(option)}
      />
    </div>
  );
}

/** Creates a project or a tag. This needs a connection. */
async function create(
  kind: "projects" | "tags",
  name: string,
  scope: Scope,
  onCreated: (id: string) => void,
) {
  try {
    const { id } = await call(api.POST(`/${kind}`, { body: { name, ...inScope(scope) } }));
    await queries.invalidateQueries({ queryKey: [kind] });
    onCreated(id);
  } catch (thrown) {
    toast(t(`error.${toApiError(thrown).code}`));
  }
}
