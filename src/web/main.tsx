import "./styles/index.css";
import { QueryClientProvider } from "@tanstack/preact-query";
import { render } from "preact";
import { App } from "./app.tsx";
import { queries } from "./data/client.ts";
import { prefetchSession, watchSession } from "./data/session.ts";
import { loadLanguage } from "./i18n/index.ts";
import { reloadOnMissingChunk } from "./reload.ts";
import { preloadPage } from "./routes.ts";
import { showTheme } from "./ui/theme.ts";

reloadOnMissingChunk();
showTheme();
watchSession();
// All three are on their way before the first render.
void prefetchSession();
preloadPage(location.pathname);
await loadLanguage();

const root = document.getElementById("app");
if (root)
  render(
    <QueryClientProvider client={queries}>
      <App />
    </QueryClientProvider>,
    root,
  );
