/** Density and columns of tables, remembered on this device by the table's name (`data-table`). */
import { t } from "./words";

function remembered(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function remember(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Private windows may refuse: the choice then lasts as long as the page.
  }
}

function offerDensity(block: Element, button: HTMLButtonElement): void {
  const set = (isDense: boolean): void => {
    block.classList.toggle("is-dense", isDense);
    button.setAttribute("aria-pressed", String(isDense));
  };
  set(remembered("oneplan.dense") === "yes");
  button.hidden = false;
  button.addEventListener("click", () => {
    const isDense = button.getAttribute("aria-pressed") !== "true";
    set(isDense);
    remember("oneplan.dense", isDense ? "yes" : "no");
  });
}

function hideColumns(table: HTMLTableElement, hidden: Set<number>): void {
  for (const row of table.rows) {
    let column = 0;
    for (const cell of row.cells) {
      cell.hidden = cell.colSpan === 1 && hidden.has(column);
      column += cell.colSpan;
    }
  }
}

function offerColumns(table: HTMLTableElement, choice: HTMLDetailsElement): void {
  const key = `oneplan.columns.${table.dataset.table}`;
  const hidden = new Set((remembered(key) ?? "").split(",").filter(Boolean).map(Number));
  const panel = choice.querySelector(".menu-panel");
  const heads = [...(table.tHead?.rows[0]?.cells ?? [])];
  if (!panel || heads.length < 4) return;
  heads.forEach((head, column) => {
    if (column === 0) return;
    const label = document.createElement("label");
    const box = document.createElement("input");
    box.type = "checkbox";
    box.className = "form-check-input";
    box.checked = !hidden.has(column);
    box.addEventListener("change", () => {
      if (box.checked) hidden.delete(column);
      else hidden.add(column);
      remember(key, [...hidden].join(","));
      hideColumns(table, hidden);
    });
    label.append(box, ` ${head.textContent?.trim() || t("Column %(number)s", { number: column + 1 })}`);
    panel.append(label);
  });
  choice.hidden = false;
  hideColumns(table, hidden);
  new MutationObserver(() => hideColumns(table, hidden)).observe(table, { childList: true, subtree: true });
}

/** A table that fits needs no box to scroll in: its head may stay at the window's edge, and Tab passes it by. */
const fit = new ResizeObserver((entries) => {
  for (const wrap of new Set(entries.map(({ target }) => target.closest<HTMLElement>(".table-wrap")))) {
    const table = wrap?.querySelector("table");
    if (!wrap || !table) continue;
    const isWhole = table.offsetWidth <= wrap.clientWidth;
    wrap.classList.toggle("is-whole", isWhole);
    if (isWhole) wrap.removeAttribute("tabindex");
    else wrap.tabIndex = 0;
  }
});

export function startTables(root: ParentNode): void {
  for (const table of root.querySelectorAll(".table-wrap > table")) {
    fit.observe(table);
    if (table.parentElement) fit.observe(table.parentElement);
  }
  for (const block of root.querySelectorAll<HTMLElement>(".table-block:not([data-is-alive])")) {
    block.dataset.isAlive = "yes";
    const table = block.querySelector<HTMLTableElement>("table");
    const density = block.querySelector<HTMLButtonElement>("[data-density]");
    const columns = block.querySelector<HTMLDetailsElement>("[data-columns]");
    if (density) offerDensity(block, density);
    if (table?.dataset.table && columns) offerColumns(table, columns);
  }
}
