import { announce } from "./announce";
import { t } from "./words";

function each<E extends HTMLElement>(root: ParentNode, selector: string, act: (element: E) => void): void {
  for (const element of root.querySelectorAll<E>(selector)) {
    if (element.dataset.isAlive) continue;
    element.dataset.isAlive = "yes";
    act(element);
  }
}

export function startForms(root: ParentNode): void {
  each<HTMLFormElement>(root, "form[data-once]", (form) => {
    form.addEventListener("submit", () => {
      // After the browser has read the pressed button's name, not before.
      setTimeout(() => {
        for (const button of form.querySelectorAll("button")) button.setAttribute("aria-disabled", "true");
        form.classList.add("is-sending");
      });
    });
    form.addEventListener("click", (event) => {
      if (event.target instanceof Element && event.target.closest("[aria-disabled=true]")) event.preventDefault();
    });
  });
  each<HTMLFormElement>(root, "form[data-guard]", (form) => {
    let isChanged = false;
    form.addEventListener("input", () => (isChanged = true));
    form.addEventListener("submit", () => (isChanged = false));
    window.addEventListener("beforeunload", (event) => {
      if (isChanged && form.isConnected) event.preventDefault();
    });
  });
  each<HTMLElement>(root, "[data-autosubmit]", (control) => {
    control.addEventListener("change", () => control.closest("form")?.requestSubmit());
  });
  each<HTMLElement>(root, "[data-focus]", (summary) => summary.focus());
  each<HTMLButtonElement>(root, "button[data-copy]", (button) => {
    button.hidden = false;
    button.addEventListener("click", () => {
      void navigator.clipboard.writeText(button.dataset.copy ?? "").then(() => announce(t("Copied."), "quiet"));
      button.classList.add("is-done");
      setTimeout(() => button.classList.remove("is-done"), 1500);
    });
  });
  each<HTMLButtonElement>(root, "button[data-print]", (button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });
}

// A page brought back by the Back button must have live buttons again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll(".is-sending")) {
    form.classList.remove("is-sending");
    for (const button of form.querySelectorAll("[aria-disabled]")) button.removeAttribute("aria-disabled");
  }
});
