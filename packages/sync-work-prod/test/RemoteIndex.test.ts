/** What every remote index promises, on each server that the client is tried on. */
import * as Effect from "effect/Effect"
import { testRemoteIndex } from "../../sync/test/RemoteIndex.contract.js"
import * as World from "./indexWorld.js"

for (const world of World.worlds) {
  testRemoteIndex(
    world.name,
    Effect.map(World.open(world), ({ at, client, passSecond }) => ({
      at,
      add: ({ ...fields }, path) => Effect.asVoid(Effect.orDie(client.create(path === undefined ? fields : { ...fields, path }))),
      rename: (key, name) => Effect.asVoid(Effect.orDie(client.update(Number(key), { name }))),
      passSecond
    }))
  )
}
