/**
 * A point from a drawn map: a click on it fills the hidden place of the form (in the map's own kilometres, the server
 * turns them into degrees) and asks what the boundaries say. Without script the coordinates are typed.
 */
export function startPicks(root: ParentNode): void {
  for (const form of root.querySelectorAll<HTMLFormElement>("form[data-pick]")) {
    const map = document.getElementById(form.dataset.pick ?? "");
    const svg = map?.querySelector<SVGSVGElement>("svg.map-svg");
    const look = form.querySelector<HTMLButtonElement>("button[value=look]");
    if (!map || !svg || !look) continue;
    map.querySelector<HTMLElement>("[data-pick-hint]")?.removeAttribute("hidden");
    svg.classList.add("is-pickable");
    svg.addEventListener("click", (event) => {
      const matrix = svg.getScreenCTM();
      if (!matrix) return;
      const spot = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse());
      for (const [name, value] of [["frame_x", spot.x], ["frame_y", spot.y]] as const) {
        const input = form.elements.namedItem(name);
        if (input instanceof HTMLInputElement) input.value = value.toFixed(3);
      }
      form.requestSubmit(look);
    });
  }
}
