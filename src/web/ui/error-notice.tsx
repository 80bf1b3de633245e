import { useEffect, useState } from "preact/hooks";
import type { ApiError } from "../api/errors.ts";
import { type Key, t } from "../i18n/index.ts";
import { Notice } from "./notice.tsx";

/** Codes whose message the API writes for the person, and that no general text could replace. */
const SPECIFIC: readonly ApiError["code"][] = [
  "BUSINESS_LOGIC_ERROR",
  "VALIDATION_ERROR",
  "INVALID_PASSWORD",
];

/** Returns the text for an error. */
export function describeError({
  code,
  message,
  fields,
}: Pick<ApiError, "code" | "message" | "fields">): string {
  const [problem] = Object.entries(fields);
  if (code === "VALIDATION_ERROR" && problem) return `${problem[0]}: ${problem[1]}`;
  return SPECIFIC.includes(code) ? message : t(`error.${code}` as Key);
}

/** Renders an error. After too many attempts, it counts down until the next. */
export function ErrorNotice({ error }: { error: ApiError }) {
  const seconds = useCountdown(error);
  return (
    <Notice kind="danger">
      <p>{describeError(error)}</p>
      {seconds > 0 && (
        <p class="small" aria-live="off">
          {t("error.wait", { time: `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}` })}
        </p>
      )}
      {error.code === "INTERNAL_SERVER_ERROR" && error.requestId && (
        <p class="small">
          {t("error.request_id")} <code>{error.requestId}</code>
        </p>
      )}
    </Notice>
  );
}

function useCountdown(error: ApiError): number {
  const [left, setLeft] = useState(error.retryAfterSeconds ?? 0);
  useEffect(() => {
    const end = Date.now() + (error.retryAfterSeconds ?? 0) * 1000;
    const update = () => setLeft(Math.max(0, Math.ceil((end - Date.now()) / 1000)));
    update();
    const timer = setInterval(update, 1000);
    return () => clearInterval(timer);
  }, [error]);
  return left;
}
