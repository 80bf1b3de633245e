import type { ComponentChildren } from "preact";
import { t } from "../i18n/index.ts";
import { Button } from "./button.tsx";
import { ErrorNotice } from "./error-notice.tsx";
import { toApiError } from "./errors.ts";
import { Skeleton } from "./skeleton.tsx";

interface Query<Data> {
  data: Data | undefined;
  error: unknown;
  refetch: () => unknown;
}

/** Renders what was loaded, gray rows until then, or the error and a way to try again. */
export function Loaded<Data>({
  query,
  rows = 2,
  children,
}: {
  query: Query<Data>;
  rows?: number;
  children: (data: Data) => ComponentChildren;
}) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (!query.error)
    return (
      <div class="card-body">
        <Skeleton rows={rows} />
      </div>
    );
  return (
    <div class="card-body stack">
      <ErrorNotice error={toApiError(query.error)} />
      <div>
        <Button onClick={() => void query.refetch()}>{t("action.retry")}</Button>
      </div>
    </div>
  );
}
