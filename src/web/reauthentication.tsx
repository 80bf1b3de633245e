import type { FunctionComponent } from "preact";
import { useEffect, useState } from "preact/hooks";
import { handleSession } from "./api/client.ts";

type Answer = (isProved: boolean) => void;

interface Question {
  answer: Answer;
  Dialog: FunctionComponent<{ answer: Answer }>;
}

/** Renders the dialog in which the user reauthenticates, when a request requires it. The client then repeats the request. */
export function Reauthentication() {
  const [question, setQuestion] = useState<Question>();
  useEffect(() => {
    let asked: Promise<boolean> | undefined;
    const ask = async () => {
      const { ProofDialog } = await import("./pages/proof/dialog.tsx");
      return new Promise<boolean>((answer) => setQuestion({ answer, Dialog: ProofDialog }));
    };
    const askForProof = () => {
      // Requests that are refused together wait for one dialog.
      asked ??= ask().finally(() => {
        asked = undefined;
        setQuestion(undefined);
      });
      return asked;
    };
    handleSession({ askForProof });
  }, []);
  return question ? <question.Dialog answer={question.answer} /> : null;
}
