import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { LocationProvider, useLocation } from "preact-iso";
import { useSession } from "./data/session.ts";
import { Frame } from "./frame.tsx";
import { t } from "./i18n/index.ts";
import { signInPath } from "./paths.ts";
import { Reauthentication } from "./reauthentication.tsx";
import { findRoute, loadPage, type PageRoute } from "./routes.ts";
import { Button } from "./ui/button.tsx";
import { ErrorNotice } from "./ui/error-notice.tsx";
import { toApiError } from "./ui/errors.ts";
import { EntryPage, PageHead } from "./ui/page.tsx";
import { Skeleton } from "./ui/skeleton.tsx";
import { Toasts, toast } from "./ui/toast.tsx";

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

/** Renders the page of the address. Until its code has come, the page before stays; without a connection, also its address. */
function Pages() {
  const { path, url, route: goTo } = useLocation();
  const [shown, setShown] = useState<{ path: string; route: PageRoute | undefined }>();
  const [error, setError] = useState<unknown>();
  const present = useRef("");
  const missed = useRef(new Set<PageRoute | undefined>());
  if (shown?.path === path) present.current = url;
  useEffect(() => {
    let isGone = false;
    const route = findRoute(path);
    setError(undefined);
    // The browser may remember that a part of the page could not be loaded.
    if (navigator.onLine && missed.current.has(route)) return location.reload();
    const fail = (thrown: unknown) => {
      if (navigator.onLine || !present.current) return setError(thrown);
      missed.current.add(route);
      goTo(present.current, true);
      toast(t("error.OFFLINE"));
    };
    const loaded = route && loadPage(route);
    Promise.resolve(loaded).then(
      () => isGone || setShown({ path, route }),
      (thrown) => isGone || fail(thrown),
    );
    return () => {
      isGone = true;
    };
  }, [path]);
  if (error) return <Problem error={error} onRetry={() => location.reload()} />;
  if (!shown) return <Waiting />;
  const { route } = shown;
  if (route?.isOpen) return <route.page key={shown.path} />;
  const page = route ? <route.page key={shown.path} /> : <NotFound />;
  return <WithSession isForAll={route?.isForAll}>{page}</WithSession>;
}

/** Renders a page in the frame, or the way to a session. A page for all is also shown without a session, and has no frame then. */
function WithSession({
  isForAll,
  children,
}: {
  isForAll?: boolean | undefined;
  children: ComponentChildren;
}) {
  const { data, error, refetch } = useSession();
  const { url, route } = useLocation();
  const isSignedOut = data?.user === null;
  useEffect(() => {
    if (isSignedOut && !isForAll) route(signInPath(url), true);
  }, [isSignedOut, isForAll]);
  if (isSignedOut && isForAll) return <>{children}</>;
  if (data?.user)
    return (
      <Frame key={data.user.id} user={data.user}>
        {children}
      </Frame>
    );
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
