import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { defineConfig, type Plugin } from "vite";

const dist = resolve(import.meta.dirname, "../oneplan/static/dist");

/** Natural Earth's outline of the countries: read once, when the approximate map is drawn. */
function outlineOfCountries(): Plugin {
  return {
    name: "outline-of-countries",
    closeBundle() {
      const target = join(dist, "data/countries-10m.json");
      mkdirSync(dirname(target), { recursive: true });
      copyFileSync(resolve(import.meta.dirname, "node_modules/world-atlas/countries-10m.json"), target);
    },
  };
}

/** Compressed copies beside each text file, which the server sends as they are. */
function compressedCopies(): Plugin {
  const compress = (folder: string): void => {
    for (const entry of readdirSync(folder)) {
      const path = join(folder, entry);
      if (statSync(path).isDirectory()) {
        if (entry !== "data") compress(path);
      } else if (/\.(m?js|css|svg)$/.test(entry)) {
        const content = readFileSync(path);
        writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }));
        writeFileSync(`${path}.br`, brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }));
      }
    }
  };
  return { name: "compressed-copies", closeBundle: () => compress(dist) };
}

export default defineConfig({
  base: "./",
  build: {
    outDir: dist,
    emptyOutDir: true,
    manifest: "manifest.json",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: "es2022",
    rollupOptions: {
      input: { main: resolve(import.meta.dirname, "src/main.ts") },
      output: {
        // Twelve hexadecimal digits: the server's mark of a file that never changes.
        hashCharacters: "hex",
        entryFileNames: "assets/[name].[hash:12].js",
        chunkFileNames: "assets/[name].[hash:12].js",
        assetFileNames: "assets/[name].[hash:12][extname]",
      },
    },
  },
  css: {
    preprocessorOptions: {
      // Bootstrap 5.3 is written with @import; its authors move to modules in version 6.
      scss: { quietDeps: true, silenceDeprecations: ["import", "global-builtin", "color-functions", "if-function"] },
    },
  },
  plugins: [outlineOfCountries(), compressedCopies()],
});
