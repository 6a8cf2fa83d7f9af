/**
 * Writers and a reader at work while something happens to the processes; and what must hold in the end.
 */
import { assert } from "@effect/vitest"
import { makeEventReader } from "./EventReader.js"
import { makeFeedReader, type Row } from "./FeedReader.js"
import type { Fleet } from "./Fleet.js"
import { makeWriter, type Writer } from "./Writer.js"

export interface Story {
  readonly writers: ReadonlyArray<Writer>
  /** Returns when so many more changes have been acknowledged. */
  readonly acknowledged: (count: number) => Promise<void>
}

/**
 * Lets writers write, one reader follow the feed and another one the events, while `happenings` goes on. Then both read to the end, and
 * what each has put together is exactly the table, which is exactly what was acknowledged to the writers.
 */
export const play = async (fleet: Fleet, writerCount: number, happenings: (story: Story) => Promise<void>): Promise<void> => {
  const before: ReadonlyArray<Row> = (await fleet.ask("/api/projects")).json
  const writers = Array.from({ length: writerCount }, (_, writer) => makeWriter(fleet, writer))
  const reader = makeFeedReader(fleet)
  const events = makeEventReader(fleet)
  const over = new AbortController()
  let done = 0
  let waiting: Array<{ readonly from: number; readonly resolve: () => void }> = []
  const count = () => {
    done += 1
    const met = waiting.filter(({ from }) => done >= from)
    waiting = waiting.filter(({ from }) => done < from)
    for (const { resolve } of met) resolve()
  }
  const story: Story = { writers, acknowledged: (more) => new Promise((resolve) => waiting.push({ from: done + more, resolve })) }

  const write = async (writer: Writer) => {
    while (!over.signal.aborted) {
      await writer.step()
      count()
    }
  }
  const read = async () => {
    while (!over.signal.aborted) await reader.step()
  }
  const happen = happenings(story).finally(() => over.abort())
  const listen = async () => {
    while (!over.signal.aborted) await events.listen(over.signal)
  }
  const everybody = Promise.all([read(), listen(), ...writers.map(write)]).catch((error: unknown) => {
    // Whoever waits for more changes would wait for ever.
    over.abort()
    for (const { resolve } of waiting) resolve()
    throw error
  })
  await Promise.all([everybody, happen])
  while (await reader.step());
  while (!(await events.catchUp()));
  for (const { table } of [reader, events]) await compare(fleet, table, before, writers)
}

const contentOf = ({ description, name, uid }: Row) => ({ uid, name, description })

const compare = async (fleet: Fleet, table: ReadonlyMap<number, Row>, before: ReadonlyArray<Row>, writers: ReadonlyArray<Writer>): Promise<void> => {
  const byId = (rows: Iterable<Row>) => [...rows].toSorted((one, other) => one.id - other.id)
  const lists = await Promise.all(Array.from({ length: fleet.size }, (_, index) => fleet.askOne(index, "/api/projects")))
  for (const { json } of lists) assert.deepStrictEqual(byId(table.values()), byId(json))
  const made = writers.flatMap((writer) => [...writer.projects].map(([uid, project]) => ({ uid, ...project })))
  const inOrder = (contents: ReadonlyArray<object>) => contents.map((content) => JSON.stringify(content)).toSorted()
  assert.deepStrictEqual(inOrder([...table.values()].map(contentOf)), inOrder([...before.map(contentOf), ...made]))
}
