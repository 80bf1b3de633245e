import { useEffect, useState } from "preact/hooks";

/** Renders a QR code. The code that computes it is loaded with the first one. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const [modules, setModules] = useState<boolean[][]>([]);
  useEffect(() => {
    let isGone = false;
    void import("uqr").then(({ encode }) => {
      if (!isGone) setModules(encode(text, { border: 0 }).data);
    });
    return () => {
      isGone = true;
    };
  }, [text]);
  const size = modules.length || 1;
  return (
    <svg
      class="qr"
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label={label}
      shape-rendering="crispEdges"
    >
      <path fill="currentColor" d={modules.map(toPath).join("")} />
    </svg>
  );
}

/** Returns the dark modules of a row as squares. */
const toPath = (row: boolean[], y: number): string =>
  row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : "")).join("");
