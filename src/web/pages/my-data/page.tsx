import { useState } from "preact/hooks";
import { api, call } from "../../api/client.ts";
import type { ApiError } from "../../api/errors.ts";
import { useUser } from "../../data/session.ts";
import { t } from "../../i18n/data/index.ts";
import { Button } from "../../ui/button.tsx";
import { ErrorNotice } from "../../ui/error-notice.tsx";
import { toApiError } from "../../ui/errors.ts";
import { Card, PageHead } from "../../ui/page.tsx";
import { save } from "../../ui/save.ts";
import { TypedConfirmDialog } from "../../ui/typed-confirm.tsx";

/** Renders the page on which the user takes their data, or leaves. */
export default function MyData() {
  const [isDeleting, setDeleting] = useState(false);
  return (
    <>
      <PageHead title={t("menu.data")} lead={t("data.lead")} />
      <Export />
      <Card
        title={t("delete.title")}
        lead={t("delete.lead")}
        isDanger
        action={
          <Button look="danger-quiet" onClick={() => setDeleting(true)}>
            {t("delete.action")}
          </Button>
        }
      />
      {isDeleting && <DeleteAccount onClose={() => setDeleting(false)} />}
    </>
  );
}

function Export() {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError>();
  async function download() {
    setBusy(true);
    setError(undefined);
    try {
      save(await call(api.GET("/auth/me/data", { parseAs: "blob" })), "my-data.json");
    } catch (thrown) {
      const refused = toApiError(thrown);
      if (refused.code !== "REAUTHENTICATION_REQUIRED") setError(refused);
    } finally {
      setBusy(false);
    }
  }
  return (
    <Card
      title={t("export.title")}
      lead={t("export.lead")}
      action={
        <Button isBusy={isBusy} onClick={() => void download()}>
          {t("export.action")}
        </Button>
      }
    >
      {error && (
        <div class="card-body">
          <ErrorNotice error={error} />
        </div>
      )}
    </Card>
  );
}

function DeleteAccount({ onClose }: { onClose: () => void }) {
  const { username } = useUser();
  async function remove() {
    await call(api.DELETE("/auth/me"));
    location.replace("/app/goodbye");
  }
  return (
    <TypedConfirmDialog
      title={t("delete.title")}
      explanation={t("delete.explain")}
      name={username}
      texts={{
        label: t("delete.confirm", { username }),
        mismatch: t("delete.mismatch"),
        action: t("delete.action"),
      }}
      onConfirm={remove}
      onClose={onClose}
    />
  );
}
