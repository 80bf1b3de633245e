import type { FunctionComponent } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { EditorProps } from "./editor.tsx";

const load = () => import("./editor.tsx");

/** Loads the editor before it is needed, since it must open offline as well. */
export function usePreloadedEditor(): void {
  useEffect(() => {
    load().catch(() => {});
  }, []);
}

/** Renders the fields of an entry once their code has come. */
export function LazyEditor(props: EditorProps) {
  const [loaded, setLoaded] = useState<{ Editor: FunctionComponent<EditorProps> }>();
  useEffect(() => {
    load().then(
      ({ Editor }) => setLoaded({ Editor }),
      () => props.onClose(),
    );
  }, []);
  return loaded ? <loaded.Editor {...props} /> : null;
}
