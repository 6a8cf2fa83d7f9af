/**
 * A page about the contract for people, rendered from its OpenAPI document. It needs nothing but itself: no network, and a script
 * only for the search. There are ready pages, but they are programs of 2 to 3.4 MB that show nothing without running.
 *
 * @module
 */
import type * as OpenApi from "@effect/platform/OpenApi"
import * as Predicate from "effect/Predicate"
import * as BodyHash from "./BodyHash.js"

const escape = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll("\"", "&quot;")

/** What JSON Schema says of one value, in words. The document is plain JSON, so its parts are looked at by name. */
type Schema = Readonly<Record<string, unknown>>

const isSchema = (value: unknown): value is Schema => Predicate.isRecord(value)

const textOf = (value: unknown): string => (typeof value === "string" ? value : "")

const listOf = (value: unknown): ReadonlyArray<unknown> => (Array.isArray(value) ? value : [])

const nameOf = (reference: unknown): string => textOf(reference).split("/").at(-1) ?? ""

const code = (value: unknown): string => `<code>${escape(JSON.stringify(value) ?? "")}</code>`

/** The type of a value as HTML, with links to the schemas that it names. */
const typeOf = (schema: unknown): string => {
  if (!isSchema(schema)) return "any"
  if (schema["$ref"] !== undefined) return `<a href="#schema-${escape(nameOf(schema["$ref"]))}">${escape(nameOf(schema["$ref"]))}</a>`
  const choices = listOf(schema["anyOf"] ?? schema["oneOf"])
  if (choices.length > 0) return choices.map(typeOf).join(" or ")
  if (Array.isArray(schema["enum"])) return schema["enum"].map(code).join(" or ")
  if (schema["const"] !== undefined) return code(schema["const"])
  if (schema["type"] === "array") return `list of ${typeOf(schema["items"])}`
  return escape(textOf(schema["type"]) || "any")
}

const table = (rows: ReadonlyArray<string>): string => (rows.length === 0 ? "" : `<table><tbody>${rows.join("")}</tbody></table>`)

const row = (name: string, type: string, description: string): string => `<tr><th scope="row"><code>${escape(name)}</code></th><td>${type}</td><td>${escape(description)}</td></tr>`

const propertiesOf = (schema: Schema): string => {
  const needed = new Set(listOf(schema["required"]))
  const properties = isSchema(schema["properties"]) ? Object.entries(schema["properties"]) : []
  return table(
    properties.map(([name, value]) => row(name, typeOf(value) + (needed.has(name) ? "" : " <small>may be left out</small>"), isSchema(value) ? textOf(value["description"]) : ""))
  )
}

const bodyOf = (content: unknown): string => {
  const json = isSchema(content) ? content["application/json"] : undefined
  return isSchema(json) ? typeOf(json["schema"]) : ""
}

const parametersOf = (operation: OpenApi.OpenAPISpecOperation): string =>
  table(operation.parameters.map(({ description, in: place, name, required, schema }) => row(name, `${typeOf(schema)} <small>${place}${required ? "" : ", may be left out"}</small>`, description ?? textOf(isSchema(schema) ? schema["description"] : ""))))

const section = (title: string, content: string): string => (content === "" ? "" : `<h4>${title}</h4>${content}`)

const operationOf = (path: string, method: string, operation: OpenApi.OpenAPISpecOperation): string => {
  const responses = Object.entries(operation.responses).map(([status, { content, description }]) => `<tr><th scope="row">${escape(status)}</th><td>${bodyOf(content)}</td><td>${escape(description)}</td></tr>`)
  const body = operation.requestBody === undefined ? "" : `<p>${bodyOf(operation.requestBody.content)}${operation.requestBody.required ? "" : " <small>may be left out</small>"}</p>`
  const key = operation.security.length > 0 ? "<p>Needs a key.</p>" : ""
  return `<details class="entry" id="${escape(operation.operationId)}"><summary><b>${method.toUpperCase()}</b> <code>${escape(path)}</code> ${escape(operation.summary ?? "")}</summary>
<p>${escape(operation.description ?? "")}</p>${key}${section("Parameters", parametersOf(operation))}${section("Body", body)}${section("Answers", table(responses))}</details>`
}

const schemaOf = (name: string, schema: unknown): string =>
  isSchema(schema)
    ? `<details class="entry" id="schema-${escape(name)}"><summary><code>${escape(name)}</code> ${escape(textOf(schema["description"]))}</summary><p>${typeOf(schema)}</p>${propertiesOf(schema)}</details>`
    : ""

const style = `body{font:16px/1.5 system-ui,sans-serif;max-width:62rem;margin:0 auto;padding:1rem;color:#1a1a1a;background:#fff}
code{font-family:ui-monospace,monospace}table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.25rem .5rem;border-bottom:1px solid #ccc}
details{border:1px solid #ccc;border-radius:4px;margin:.5rem 0;padding:.5rem}summary{cursor:pointer}summary b{display:inline-block;min-width:4.5rem}
input{font:inherit;width:100%;box-sizing:border-box;padding:.5rem;border:1px solid #767676;border-radius:4px}small{color:#555}[hidden]{display:none}
@media(prefers-color-scheme:dark){body{color:#eee;background:#161616}a{color:#8ab4f8}small{color:#bbb}}`

/** Shows the entries that contain every word; opens the one that the address names. */
const script = `const box=document.querySelector("input"),entries=[...document.querySelectorAll(".entry")],count=document.querySelector("output");
const texts=entries.map(e=>e.textContent.toLowerCase());
box.closest("form").hidden=false;
const search=()=>{const words=box.value.toLowerCase().split(/\\s+/);let n=0;entries.forEach((e,i)=>{e.hidden=!words.every(w=>texts[i].includes(w));if(!e.hidden)n++});count.textContent=box.value?n+" of "+entries.length:""};
box.addEventListener("input",search);
const open=()=>{const e=document.getElementById(decodeURIComponent(location.hash.slice(1)));if(e&&e.matches(".entry")){box.value="";search();e.open=true;e.scrollIntoView()}};
addEventListener("hashchange",open);open();`

const hashed = (text: string): string => `'sha256-${BodyHash.sha256Base64(text)}'`

/**
 * The page, and the policy that lets it run its own script and nothing else.
 *
 * @param document the contract
 * @category rendering
 */
export const render = ({ components, info, paths, tags }: OpenApi.OpenAPISpec): { readonly html: string; readonly policy: string } => {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ tags: operation.tags, html: operationOf(path, method, operation) }))
  )
  const groups = tags.map(({ description, name }) => {
    const entries = operations.filter((operation) => operation.tags.includes(name)).map(({ html }) => html)
    return `<section><h2>${escape(name)}</h2><p>${escape(description ?? "")}</p>${entries.join("\n")}</section>`
  })
  const schemas = Object.entries(components.schemas).map(([name, schema]) => schemaOf(name, schema))
  const html = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${escape(info.title)} ${escape(info.version)}</title><style>${style}</style></head>
<body><h1>${escape(info.title)} <small>${escape(info.version)}</small></h1><p>${escape(info.description ?? "")} <a href="openapi.json">The contract for programs</a>.</p>
<form role="search" hidden><label>Search <input type="search" autocomplete="off"></label><output aria-live="polite"></output></form>
<main>${groups.join("\n")}
<section><h2>What goes over the wire</h2>${schemas.join("\n")}</section></main><script>${script}</script></body></html>
`
  return { html, policy: `default-src 'none'; style-src ${hashed(style)}; script-src ${hashed(script)}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'` }
}
