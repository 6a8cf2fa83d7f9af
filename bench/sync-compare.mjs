/**
 * One three-way comparison of many projects in a process of its own, so that its memory can be told: prints milliseconds and MiB as
 * JSON. Run by `sync.bench.mjs` with `--expose-gc`.
 */
import * as Survey from "@dev-infra/sync/Survey"
import * as SharedFields from "@dev-infra/sync/SharedFields"
import { readFileSync, writeFileSync } from "node:fs"
import { performance } from "node:perf_hooks"

const count = Number(process.argv[2] ?? 100_000)
const machine = "5f0c2a1e-1111-4a6b-8c7d-000000000001"
const uidOf = (index) => `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`

const projectOf = (index) => ({
  id: uidOf(index),
  name: `project-${index}`,
  path: `/home/me/Projects/team-${index % 40}/project-${index}`,
  template: "standard-project",
  version: "0.8.0",
  created: "2025-12-19",
  repository: `https://git.example.invalid/acme/project-${index}.git`,
  status: "active",
  description: `What project ${index} is for, in a sentence of usual length.`,
  organization: `organization-${index % 50}`,
  tags: [`tag-${index % 7}`, "shared"]
})

const clone = (value) => JSON.parse(JSON.stringify(value))

// A tenth was changed here, another tenth there, a hundredth on both sides; a hundredth is new here, another is only there.
const inputs = () => {
  const projects = []
  const entries = []
  const bases = {}
  for (let index = 0; index < count; index++) {
    const project = projectOf(index)
    const fields = SharedFields.ofProject(clone(project))
    const here = index % 10 === 1 ? { ...project, description: `${project.description} Changed here.` } : project
    const there = index % 10 === 2 || index % 100 === 1 ? { ...clone(fields), description: "Changed there." } : clone(fields)
    if (index % 100 !== 50) projects.push(here)
    if (index % 100 === 51) continue
    bases[project.id] = { key: String(index + 1), createdAt: "2026-01-01T00:00:00Z", uid: project.id, fields, confirmed: 1, at: "2026-01-01T00:00:00Z" }
    entries.push({
      key: String(index + 1),
      createdAt: "2026-01-01T00:00:00Z",
      updatedAt: "2026-01-02T00:00:00Z",
      uid: project.id,
      fields: there,
      writes: { [machine]: 1 },
      locations: [{ machine, name: "laptop", path: project.path }],
      deletedAt: null,
      native: null
    })
  }
  const state = { machine, counter: 1, bases, intents: {}, pending: [], dropped: {} }
  return { projects, files: new Map(), state, instance: "bench", machine, entries, deletions: [], tellsDeletions: true }
}

const memory = (name) => Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(readFileSync("/proc/self/status", "utf8"))?.[1]) / 1024
const hasProc = process.platform === "linux"

const sides = inputs()
// The first ones are read and compiled by the engine.
Survey.make({ ...sides, projects: sides.projects.slice(0, 2000), entries: sides.entries.slice(0, 2000) })
for (let times = 0; times < 3; times++) globalThis.gc()
if (hasProc) writeFileSync("/proc/self/clear_refs", "5")
const [heap, resident] = [process.memoryUsage().heapUsed, hasProc ? memory("VmRSS") : process.memoryUsage().rss / 2 ** 20]
const start = performance.now()
const survey = Survey.make(sides)
const millis = performance.now() - start
const peak = hasProc ? memory("VmHWM") - resident : process.memoryUsage().rss / 2 ** 20 - resident
globalThis.gc()
const retained = (process.memoryUsage().heapUsed - heap) / 2 ** 20
const differing = survey.pairs.filter(({ states }) => states.length > 0).length
console.log(JSON.stringify({ millis, peak, retained, differing, pairs: survey.pairs.length, alone: survey.alone.length, others: survey.others.length }))
