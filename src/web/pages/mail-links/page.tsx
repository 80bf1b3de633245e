import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { api, call } from "../../api/client.ts";
import { reloadSession } from "../../data/session.ts";
import type { KeyOf } from "../../i18n/index.ts";
import { t } from "../../i18n/mail-links/index.ts";
import { Form, Submit } from "../../ui/form.tsx";
import { useMailedToken } from "../../ui/mailed-token.ts";
import { Notice } from "../../ui/notice.tsx";
import { EntryPage } from "../../ui/page.tsx";
import { Review } from "./review.tsx";

type Key = KeyOf<typeof t>;

interface MailLink<Result> {
  title: Key;
  lead: Key;
  action: Key;
  send: (token: string) => Promise<Result>;
  /** Renders the page once the link was used. */
  done: (result: Result) => ComponentChildren;
}

/** Renders the page of a mail's link. It acts on a click: programs that check mails open links as well. */
function MailLinkPage<Result>({ title, lead, action, send, done }: MailLink<Result>) {
  const { token, forget } = useMailedToken();
  const [result, setResult] = useState<{ value: Result }>();
  if (result) return <>{done(result.value)}</>;
  return (
    <EntryPage title={t(title)} lead={t(lead)}>
      {token ? (
        <Form
          onSubmit={async () => {
            const value = await send(token);
            forget();
            setResult({ value });
            void reloadSession();
          }}
        >
          <Submit isWide>{t(action)}</Submit>
        </Form>
      ) : (
        <Notice kind="warning">{t("link.incomplete")}</Notice>
      )}
    </EntryPage>
  );
}

/** Renders the page that verifies the email of an account, and then lets the user review what was made before. */
export function VerifyEmail() {
  return (
    <MailLinkPage
      title="verify.title"
      lead="verify.lead"
      action="verify.action"
      send={(token) => call(api.POST("/auth/email/verify", { body: { token } }))}
      done={({ review, review_token: token }) => (
        <Review title={t("verify.done")} token={token} review={review} />
      )}
    />
  );
}

/** Renders the page that confirms a new email. */
export function ConfirmEmail() {
  return (
    <MailLinkPage
      title="confirm.title"
      lead="confirm.lead"
      action="confirm.action"
      send={(token) => call(api.POST("/auth/email/confirm-change", { body: { token } }))}
      done={({ message, review, review_token: token }) =>
        review && token ? (
          <Review title={t("confirm.done")} token={token} review={review} />
        ) : (
          <Done title={message === CHANGED ? t("confirm.done") : t("confirm.waiting")} />
        )
      }
    />
  );
}

/** Message of the API about a change that took effect. */
const CHANGED = "Email changed";

/** Renders the page that stops a change of the email, or reverts it. */
export function StopEmailChange() {
  return (
    <MailLinkPage
      title="stop.title"
      lead="stop.lead"
      action="stop.action"
      send={(token) => call(api.POST("/auth/email/stop-change", { body: { token } }))}
      done={() => <Done title={t("stop.done")} lead={t("stop.next")} action="forgot" />}
    />
  );
}

/** Renders the page with which the old address approves a change that an administrator requested. */
export function ApproveEmailChange() {
  return (
    <MailLinkPage
      title="approve.title"
      lead="approve.lead"
      action="approve.action"
      send={(token) => call(api.POST("/auth/email/approve-change", { body: { token } }))}
      done={({ message }) => <Done title={message === CHANGED ? t("confirm.done") : t("approve.waiting")} />}
    />
  );
}

/** Renders the page on which a new owner of an address reviews the account. */
export function ReviewAccount() {
  const { token } = useMailedToken();
  if (token) return <Review title={t("review.title")} token={token} />;
  return (
    <EntryPage title={t("review.title")}>
      <Notice kind="warning">{t("link.incomplete")}</Notice>
    </EntryPage>
  );
}

function Done({ title, lead, action }: { title: string; lead?: string; action?: "forgot" }) {
  return (
    <EntryPage title={title} lead={lead}>
      {action === "forgot" ? (
        <a class="button button-primary button-wide" href="/app/forgot-password">
          {t("forgot.title")}
        </a>
      ) : (
        <a class="button button-primary button-wide" href="/app/">
          {t("action.to_app")}
        </a>
      )}
    </EntryPage>
  );
}
