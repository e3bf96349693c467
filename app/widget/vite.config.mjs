import { defineConfig } from "vite";
import { facts } from "./facts.mjs";

/** Templates without the indentation of their source. */
const tidy = {
  name: "tidy",
  generateBundle(_, bundle) {
    for (const file of Object.values(bundle)) file.code = file.code?.replace(/\n {2,}/g, " ");
  },
};

export default defineConfig({
  plugins: [facts(), tidy],
  publicDir: false,
  build: {
    target: "es2021",
    sourcemap: false,
    modulePreload: false,
    reportCompressedSize: false,
    rollupOptions: { input: "src/hello-espoo.ts", output: { entryFileNames: "widget.js", format: "es" } },
  },
});
