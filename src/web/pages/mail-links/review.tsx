import { useState } from "preact/hooks";
import { api, call } from "../../api/client.ts";
import type { Schemas } from "../../api/types.ts";
import { reloadSession } from "../../data/session.ts";
import { t } from "../../i18n/mail-links/index.ts";
import { Choice } from "../../ui/field.tsx";
import { Form, Submit, type Values } from "../../ui/form.tsx";
import { EntryPage } from "../../ui/page.tsx";

type Decision = Schemas["ReviewAccess"]["decision"];

/** Renders what was made before the email was confirmed, and asks for a decision. Without `review`, the mail has told. */
export function Review({
  title,
  token,
  review,
}: {
  title: string;
  token: string;
  review?: Schemas["AccessReview"];
}) {
  const [decision, setDecision] = useState<Decision>();
  if (decision) return <Decided decision={decision} />;

  async function decide(values: Values) {
    const chosen = values.decision as Decision;
    await call(api.POST("/auth/email/review", { body: { review_token: token, decision: chosen } }));
    history.replaceState(history.state, "", location.pathname);
    setDecision(chosen);
    void reloadSession();
  }

  return (
    <EntryPage title={title} lead={t("review.lead")} isWide>
      {review && <Access {...review} />}
      <Form onSubmit={decide}>
        <Choice
          name="decision"
          label={t("review.question")}
          value="keep"
          options={(["keep", "end", "disown"] as const).map((value) => ({
            value,
            text: t(`review.${value}`),
            hint: t(`review.${value}_hint`),
          }))}
        />
        <Submit isWide>{t("action.continue")}</Submit>
      </Form>
    </EntryPage>
  );
}

/** Renders the list of the access to an account. */
function Access(review: Schemas["AccessReview"]) {
  const { username, sessions, tokens, keys, feeds, passkeys, authenticator, recovery_codes: codes } = review;
  const named = (items: { name: string }[]) => items.map(({ name }) => name).join(", ");
  const lines = [
    sessions > 0 && [t("review.sessions", { count: sessions })],
    passkeys.length > 0 && [t("review.passkeys", { count: passkeys.length }), named(passkeys)],
    authenticator && [t("review.authenticator")],
    codes > 0 && [t("review.recovery_codes", { count: codes })],
    tokens.length > 0 && [t("review.tokens", { count: tokens.length }), named(tokens)],
    keys.length > 0 && [t("review.keys", { count: keys.length }), named(keys)],
    feeds.length > 0 && [t("review.feeds", { count: feeds.length }), named(feeds)],
  ].filter((line) => line !== false);
  return (
    <section class="card" aria-label={t("review.made")}>
      <div class="card-head">
        <div>
          <h2>{t("review.made")}</h2>
          <p>{t("review.account", { username })}</p>
        </div>
      </div>
      <ul class="list">
        {lines.map(([kind, names]) => (
          <li key={kind}>
            <div>
              <div class="item-title">{kind}</div>
              {names && <div class="small muted">{names}</div>}
            </div>
          </li>
        ))}
        {lines.length === 0 && <li>{t("review.nothing")}</li>}
      </ul>
    </section>
  );
}

function Decided({ decision }: { decision: Decision }) {
  return (
    <EntryPage title={t(`review.${decision}_done`)} lead={t(`review.${decision}_next`)}>
      {decision !== "disown" && (
        <a
          class="button button-primary button-wide"
          href={decision === "end" ? "/app/forgot-password" : "/app/"}
        >
          {decision === "end" ? t("forgot.title") : t("action.to_app")}
        </a>
      )}
    </EntryPage>
  );
}
