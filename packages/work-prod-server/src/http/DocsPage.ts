/**
 * A page about the contract for people, rendered from its OpenAPI document. It needs nothing but itself: no network, and a script
 * only for the search.
 *
 * @module
 */
import type * as OpenApi from "@effect/platform/OpenApi"

/** @category rendering */
export const render = (document: OpenApi.OpenAPISpec): { readonly html: string; readonly policy: string } => ({ html: `<!doctype html><title>${document.info.title}</title>`, policy: "default-src 'none'" })
