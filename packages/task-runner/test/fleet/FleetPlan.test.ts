import * as FleetPlan from "@dev-infra/task-runner/FleetPlan"
import { describe, expect, it } from "@effect/vitest"
import * as Either from "effect/Either"
import * as fc from "effect/FastCheck"

const project = (name: string, dependsOn: ReadonlyArray<string> = [], task: string | undefined = "test"): FleetPlan.FleetProject<string> => ({
  id: `id-${name}`,
  name,
  path: `/repos/${name}`,
  dependsOn,
  task
})

const planned = (projects: ReadonlyArray<FleetPlan.FleetProject<string>>, known: ReadonlyArray<FleetPlan.KnownProject> = []) => Either.getOrThrow(FleetPlan.make(projects, known))

const names = (plan: FleetPlan.FleetPlan<string>) => plan.waves.map((wave) => wave.map((node) => node.project.name))

describe("FleetPlan", () => {
  it("runs a project after those it depends on, by name, path or id", () => {
    expect(names(planned([project("web", ["api", "../shared"]), project("api", ["id-shared"]), project("shared")]))).toEqual([["shared"], ["api"], ["web"]])
  })

  it("keeps the given order where nothing else decides", () => {
    expect(names(planned([project("b"), project("a"), project("c", ["b"])]))).toEqual([["b", "a"], ["c"]])
  })

  it("says why a project waits", () => {
    const [, web] = planned([project("web", ["project:api"]), project("api")]).nodes
    expect(web?.needs).toEqual([{ project: "id-api", name: "api", through: [] }])
  })

  it("keeps the order through a project without the task, which is named", () => {
    const plan = planned([project("web", ["middle"]), { ...project("middle", ["api"]), task: undefined }, project("api")])
    expect(names(plan)).toEqual([["api"], ["web"]])
    expect(plan.nodes[1]?.needs).toEqual([{ project: "id-api", name: "api", through: ["middle"] }])
    expect(plan.without.map(({ name }) => name)).toEqual(["middle"])
  })

  it("names dependencies that were not chosen, and those that nobody knows", () => {
    const { outside } = planned([project("web", ["api", "nobody"])], [project("api")])
    expect(outside.map(({ reference, target }) => [reference, target?.path])).toEqual([
      ["api", "/repos/api"],
      ["nobody", undefined]
    ])
  })

  it("refuses a circle, and names the way round", () => {
    const failure = Either.flip(FleetPlan.make([project("x", ["a"]), project("a", ["b"]), project("b", ["c"]), project("c", ["a"])])).pipe(Either.getOrThrow)
    expect(failure.message).toBe("projects depend on each other in a circle: a → b → c → a")
  })

  it("refuses a project that depends on itself", () => {
    expect(Either.getOrThrow(Either.flip(FleetPlan.make([project("a", ["."])]))).message).toBe("projects depend on each other in a circle: a → a")
  })

  it("refuses a name that could be two projects", () => {
    const twins = [project("api"), { ...project("api"), id: "id-other", path: "/repos/other" }]
    expect(Either.getOrThrow(Either.flip(FleetPlan.make([project("web", ["api"]), ...twins]))).message).toBe("depends_on of web names api, which could be /repos/api or /repos/other")
  })

  it("plans 10,000 projects that each depend on the one before", () => {
    const chain = Array.from({ length: 10_000 }, (_, at) => project(`p${at}`, at === 0 ? [] : [`p${at - 1}`]))
    expect(planned(chain.toReversed()).waves.length).toBe(10_000)
  })

  const graphs = fc.integer({ min: 1, max: 25 }).chain((size) =>
    fc.array(fc.record({ has: fc.boolean(), needs: fc.array(fc.nat({ max: size - 1 }), { maxLength: 4 }) }), { minLength: size, maxLength: size })
  )

  it("holds each project once, after everything it depends on however far, or names a true circle", () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const projects = graph.map(({ has, needs }, at) => ({ ...project(`p${at}`, needs.map((need) => `p${need}`)), task: has ? "test" : undefined }))
        const made = FleetPlan.make(projects)
        if (Either.isLeft(made)) {
          if (made.left._tag !== "FleetCycle") throw new Error("names are not ambiguous here")
          const way = made.left.projects.map(({ name }) => Number(name.slice(1)))
          expect(way.length).toBeGreaterThan(1)
          expect(way[0]).toBe(way.at(-1))
          for (const [at, from] of way.slice(0, -1).entries()) expect(graph[from]?.needs).toContain(way[at + 1])
          return
        }
        const place = new Map(made.right.nodes.map((node, at) => [node.project.name, at]))
        expect(place.size).toBe(made.right.nodes.length)
        expect(made.right.nodes.length + made.right.without.length).toBe(projects.length)
        const reached = (from: number, seen: Set<number>): Set<number> => {
          for (const to of graph[from]?.needs ?? []) if (!seen.has(to)) reached(to, seen.add(to))
          return seen
        }
        for (const [at, { has }] of graph.entries()) {
          if (!has) continue
          for (const before of reached(at, new Set())) {
            if (graph[before]?.has === true) expect(place.get(`p${before}`)).toBeLessThan(place.get(`p${at}`) ?? -1)
          }
        }
      })
    )
  })
})
