import { useState } from "preact/hooks";
import { api, call } from "../../api/client.ts";
import { ApiError } from "../../api/errors.ts";
import { useUser } from "../../data/session.ts";
import { t } from "../../i18n/data/index.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog, DialogButtons } from "../../ui/dialog.tsx";
import { ErrorNotice } from "../../ui/error-notice.tsx";
import { toApiError } from "../../ui/errors.ts";
import { TextField } from "../../ui/field.tsx";
import { Form, type Values } from "../../ui/form.tsx";
import { Card, PageHead } from "../../ui/page.tsx";
import { save } from "../../ui/save.ts";

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
  async function remove({ confirmation = "" }: Values) {
    if (confirmation !== username)
      throw new ApiError("VALIDATION_ERROR", {
        details: [{ field: "confirmation", message: t("delete.mismatch"), type: "custom" }],
      });
    await call(api.DELETE("/auth/me"));
    location.replace("/app/goodbye");
  }
  return (
    <Dialog title={t("delete.title")} onClose={onClose}>
      <p>{t("delete.explain")}</p>
      <Form onSubmit={remove}>
        <TextField
          name="confirmation"
          label={t("delete.confirm", { username })}
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          required
          isFirst
        />
        <DialogButtons look="danger" onClose={onClose}>
          {t("delete.action")}
        </DialogButtons>
      </Form>
    </Dialog>
  );
}
