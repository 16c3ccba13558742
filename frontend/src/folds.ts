/** Long pages start folded on a phone; where the address points, and on paper, they are open. Without script all is open. */
const folds = (): NodeListOf<HTMLDetailsElement> => document.querySelectorAll("details[data-fold]");

function openTo(hash: string): void {
  const target = hash.length > 1 ? document.getElementById(decodeURIComponent(hash.slice(1))) : null;
  for (let fold = target?.closest("details"); fold; fold = fold.parentElement?.closest("details")) fold.open = true;
  if (target) target.scrollIntoView();
}

export function startFolds(): void {
  if (window.matchMedia("(max-width: 640px)").matches) for (const fold of folds()) fold.open = false;
  if (document.querySelector("details[data-fold], details.folded")) {
    openTo(location.hash);
    window.addEventListener("hashchange", () => openTo(location.hash));
  }
}
