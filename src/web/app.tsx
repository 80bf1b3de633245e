import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { LocationProvider, useLocation } from "preact-iso";
import { useSession } from "./data/session.ts";
import { Frame } from "./frame.tsx";
import { t } from "./i18n/index.ts";
import { signInPath } from "./paths.ts";
import { Reauthentication } from "./reauthentication.tsx";
import { findRoute, type PageRoute } from "./routes.ts";
import { Button } from "./ui/button.tsx";
import { ErrorNotice } from "./ui/error-notice.tsx";
import { toApiError } from "./ui/errors.ts";
import { EntryPage, PageHead } from "./ui/page.tsx";
import { Skeleton } from "./ui/skeleton.tsx";
import { Toasts } from "./ui/toast.tsx";

/** Renders the app: the page of the address, and the parts that every page has. */
export function App() {
  return (
    <LocationProvider scope="/app">
      <Pages />
      <Reauthentication />
      <Toasts />
    </LocationProvider>
  );
}

/** Renders the page of the address. Until its code has come, the page before stays. */
function Pages() {
  const { path } = useLocation();
  const [shown, setShown] = useState<{ path: string; route: PageRoute | undefined }>();
  const [error, setError] = useState<unknown>();
  useEffect(() => {
    let isGone = false;
    const route = findRoute(path);
    const loaded = route?.page.preload() ?? Promise.resolve();
    loaded.then(
      () => isGone || setShown({ path, route }),
      (thrown) => isGone || setError(thrown),
    );
    return () => {
      isGone = true;
    };
  }, [path]);
  if (error) return <Problem error={error} onRetry={() => location.reload()} />;
  if (!shown) return <Waiting />;
  const { route } = shown;
  if (route?.isOpen) return <route.page key={shown.path} />;
  return <WithSession>{route ? <route.page key={shown.path} /> : <NotFound />}</WithSession>;
}

/** Renders a page that requires a session, or the way to one. */
function WithSession({ children }: { children: ComponentChildren }) {
  const { data, error, refetch } = useSession();
  const { url, route } = useLocation();
  const isSignedOut = data?.user === null;
  useEffect(() => {
    if (isSignedOut) route(signInPath(url), true);
  }, [isSignedOut]);
  if (data?.user) return <Frame user={data.user}>{children}</Frame>;
  if (error && !data) return <Problem error={error} onRetry={() => void refetch()} />;
  return <Waiting />;
}

const Waiting = () => (
  <main class="content">
    <Skeleton />
  </main>
);

function Problem({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  return (
    <EntryPage title={t("problem.title")}>
      <ErrorNotice error={toApiError(error)} />
      <Button look="primary" isWide onClick={onRetry}>
        {t("action.retry")}
      </Button>
    </EntryPage>
  );
}

function NotFound() {
  return (
    <div class="stack">
      <PageHead title={t("not_found.title")} lead={t("not_found.lead")} />
      <p>
        <a href="/app/">{t("not_found.action")}</a>
      </p>
    </div>
  );
}
