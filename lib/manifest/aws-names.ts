/** What AWS knows of the services that a manifest names. */
import { type Catalog, loadCatalog } from "../iam/catalog.ts";

/** What may stand before the colon of an action or condition key. */
const prefix = /\b[a-z][a-z0-9-]*(?=:[A-Za-z*?])/g;

/**
 * Gives the catalogue of every service that the texts can mean: a few too many, where a text only looks like an action.
 * To be loaded before `readManifest`, which does not wait.
 */
export function catalogFor(texts: Iterable<string>): Promise<Catalog> {
  const names = new Set([...texts].flatMap((text) => text.match(prefix) ?? []));
  return loadCatalog([...names].map((name) => `${name}:any`));
}
