declare module "virtual:facts" {
  /** Made by facts.mjs at build time from app/locales and knowledge/. */
  const facts: Record<"fi" | "sv" | "en", import("./words.js").Words>;
  export default facts;
}
