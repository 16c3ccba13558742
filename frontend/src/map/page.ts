/** The map page: a map, the list of what it shows, and one address for both. Loaded only where a page has a map. */
import "maplibre-gl/dist/maplibre-gl.css";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import { Map, NavigationControl, Point, ScaleControl, setWorkerUrl } from "maplibre-gl";
import type { GeoJSONSource, MapGeoJSONFeature, VectorTileSource } from "maplibre-gl";
import { announce } from "../announce";
import { t } from "../words";
import { addSigns } from "./signs";
import { phaseTones, planningLayers, planningSource, projectTiles, shapeTiles, styleOf, tone, type Config, type State } from "./style";

setWorkerUrl(workerUrl);

const MAP_STATE = ["at", "box", "boundaries", "layers", "page"];
const STILL = window.matchMedia("(prefers-reduced-motion: reduce)");

const one = <E extends Element>(root: ParentNode, what: string): E | null => root.querySelector<E>(what);

export function startMap(root: HTMLElement): void {
  const hole = one<HTMLElement>(root, "[data-map-hole]")!;
  const still = one<HTMLElement>(root, "[data-map-still]")!;
  const config = JSON.parse(document.getElementById("map-config")!.textContent!) as Config;
  const form = one<HTMLFormElement>(document, "[data-map-filter]")!;
  const state = stateOf(config);
  hole.hidden = false;
  let map: Map;
  try {
    map = draw(hole, config, state);
  } catch {
    hole.hidden = true; // no WebGL here: the still map and the list say the same
    return;
  }
  still.hidden = true;
  root.classList.add("is-live");
  const card = one<HTMLElement>(root, "[data-map-card]")!;
  const found = one<HTMLElement>(root, "[data-map-found]")!;
  one<HTMLElement>(root, ".map-keys")!.hidden = false;
  map.getCanvas().setAttribute("aria-describedby", "map-keys");

  const remember = (push: boolean): void => {
    const { lng, lat } = map.getCenter();
    const query = new URLSearchParams(state.query);
    query.set("at", `${map.getZoom().toFixed(2)}/${lat.toFixed(5)}/${lng.toFixed(5)}`);
    if (state.boundaries && state.boundaries !== config.chosen) query.set("boundaries", state.boundaries);
    if (state.layers.length) query.set("layers", state.layers.join(","));
    const address = `${window.location.pathname}?${query}`;
    if (push) window.history.pushState(null, "", address);
    else window.history.replaceState(window.history.state, "", address);
  };

  const load = async (path: string, target: Element, query: URLSearchParams): Promise<void> => {
    const answer = await fetch(`${path}?${query}`, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
    if (!answer.ok) return;
    target.innerHTML = await answer.text();
    window.htmx.process(target as HTMLElement);
  };
  const boxed = (): URLSearchParams => {
    const query = new URLSearchParams(state.query);
    const box = map.getBounds();
    const edge = (degrees: number, most: number): string => Math.max(-most, Math.min(most, degrees)).toFixed(6);
    query.set("box", [edge(box.getWest(), 180), edge(box.getSouth(), 85), edge(box.getEast(), 180), edge(box.getNorth(), 85)].join(","));
    return query;
  };
  let waiting = 0;
  const list = (page = ""): void => {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(() => {
      const query = boxed();
      if (page) query.set("page", page);
      void load("/projects/map/in-view/", one(found, "[data-map-in-view]")!, query).then(markLine);
    }, 120);
  };
  const refilter = async (): Promise<void> => {
    (map.getSource("projects") as VectorTileSource).setTiles([projectTiles(config, state)]);
    (map.getSource("shapes") as VectorTileSource).setTiles([shapeTiles(config, state)]);
    await load("/projects/map/", found, boxed());
    markLine();
  };
  let opened = ""; // the reference of the project whose card is open
  const markLine = (): void => {
    for (const line of found.querySelectorAll<HTMLElement>("[data-ref]")) {
      const isIt = line.dataset.ref === opened;
      line.toggleAttribute("aria-current", isIt);
      if (!isIt) continue;
      line.setAttribute("aria-current", "true");
      const lines = line.parentElement!; // it scrolls by itself on a wide screen; the page stays where it is
      lines.scrollTop = line.offsetTop - lines.offsetTop - 40;
    }
  };

  map.on("moveend", () => {
    remember(false);
    list();
  });
  map.on("load", () => {
    remember(false);
    list();
    hole.dataset.ready = "true";
  });
  map.on("style.load", () => {
    addSigns(map, phaseTones(), tone("paper"));
    addRing(map);
    void names(map, state);
    for (const code of state.layers) addPlanning(map, code);
  });

  const show = async (ref: string): Promise<void> => {
    opened = ref;
    markLine();
    await load(`/projects/map/card/${encodeURIComponent(ref)}/`, card, new URLSearchParams());
    one<HTMLElement>(card, "a")?.focus({ preventScroll: true });
  };
  const close = (): void => {
    opened = "";
    markLine();
    point(map, undefined);
    card.replaceChildren();
    map.getCanvas().focus({ preventScroll: true });
  };
  map.on("click", (event) => void open(map, event.point, 6, show));
  map.getCanvas().addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    const { width, height } = map.getCanvas().getBoundingClientRect();
    void open(map, new Point(width / 2, height / 2), 20, show).then((isThere) => {
      if (!isThere) announce(t("No project stands under the cross. Move the map with the arrow keys."), "quiet");
    });
  });
  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && opened) close();
  });
  for (const layer of ["groups", "pins", "shape-fill", "shape-line"]) {
    map.on("mouseenter", layer, () => (map.getCanvas().style.cursor = "pointer"));
    map.on("mouseleave", layer, () => (map.getCanvas().style.cursor = ""));
  }
  card.addEventListener("click", (event) => {
    if ((event.target as Element).closest("[data-map-close]")) close();
  });

  // --- the filter, the list and the panels

  const changed = (): void => {
    const query = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (value && !MAP_STATE.includes(name)) query.append(name, String(value));
    if (query.toString() === state.query) return;
    state.query = query.toString();
    const inUse = one<HTMLElement>(document, "[data-map-count]")!;
    inUse.hidden = !query.size;
    inUse.firstElementChild!.textContent = String(query.size);
    remember(true);
    void refilter();
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    changed();
  });
  form.addEventListener("change", changed);
  found.addEventListener("click", (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>(".pages a");
    if (!link) return;
    event.preventDefault();
    list(new URL(link.href).searchParams.get("page") ?? "1");
    found.focus();
  });
  const mark = (event: Event): void => {
    const line = (event.target as Element).closest<HTMLElement>("[data-at]");
    const at = line?.dataset.at?.split(",").map(Number) as [number, number] | undefined;
    point(map, at);
  };
  found.addEventListener("focusin", mark);
  found.addEventListener("mouseover", mark);
  found.addEventListener("mouseleave", () => point(map, undefined));
  one<HTMLSelectElement>(root, "[data-map-boundaries]")?.addEventListener("change", (event) => {
    state.boundaries = (event.target as HTMLSelectElement).value;
    const query = new URLSearchParams(window.location.search);
    query.set("boundaries", state.boundaries);
    window.location.search = query.toString(); // the page says what the chosen version is worth
  });
  for (const box of root.querySelectorAll<HTMLInputElement>("[data-map-layer]")) {
    box.checked = state.layers.includes(box.value);
    box.addEventListener("change", () => {
      state.layers = [...root.querySelectorAll<HTMLInputElement>("[data-map-layer]:checked")].map((each) => each.value);
      if (box.checked) addPlanning(map, box.value);
      else removePlanning(map, box.value);
      remember(true);
    });
  }
  window.addEventListener("popstate", () => window.location.reload());
  startPrinting(map, hole, found);
}

