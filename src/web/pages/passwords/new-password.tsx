import { useAccount } from "../../data/account.ts";
import { t } from "../../i18n/index.ts";
import { PasswordField } from "../../ui/field.tsx";

/** Length of a password before the server has told its rules. */
const USUAL_LENGTH = 8;

/** Renders the field of a new password, with the rules of the server. */
export function NewPasswordField({
  name,
  label,
  isFirst = false,
}: {
  name: string;
  label: string;
  isFirst?: boolean;
}) {
  const rules = useAccount("settings").data?.password;
  const least = rules?.min_length ?? USUAL_LENGTH;
  return (
    <PasswordField
      name={name}
      label={label}
      hint={t(rules?.is_checked_for_breaches ? "field.password_rules_checked" : "field.password_rules", {
        count: least,
      })}
      autocomplete="new-password"
      isFirst={isFirst}
    />
  );
}
