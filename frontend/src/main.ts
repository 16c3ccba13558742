import "./styles/main.scss";
import htmx from "htmx.org";
import { startKeys } from "./keys";
import { startMenus } from "./menus";
import { startForms } from "./forms";
import { startTables } from "./tables";
import { startSwitcher } from "./switcher";
import { startFolds } from "./folds";
import { startPicks } from "./pick";
import { announce } from "./announce";
import { t } from "./words";

declare global {
  interface Window {
    htmx: typeof htmx;
  }
}

window.htmx = htmx;
htmx.config.allowEval = false;

/** What is (newly) on the page gets its optional behaviour. Everything works without it, only less smoothly. */
function enliven(root: ParentNode): void {
  startForms(root);
  startTables(root);
  startPicks(root);
  if (root.querySelector("[data-editor]")) void import("./editor").then(({ startEditors }) => startEditors(root));
  const map = root.querySelector<HTMLElement>("[data-map]");
  if (map) void import("./map/page").then(({ startMap }) => startMap(map));
}

startFolds();
startMenus();
startKeys();
startSwitcher();
enliven(document);

document.addEventListener("htmx:load", (event) => {
  if (event.target instanceof Element && event.target !== document.body) enliven(event.target);
});

// A refusal (409, 412, 422) is an answer to show in place, not a failure to swallow.
document.addEventListener("htmx:beforeSwap", (event) => {
  const detail = (event as CustomEvent<{ xhr: XMLHttpRequest; shouldSwap: boolean; isError: boolean }>).detail;
  if ([409, 412, 422].includes(detail.xhr.status) && !detail.xhr.responseText.startsWith("<!doctype")) {
    detail.shouldSwap = true;
    detail.isError = false;
  }
});

for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, (event) => {
    const { xhr } = (event as CustomEvent<{ xhr?: XMLHttpRequest }>).detail;
    const id = xhr?.getResponseHeader("X-Request-ID");
    const words =
      xhr && xhr.status >= 400
        ? `${t("That did not work (%(status)s). Reload the page and try again.", { status: xhr.status })}${id ? ` ${t("Number for help: %(id)s", { id })}` : ""}`
        : t("The server could not be reached. Check the connection and try again; nothing was sent.");
    announce(words, "danger");
  });
}
