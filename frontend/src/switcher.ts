/** The place switcher: arrow keys walk through the suggestions, Escape closes them. */
export function startSwitcher(): void {
  const form = document.querySelector<HTMLFormElement>("[data-switcher]");
  const input = form?.querySelector<HTMLInputElement>("input[type=search]");
  const found = form?.querySelector<HTMLElement>(".switcher-found");
  if (!form || !input || !found) return;

  form.addEventListener("keydown", (event) => {
    const links = [...found.querySelectorAll<HTMLAnchorElement>("a")];
    const here = links.indexOf(document.activeElement as HTMLAnchorElement);
    if (event.key === "ArrowDown" && links.length) {
      event.preventDefault();
      links[Math.min(here + 1, links.length - 1)]?.focus();
    } else if (event.key === "ArrowUp" && links.length) {
      event.preventDefault();
      (here <= 0 ? input : links[here - 1])?.focus();
    } else if (event.key === "Escape") {
      found.replaceChildren();
      input.focus();
    }
  });
  document.addEventListener("click", (event) => {
    if (event.target instanceof Node && !form.contains(event.target)) found.replaceChildren();
  });
  form.addEventListener("focusout", (event) => {
    if (event.relatedTarget instanceof Node && !form.contains(event.relatedTarget)) found.replaceChildren();
  });
}
