/**
 * Two processes that push at the same time: from one home, and from two machines.
 */
import { assert, beforeAll, describe, it } from "vitest"
import { isSoak, nameOf, prepare, projectOf, range, store, verify } from "./KilledPush.js"
import { ensureBuilt, makeMachine, startOld, startOurs } from "./Machines.js"
import { some } from "../Rounds.js"

describe("two pushes at once", () => {
  beforeAll(ensureBuilt)
  const sizes = { old: 20, fresh: 150 }
  const rounds = isSoak ? 3 : 1

  it.each(some([["our server", startOurs], ["work-prod 0.3.0", startOld]] as const, 1))("from one home to %s: both succeed, or one says that another is running", async (_name, start) => {
    for (const round of range(rounds)) {
      const remote = await start()
      const machine = await prepare(remote, sizes)
      const ended = await Promise.all([machine.try(["push"]), machine.try(["push"])])
      const failed = ended.filter(({ exitCode }) => exitCode !== 0)
      for (const { exitCode, stderr } of failed) {
        assert.strictEqual(exitCode, 1, stderr)
        assert.match(stderr, /another sync is running/)
      }
      assert.isBelow(failed.length, 2, "one of them succeeds")
      await verify(machine, remote, sizes, `round ${round}`)
    }
  })

  it.each(some([["our server", startOurs], ["work-prod 0.3.0", startOld]] as const, 1))("from two machines with the same repositories to %s: each project is there once in the end", async (_name, start) => {
    for (const round of range(rounds)) {
      const remote = await start()
      const machines = [makeMachine("laptop"), makeMachine("desktop")]
      for (const machine of machines) {
        await machine.login(remote)
        store(machine, range(60).map((index) => ({ ...projectOf(index, "the same"), id: crypto.randomUUID(), repository: `https://git.example.invalid/acme/${nameOf(index)}.git` })))
      }
      await Promise.all(machines.map((machine) => machine.try(["push"])))
      for (const turn of [1, 2]) for (const machine of machines) assert.isNumber((await machine.try([turn === 1 ? "pull" : "push"])).exitCode)
      for (const machine of machines) await machine.do("push")
      const rows = (await remote.rows()).filter(({ status }) => status !== "cancelled")
      assert.strictEqual(new Set(rows.map(({ name }) => name)).size, 60)
      assert.strictEqual(rows.length, 60, `round ${round}: ${rows.length} rows`)
    }
  })
})
