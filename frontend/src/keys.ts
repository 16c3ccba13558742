/** Keys: `/` searches, `g` and a letter goes to a room, `?` lists them. Silent while somebody types. */
import { t } from "./words";

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"));
}

function rooms(): HTMLAnchorElement[] {
  const seen = new Set<string>();
  return [...document.querySelectorAll<HTMLAnchorElement>("a[data-go]")].filter((link) => {
    const isNew = !seen.has(link.dataset.go ?? "");
    seen.add(link.dataset.go ?? "");
    return isNew;
  });
}

function showHelp(): void {
  const dialog = document.createElement("dialog");
  dialog.className = "help-dialog";
  dialog.setAttribute("aria-labelledby", "help-heading");
  const heading = document.createElement("h2");
  heading.id = "help-heading";
  heading.textContent = t("Keys");
  const list = document.createElement("dl");
  const rows: [string, string][] = [
    ["/", t("Search")],
    ["?", t("This list")],
    ["Esc", t("Close what is open")],
    ...rooms().map((link): [string, string] => [`g ${link.dataset.go}`, link.querySelector("span")?.textContent ?? ""]),
  ];
  for (const [keys, words] of rows) {
    const term = document.createElement("dt");
    const shown = document.createElement("kbd");
    shown.textContent = keys;
    term.append(shown);
    const meaning = document.createElement("dd");
    meaning.textContent = words;
    list.append(term, meaning);
  }
  const close = document.createElement("button");
  close.type = "button";
  close.className = "btn btn-secondary";
  close.textContent = t("Close");
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  dialog.append(heading, list, close);
  document.body.append(dialog);
  dialog.showModal();
}

export function startKeys(): void {
  let goes = 0;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    if (event.key === "/") {
      const search = document.querySelector<HTMLInputElement>("#switcher, input[type=search]");
      if (search) {
        event.preventDefault();
        search.focus();
      }
    } else if (event.key === "?") {
      event.preventDefault();
      showHelp();
    } else if (event.key === "g") {
      goes = event.timeStamp;
    } else if (goes && event.timeStamp - goes < 1500) {
      goes = 0;
      rooms().find((link) => link.dataset.go === event.key)?.click();
    }
  });
}
