import { type ComponentChildren, Fragment, type FunctionComponent } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { useScope } from "./data/scope.ts";
import { signOut, type User } from "./data/session.ts";
import { t } from "./i18n/index.ts";
import { openPalette } from "./palette/open.ts";
import { normalizePath } from "./paths.ts";
import { ROUTES } from "./routes.ts";
import { ScopeButton } from "./scope/button.tsx";
import { useLostScope } from "./scope/names.ts";
import { findTimer, loadTimer } from "./timer/load.ts";
import { Button } from "./ui/button.tsx";
import { Dialog } from "./ui/dialog.tsx";
import { Icon, Logo } from "./ui/icon.tsx";
import { hideToast, toast } from "./ui/toast.tsx";

/** Renders a page beside the menu; on a phone, the menu is in a drawer. */
export function Frame({ user, children }: { user: User; children: ComponentChildren }) {
  const [isOpen, setOpen] = useState(false);
  const { path } = useLocation();
  const scope = useScope();
  useLostScope();
  useEffect(() => setOpen(false), [path]);
  // A message may offer to undo a change of this user.
  useEffect(() => hideToast, []);
  return (
    <div class="frame">
      <a class="skip" href="#content">
        {t("menu.skip")}
      </a>
      <header class="side">
        <Brand />
        <div class="stack tight">
          <ScopeButton />
          <Find />
        </div>
        <Menu label={t("menu.title")} />
        <Person user={user} />
      </header>
      <header class="bar">
        <Brand />
        <ScopeButton />
        <div class="bar-buttons">
          <Button look="quiet" isIcon aria-label={t("menu.find")} onClick={() => openPalette("find")}>
            <Icon name="search" />
          </Button>
          <Button
            look="quiet"
            isIcon
            aria-label={t("menu.open")}
            aria-haspopup="dialog"
            onClick={() => setOpen(true)}
          >
            <Icon name="menu" />
          </Button>
        </div>
      </header>
      <div class="page">
        <Timer user={user} />
        <main class="content" id="content">
          {/* Nothing of one scope stays on the page of another. */}
          <Fragment key={scope}>{children}</Fragment>
        </main>
      </div>
      {isOpen && (
        <Dialog title={t("menu.title")} look="drawer" onClose={() => setOpen(false)}>
          <div class="row row-end">
            <Button look="quiet" isIcon aria-label={t("menu.close")} onClick={() => setOpen(false)}>
              <Icon name="close" />
            </Button>
          </div>
          <Menu />
          <Person user={user} />
        </Dialog>
      )}
      <LateKeys />
    </div>
  );
}

/** Renders the keys and the palette, whose code comes after the page. */
function LateKeys() {
  const [loaded, setLoaded] = useState<{ Keys: FunctionComponent }>();
  useEffect(() => {
    import("./keys/keys.tsx").then(setLoaded, () => {});
  }, []);
  return loaded ? <loaded.Keys /> : null;
}

const Find = () => (
  <button type="button" class="find-button" onClick={() => openPalette("find")}>
    <Icon name="search" />
    {t("menu.find")}
    <span class="kbd" aria-hidden="true">
      {/Mac/.test(navigator.userAgent) ? "⌘ K" : "Ctrl K"}
    </span>
  </button>
);

/** Renders the timer, or keeps its place until its code has come. */
function Timer({ user }: { user: User }) {
  const [{ Bar }, setBar] = useState({ Bar: findTimer() });
  useEffect(() => {
    if (Bar) return;
    loadTimer().then(
      (loaded) => setBar({ Bar: loaded }),
      () => {},
    );
  }, []);
  return <div class="timer-place">{Bar && <Bar user={user} />}</div>;
}

const Brand = () => (
  <a class="brand" href="/app/" aria-label={t("app.name")}>
    <Logo />
    <span>{t("app.name")}</span>
  </a>
);

/** Lists the pages. In the drawer it has no label, since the drawer's title names it. */
function Menu({ label }: { label?: string }) {
  const path = normalizePath(useLocation().path);
  const entries = ROUTES.flatMap(({ path: to, menu }) => (menu ? [{ to, ...menu }] : []));
  const groups = Object.entries(Object.groupBy(entries, ({ group }) => group ?? ""));
  return (
    <nav class="nav" aria-label={label}>
      {groups.map(([group, items = []]) => (
        <div key={group}>
          {items[0]?.group && <h2>{t(items[0].group)}</h2>}
          <ul>
            {items.map(({ to, label, icon }) => (
              <li key={to}>
                <a href={to} aria-current={to === path ? "page" : undefined}>
                  <Icon name={icon} />
                  {t(label)}
                </a>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}

/** Returns the name to greet a user by. */
const nameOf = ({ first_name: first, last_name: last, username }: User) =>
  [first, last].filter(Boolean).join(" ") || username;

function Person({ user }: { user: User }) {
  const [isBusy, setBusy] = useState(false);
  const name = nameOf(user);
  const [Question, setQuestion] = useState<{ Dialog: FunctionComponent<{ onClose: () => void }> }>();
  async function leave() {
    setBusy(true);
    try {
      const { hasWaitingChanges, LeaveDialog } = await import("./timer/leave-dialog.tsx");
      if (hasWaitingChanges()) setQuestion({ Dialog: LeaveDialog });
      else await signOut();
    } catch {
      toast(t("error.OFFLINE"));
    }
    setBusy(false);
  }
  return (
    <div class="person">
      <span class="avatar" aria-hidden="true">
        {name.slice(0, 1).toUpperCase()}
      </span>
      <div class="clip">
        <div class="clip">{name}</div>
        <div class="clip small muted">{user.email}</div>
      </div>
      <Button
        look="quiet"
        isIcon
        aria-label={t("menu.sign_out")}
        isBusy={isBusy}
        onClick={() => void leave()}
      >
        <Icon name="out" />
      </Button>
      {Question && <Question.Dialog onClose={() => setQuestion(undefined)} />}
    </div>
  );
}
