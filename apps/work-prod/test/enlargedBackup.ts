import { createHash, randomBytes } from "node:crypto"
import { readFileSync } from "node:fs"
import { gunzipSync, gzipSync } from "node:zlib"

/** A backup with many projects more, each of 4 KiB that cannot be compressed. */
export const enlarged = (file: string, count: number): Buffer => {
  const lines = gunzipSync(readFileSync(file)).toString("utf8").trimEnd().split("\n")
  const at = lines.findIndex((line) => line.startsWith('{"table":"projects"')) + 1
  const row: ReadonlyArray<unknown> = JSON.parse(lines[at] ?? "")
  const columns: ReadonlyArray<string> = JSON.parse(lines[at - 1] ?? "").columns
  const others = Array.from({ length: count }, (_, index) => {
    const changed: { readonly [column: string]: unknown } = { id: index + 100, position: index + 100, description: randomBytes(2048).toString("hex") }
    return JSON.stringify(columns.map((column, place) => changed[column] ?? row[place]))
  })
  const content = [...lines.slice(0, at + 1), ...others, ...lines.slice(at + 1, -1)].map((line) => `${line}\n`).join("")
  const ending = JSON.parse(lines.at(-1) ?? "")
  ending.rows.projects += count
  ending.sha256 = createHash("sha256").update(content).digest("hex")
  return gzipSync(`${content}${JSON.stringify(ending)}\n`, { level: 1 })
}