function stateOf(config: Config): State {
  const query = new URLSearchParams(window.location.search);
  const boundaries = query.get("boundaries");
  const layers = (query.get("layers") ?? "").split(",").filter(Boolean);
  for (const name of MAP_STATE) query.delete(name);
  for (const [name, value] of [...query]) if (!value) query.delete(name, value);
  const known = config.boundaries.some((each) => each.key === boundaries);
  return { query: query.toString(), boundaries: known ? boundaries! : config.chosen, layers };
}

function draw(hole: HTMLElement, config: Config, state: State): Map {
  const at = /^([\d.]+)\/(-?[\d.]+)\/(-?[\d.]+)$/.exec(new URLSearchParams(window.location.search).get("at") ?? "");
  const map = new Map({
    container: hole,
    style: styleOf(config, state),
    ...(at ? { zoom: Number(at[1]), center: [Number(at[3]), Number(at[2])] as [number, number] } : { bounds: config.bounds, fitBoundsOptions: { padding: 16 } }),
    minZoom: 3,
    maxZoom: 18,
    maxBounds: [5, -50, 45, -15],
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    fadeDuration: STILL.matches ? 0 : 150,
    attributionControl: false,
    canvasContextAttributes: { preserveDrawingBuffer: false },
    locale: { "NavigationControl.ZoomIn": t("Nearer"), "NavigationControl.ZoomOut": t("Farther"), "Map.Title": t("Map of projects") },
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new ScaleControl({ unit: "metric" }), "bottom-left");
  return map;
}

async function names(map: Map, state: State): Promise<void> {
  if (!state.boundaries) return;
  const answer = await fetch(`/tiles/boundaries/${state.boundaries}/labels.json`);
  if (!answer.ok) return;
  const { labels } = (await answer.json()) as { labels: { level: string; name: string; at: [number, number] }[] };
  (map.getSource("names") as GeoJSONSource | undefined)?.setData({
    type: "FeatureCollection",
    features: labels.map(({ level, name, at }) => ({ type: "Feature", properties: { level, name }, geometry: { type: "Point", coordinates: at } })),
  });
}

/** Opens what stands nearest to a place of the picture: the card of a project, or a closer look at a group. */
async function open(map: Map, at: Point, reach: number, show: (ref: string) => Promise<void>): Promise<boolean> {
  const box: [[number, number], [number, number]] = [[at.x - reach, at.y - reach], [at.x + reach, at.y + reach]];
  const hits = map.queryRenderedFeatures(box, { layers: ["pins", "groups", "shape-line", "shape-fill"] }) as MapGeoJSONFeature[];
  const place = ({ geometry }: MapGeoJSONFeature): [number, number] | undefined => (geometry.type === "Point" ? (geometry.coordinates as [number, number]) : undefined);
  const away = (hit: MapGeoJSONFeature): number => {
    const where = place(hit);
    return where ? map.project(where).dist(at) : reach; // lines and areas come after the pins that stand on them
  };
  const [hit] = hits.sort((a, b) => away(a) - away(b));
  if (!hit) return false;
  const where = place(hit);
  if (hit.properties.ref) {
    point(map, where);
    await show(String(hit.properties.ref));
  } else {
    map.easeTo({ center: where ?? map.unproject(at), zoom: Math.min(map.getZoom() + 2, 18), animate: !STILL.matches });
  }
  return true;
}

function addPlanning(map: Map, code: string): void {
  if (map.getSource(`planning-${code}`)) return;
  map.addSource(`planning-${code}`, planningSource(code));
  for (const layer of planningLayers(code)) map.addLayer(layer, "shape-fill");
}

function removePlanning(map: Map, code: string): void {
  for (const layer of planningLayers(code)) if (map.getLayer(layer.id)) map.removeLayer(layer.id);
  if (map.getSource(`planning-${code}`)) map.removeSource(`planning-${code}`);
}

function addRing(map: Map): void {
  map.addSource("pointed", { type: "geojson", data: { type: "FeatureCollection", features: [] } });
  map.addLayer({ id: "pointed", type: "circle", source: "pointed", paint: { "circle-radius": 12, "circle-color": "transparent", "circle-stroke-width": 3, "circle-stroke-color": tone("focus") } });
}

/** Puts the ring around the project whose line in the list is pointed at or has the focus, or whose card is open. */
function point(map: Map, at: [number, number] | undefined): void {
  const features = at ? [{ type: "Feature" as const, properties: {}, geometry: { type: "Point" as const, coordinates: at } }] : [];
  (map.getSource("pointed") as GeoJSONSource | undefined)?.setData({ type: "FeatureCollection", features });
}

/**
 * On paper the map is a picture: taken in the very frame that is drawn, so that no buffer need be kept otherwise.
 * Over it stand the words of the filter that made it.
 */
function startPrinting(map: Map, hole: HTMLElement, found: HTMLElement): void {
  const words = document.createElement("div");
  words.className = "map-words print-only";
  hole.before(words);
  const picture = document.createElement("img");
  picture.className = "map-print print-only";
  picture.alt = t("The map as it stood on the screen");
  hole.after(picture);
  const take = (): void => {
    words.replaceChildren(...[...found.querySelectorAll(":scope > .chips, :scope > .map-unfiltered")].map((each) => each.cloneNode(true)));
    map.redraw();
    picture.src = withScale(map.getCanvas(), map.getContainer().querySelector<HTMLElement>(".maplibregl-ctrl-scale"));
  };
  window.addEventListener("beforeprint", take);
}

/** The picture with the scale in it, so that both shrink alike on paper. */
function withScale(drawn: HTMLCanvasElement, scale: HTMLElement | null): string {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [drawn.width, drawn.height];
  const pen = canvas.getContext("2d");
  if (!pen || !scale) return drawn.toDataURL("image/png");
  pen.drawImage(drawn, 0, 0);
  const unit = drawn.width / (drawn.clientWidth || drawn.width); // of the picture to a pixel of the page
  pen.scale(unit, unit);
  const [left, below, width] = [12, drawn.height / unit - 12, scale.offsetWidth];
  pen.fillStyle = "#ffffffd9";
  pen.fillRect(left - 6, below - 20, width + 12, 26);
  pen.fillStyle = pen.strokeStyle = "#1c2733";
  pen.font = "12px sans-serif";
  pen.fillText(scale.textContent, left + 4, below - 5);
  pen.lineWidth = 2;
  pen.stroke(new Path2D(`M${left} ${below - 8}V${below}H${left + width}V${below - 8}`));
  return canvas.toDataURL("image/png");
}
