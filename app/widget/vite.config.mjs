import { defineConfig } from "vite";
import { facts } from "./facts.mjs";

export default defineConfig({
  plugins: [facts()],
  publicDir: false,
  build: {
    target: "es2021",
    sourcemap: false,
    modulePreload: false,
    reportCompressedSize: false,
    rollupOptions: { input: "src/hello-espoo.ts", output: { entryFileNames: "widget.js", format: "es" } },
  },
});
