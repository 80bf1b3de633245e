import type { ComponentChildren, TargetedEvent } from "preact";
import { useContext, useId, useLayoutEffect, useState } from "preact/hooks";
import { t } from "../i18n/index.ts";
import { Problems } from "./form.tsx";
import { Icon } from "./icon.tsx";

interface FieldProps {
  name: string;
  label: string;
  hint?: string | undefined;
}

/** Attributes that a field passes to its input. */
interface InputAttributes {
  type?: "text" | "email" | "time" | "number" | "date";
  inputMode?: "numeric" | "decimal";
  autocomplete?: string;
  autocapitalize?: "off";
  spellcheck?: boolean;
  required?: boolean;
  minLength?: number;
  maxLength?: number;
  min?: number;
  max?: number;
  step?: "any";
  defaultValue?: string;
}

type InputProps = FieldProps &
  InputAttributes & {
    /** Set for the field in which the user begins. */
    isFirst?: boolean;
  };

/** Attributes that connect an input with its label, hint and problem. */
type Connections = Record<string, string | boolean | undefined>;

/** Renders the label, hint and problem of a field around its control. */
function Frame({
  name,
  label,
  hint,
  isFirst = false,
  render,
}: FieldProps & { isFirst?: boolean; render: (attributes: Connections) => ComponentChildren }) {
  const id = useId();
  // Before the field is shown, so that no key pressed right then is lost.
  useLayoutEffect(() => {
    if (isFirst) document.getElementById(id)?.focus();
  }, []);
  const problem = useContext(Problems)[name];
  const describedBy = [hint && `${id}-hint`, problem && `${id}-problem`].filter(Boolean).join(" ");
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {render({
        id,
        name,
        "aria-invalid": problem ? true : undefined,
        "aria-describedby": describedBy || undefined,
        // A dialog gives it the focus when it opens.
        "data-first": isFirst || undefined,
      })}
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {problem && (
        <p class="problem" id={`${id}-problem`}>
          <Icon name="alert" />
          {problem}
        </p>
      )}
    </div>
  );
}

/** Renders a text field. */
export function TextField({ name, label, hint, isFirst, ...rest }: InputProps) {
  return (
    <Frame
      name={name}
      label={label}
      hint={hint}
      isFirst={isFirst}
      render={(attributes) => <input class="input" {...(rest as object)} {...attributes} />}
    />
  );
}

/** Renders a field for a code of digits or a recovery code. */
export function CodeField({ name, label, hint, isFirst, ...rest }: InputProps) {
  return (
    <Frame
      name={name}
      label={label}
      hint={hint}
      isFirst={isFirst}
      render={(attributes) => (
        <input
          class="input input-code"
          type="text"
          autocapitalize="off"
          spellcheck={false}
          required
          {...(rest as object)}
          {...attributes}
        />
      )}
    />
  );
}

/** Renders a password field, whose text can be shown. */
export function PasswordField({ name, label, hint, isFirst, ...rest }: InputProps) {
  const [isShown, setShown] = useState(false);
  return (
    <Frame
      name={name}
      label={label}
      hint={hint}
      isFirst={isFirst}
      render={(attributes) => (
        <div class="input-group">
          <input
            class="input"
            autocapitalize="off"
            spellcheck={false}
            required
            {...(rest as object)}
            {...({ type: isShown ? "text" : "password" } as object)}
            {...attributes}
          />
          <button
            type="button"
            class="button button-quiet small"
            aria-pressed={isShown}
            aria-label={t("field.show_password", { name: label })}
            onClick={() => setShown(!isShown)}
          >
            {isShown ? t("field.hide") : t("field.show")}
          </button>
        </div>
      )}
    />
  );
}

/** Renders the field by which password managers know whose password a form has. It is not shown. */
export const UsernameField = ({ username }: { username: string }) => (
  <input type="text" autocomplete="username" value={username} readOnly hidden />
);

/** Renders a list to choose one value from. */
export function SelectField({
  name,
  label,
  hint,
  options,
  value,
  onChange,
}: FieldProps & {
  options: readonly (readonly [value: string, text: string])[];
  /** The option that is chosen at first. */
  value: string;
  onChange?: (value: string) => void;
}) {
  return (
    <Frame
      name={name}
      label={label}
      hint={hint}
      render={(attributes) => (
        <select
          class="input"
          onChange={(event: TargetedEvent<HTMLSelectElement>) => onChange?.(event.currentTarget.value)}
          {...attributes}
        >
          {options.map(([option, text]) => (
            <option key={option} value={option} selected={option === value}>
              {text}
            </option>
          ))}
        </select>
      )}
    />
  );
}

/** Renders a box to tick. */
export function Checkbox({
  name,
  label,
  hint,
  isTicked = false,
  onChange,
}: FieldProps & { isTicked?: boolean | undefined; onChange?: (isTicked: boolean) => void }) {
  const id = useId();
  return (
    <div class="check">
      <input
        id={id}
        name={name}
        type="checkbox"
        aria-describedby={hint ? `${id}-hint` : undefined}
        defaultChecked={isTicked}
        onChange={(event: TargetedEvent<HTMLInputElement>) => onChange?.(event.currentTarget.checked)}
      />
      <label for={id}>{label}</label>
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}

/** Renders a choice of which each option is explained. */
export function Choice({
  name,
  label,
  options,
  value,
}: {
  name: string;
  label: string;
  options: readonly { value: string; text: string; hint?: string }[];
  value: string | undefined;
}) {
  const id = useId();
  return (
    <fieldset class="field">
      <legend>{label}</legend>
      <div class="choice">
        {options.map((option) => (
          <div key={option.value}>
            <input
              id={`${id}-${option.value}`}
              type="radio"
              name={name}
              value={option.value}
              defaultChecked={option.value === value}
              aria-describedby={option.hint ? `${id}-${option.value}-hint` : undefined}
            />
            <label for={`${id}-${option.value}`}>{option.text}</label>
            {option.hint && (
              <p class="hint" id={`${id}-${option.value}-hint`}>
                {option.hint}
              </p>
            )}
          </div>
        ))}
      </div>
    </fieldset>
  );
}
