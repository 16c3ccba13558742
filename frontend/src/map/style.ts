/** What the map draws: our own tiles and nothing from outside. Letters are drawn from the page's own font. */
import type { StyleSpecification, LayerSpecification, ExpressionSpecification } from "maplibre-gl";

export type Config = {
  tiles: string;
  shapes: string;
  layer: string;
  shapesLayer: string;
  deepest: number;
  boundaries: { key: string; digest: string }[];
  chosen: string;
  bounds: [number, number, number, number];
  phases: { code: string; words: string }[];
};
export type State = { query: string; boundaries: string; layers: string[] };

const FONT = ['"Source Sans 3"', "sans-serif"]; // quoted: a family that ends in a number is no name otherwise
const here = window.location.origin;

export function tone(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

export const phaseTones = (): Record<string, string> => ({
  planning: tone("proposed"),
  building: tone("part"),
  done: tone("done"),
  stopped: tone("late"),
  unknown: tone("unplaced"),
});

const withQuery = (path: string, query: string): string => `${here}${path}${query ? `?${query}` : ""}`;

export const projectTiles = (config: Config, state: State): string => withQuery(config.tiles, state.query);
export const shapeTiles = (config: Config, state: State): string => withQuery(config.shapes, state.query);

function outline(id: string, source: string, width: ExpressionSpecification | number, from: number, colour: string): LayerSpecification {
  return { id, type: "line", source: "boundaries", "source-layer": source, minzoom: from, paint: { "line-color": colour, "line-width": width }, layout: { "line-join": "round" } };
}

/** A layer of a spatial development framework: areas hatched by a thin fill and an edge, corridors and nodes drawn. */
export function planningLayers(code: string): LayerSpecification[] {
  const base = { source: `planning-${code}`, "source-layer": "features" };
  const ink = tone("sample");
  return [
    { id: `planning-${code}-fill`, type: "fill", ...base, filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": ink, "fill-opacity": 0.14 } },
    { id: `planning-${code}-line`, type: "line", ...base, filter: ["!=", ["geometry-type"], "Point"], paint: { "line-color": ink, "line-width": 2, "line-dasharray": [3, 1.5] } },
    { id: `planning-${code}-node`, type: "circle", ...base, filter: ["==", ["geometry-type"], "Point"], paint: { "circle-radius": 6, "circle-color": tone("paper"), "circle-stroke-color": ink, "circle-stroke-width": 2.5 } },
  ];
}

export const planningSource = (code: string) => ({
  type: "vector" as const,
  tiles: [`${here}/tiles/layers/${encodeURIComponent(code)}/{z}/{x}/{y}.mvt`],
  maxzoom: 14,
});

export function styleOf(config: Config, state: State): StyleSpecification {
  const version = config.boundaries.find((each) => each.key === state.boundaries);
  const layers: LayerSpecification[] = [
    { id: "sea", type: "background", paint: { "background-color": tone("product-soft") } },
  ];
  const sources: StyleSpecification["sources"] = {};
  if (version) {
    sources.boundaries = { type: "vector", tiles: [`${here}/tiles/boundaries/${version.key}/{z}/{x}/{y}.mvt?v=${version.digest}`], minzoom: 3, maxzoom: 11 };
    sources.names = { type: "geojson", data: { type: "FeatureCollection", features: [] } };
    layers.push(
      { id: "land", type: "fill", source: "boundaries", "source-layer": "spaces", paint: { "fill-color": tone("paper"), "fill-antialias": false } },
      outline("wards", "wards", 0.5, 9, tone("line")),
      outline("areas", "municipal_areas", 0.8, 6, tone("line-strong")),
      outline("spaces", "spaces", ["interpolate", ["linear"], ["zoom"], 4, 0.7, 9, 2], 3, tone("muted")),
      outline("provinces", "provinces", ["interpolate", ["linear"], ["zoom"], 4, 1.2, 9, 3], 3, tone("product")),
    );
  }
  sources.projects = { type: "vector", tiles: [projectTiles(config, state)], minzoom: 0, maxzoom: config.deepest };
  sources.shapes = { type: "vector", tiles: [shapeTiles(config, state)], minzoom: 10, maxzoom: config.deepest };
  const phase: ExpressionSpecification = ["coalesce", ["get", "phase"], "unknown"];
  const tones = phaseTones();
  const byPhase = ["match", phase, ...Object.entries(tones).flatMap(([code, colour]) => [code, colour]), tones.unknown] as unknown as ExpressionSpecification;
  if (version)
    for (const [level, size, from] of [["municipal_area", 11, 8], ["space", 12, 5.5], ["province", 13, 4]] as const)
      layers.push({ id: `names-${level}`, type: "symbol", source: "names", minzoom: from, maxzoom: level === "province" ? 6.5 : 24, filter: ["==", ["get", "level"], level], layout: {
        "text-field": ["get", "name"], "text-font": FONT, "text-size": size, "text-max-width": 7, "text-letter-spacing": level === "province" ? 0.06 : 0,
      }, paint: { "text-color": level === "province" ? tone("product") : tone("ink"), "text-halo-color": tone("paper"), "text-halo-width": 1.6 } });
  layers.push(
    { id: "shape-fill", type: "fill", source: "shapes", "source-layer": config.shapesLayer, filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": byPhase, "fill-opacity": 0.25 } },
    { id: "shape-line", type: "line", source: "shapes", "source-layer": config.shapesLayer, paint: { "line-color": byPhase, "line-width": 3 } },
    { id: "groups", type: "circle", source: "projects", "source-layer": config.layer, filter: ["has", "n"], paint: {
      "circle-color": tone("product"), "circle-opacity": 0.9, "circle-stroke-color": tone("paper"), "circle-stroke-width": 1.5,
      "circle-radius": ["interpolate", ["linear"], ["log10", ["get", "n"]], 0, 7, 1, 9, 2, 11, 3, 14, 4, 18],
    } },
    { id: "counts", type: "symbol", source: "projects", "source-layer": config.layer, filter: ["has", "n"], layout: {
      "text-field": ["to-string", ["get", "n"]],
      // A count is never left out: it is the map's figure. Names of places give way to it.
      "text-font": FONT, "text-size": 11, "text-allow-overlap": true, "symbol-sort-key": ["get", "n"],
    }, paint: { "text-color": tone("on-product") } },
    { id: "pins", type: "symbol", source: "projects", "source-layer": config.layer, filter: ["!", ["has", "n"]], layout: {
      "icon-image": phase, "icon-allow-overlap": true, "icon-ignore-placement": true,
      "icon-size": ["interpolate", ["linear"], ["zoom"], 4, 0.55, 9, 0.8, 13, 1.1],
    }, paint: { "icon-opacity": ["match", ["coalesce", ["get", "confidence"], "none"], "low", 0.6, 1] } },
  );
  return { version: 8, sources, layers };
}
