import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { chooseLanguage, currentLanguage, LANGUAGES, type Language, t } from "../i18n/index.ts";
import { Button } from "./button.tsx";
import { Logo } from "./icon.tsx";
import { setTitle } from "./title.ts";

/** Set once a page was shown: the next one gets the focus, so that a screen reader reads its title. */
let wasShown = false;

/** Renders the title of a page, in the page and in its tab. */
function Title({ children }: { children: string }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    setTitle("page", children);
    if (wasShown) heading.current?.focus();
    wasShown = true;
  }, [children]);
  return (
    <h1 ref={heading} tabIndex={-1}>
      {children}
    </h1>
  );
}

/** Renders a page for a person without a session: one column. */
export function EntryPage({
  title,
  lead,
  foot,
  isWide = false,
  children,
}: {
  title: string;
  lead?: string | undefined;
  foot?: ComponentChildren;
  isWide?: boolean;
  children?: ComponentChildren;
}) {
  return (
    <div class="entry">
      <header>
        <a class="brand" href="/app/">
          <Logo />
          {t("app.name")}
        </a>
      </header>
      <main class={isWide ? "entry-main entry-wide" : "entry-main"}>
        <div class="entry-head">
          <Title>{title}</Title>
          {lead && <p class="muted">{lead}</p>}
        </div>
        {children}
        {foot && <p class="entry-foot row">{foot}</p>}
      </main>
      <footer class="entry-languages">
        {Object.entries(LANGUAGES).map(([code, name]) => (
          <Button
            key={code}
            look="link"
            lang={code}
            aria-current={code === currentLanguage() ? "true" : undefined}
            onClick={() => chooseLanguage(code as Language)}
          >
            {name}
          </Button>
        ))}
      </footer>
    </div>
  );
}

/** Renders the head of a page in the frame. */
export function PageHead({ title, lead }: { title: string; lead?: string }) {
  return (
    <div class="page-head">
      <Title>{title}</Title>
      {lead && <p class="muted">{lead}</p>}
    </div>
  );
}

/** Renders a section of a page as a card. */
export function Card({
  title,
  lead,
  action,
  isDanger = false,
  children,
}: {
  title: string;
  lead?: string | undefined;
  action?: ComponentChildren;
  isDanger?: boolean;
  children?: ComponentChildren;
}) {
  return (
    <section class={isDanger ? "card danger-zone" : "card"} aria-label={title}>
      <div class="card-head">
        <div>
          <h2>{title}</h2>
          {lead && <p>{lead}</p>}
        </div>
        {action}
      </div>
      {children}
    </section>
  );
}
