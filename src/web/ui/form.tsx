import { type ComponentChildren, createContext } from "preact";
import { useContext, useEffect, useRef, useState } from "preact/hooks";
import type { ApiError } from "../api/errors.ts";
import { t } from "../i18n/index.ts";
import { Button, type Look } from "./button.tsx";
import { ErrorNotice } from "./error-notice.tsx";
import { toApiError } from "./errors.ts";

/** Problems of the fields of the form around, by name. */
export const Problems = createContext<Record<string, string>>({});

const Busy = createContext(false);

/** The values of a form. A box that is not ticked has none. */
export type Values = Record<string, string>;

/** Fields at which an error without details is shown, by its code. */
const FIELD_OF: Partial<Record<ApiError["code"], readonly string[]>> = {
  EMAIL_ALREADY_EXISTS: ["email"],
  USERNAME_ALREADY_EXISTS: ["username"],
  INVALID_PASSWORD: ["new_password", "password"],
  PASSWORD_MISMATCH: ["current_password", "password"],
  INVALID_CODE: ["code", "recovery_code"],
};

interface FormProps {
  /** Sends the values. An ApiError is shown at the fields, or above them. */
  onSubmit: (values: Values) => Promise<unknown>;
  children: ComponentChildren;
  label?: string;
  id?: string;
}

/** Renders a form that shows errors at its fields, and gives the first of these the focus. */
export function Form({ onSubmit, children, label, id }: FormProps) {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError>();
  const form = useRef<HTMLFormElement>(null);
  const names = () =>
    new Set(Array.from(form.current?.elements ?? [], (element) => element.getAttribute("name")));
  const problems = error ? problemsOf(error, names()) : {};

  useEffect(() => {
    if (error) form.current?.querySelector<HTMLElement>("[aria-invalid]")?.focus();
  }, [error]);

  async function submit(event: SubmitEvent) {
    event.preventDefault();
    if (isBusy || !form.current) return;
    const values = Object.fromEntries(
      [...new FormData(form.current)].map(([name, value]) => [name, String(value)]),
    );
    setBusy(true);
    setError(undefined);
    try {
      await onSubmit(values);
    } catch (thrown) {
      setError(toApiError(thrown));
    } finally {
      setBusy(false);
    }
  }

  return (
    <form ref={form} id={id} class="form" aria-label={label} onSubmit={(event) => void submit(event)}>
      <Problems.Provider value={problems}>
        <Busy.Provider value={isBusy}>
          {error && Object.keys(problems).length === 0 && <ErrorNotice error={error} />}
          {children}
        </Busy.Provider>
      </Problems.Provider>
    </form>
  );
}

function problemsOf(error: ApiError, names: Set<string | null>): Record<string, string> {
  const known = Object.entries(error.fields).filter(([name]) => names.has(name));
  if (known.length > 0) return Object.fromEntries(known);
  const name = FIELD_OF[error.code]?.find((field) => names.has(field));
  if (name === undefined) return {};
  // The API tells which rule a password breaks.
  return {
    [name]: error.code === "INVALID_PASSWORD" ? error.message : t(`error.${error.code}` as "error.OFFLINE"),
  };
}

/** Renders the button that sends the form around. */
export function Submit({
  children,
  look = "primary",
  isWide = false,
}: {
  children: ComponentChildren;
  look?: Look;
  isWide?: boolean;
}) {
  return (
    <Button type="submit" look={look} isWide={isWide} isBusy={useContext(Busy)}>
      {children}
    </Button>
  );
}
