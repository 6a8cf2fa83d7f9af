/**
 * Writers and a reader at work while something happens to the processes; and what must hold in the end.
 */
import { assert } from "@effect/vitest"
import { type FeedReader, makeFeedReader, type Row } from "./FeedReader.js"
import type { Fleet } from "./Fleet.js"
import { makeWriter, type Writer } from "./Writer.js"

export interface Story {
  readonly writers: ReadonlyArray<Writer>
  /** Returns when so many more changes have been acknowledged. */
  readonly acknowledged: (count: number) => Promise<void>
}

/**
 * Lets writers write and the reader read while `happenings` goes on. Then the reader reads to the end, and what it has put
 * together is exactly the table, which is exactly what was acknowledged to the writers.
 */
export const play = async (fleet: Fleet, writerCount: number, happenings: (story: Story) => Promise<void>): Promise<void> => {
  const writers = Array.from({ length: writerCount }, (_, writer) => makeWriter(fleet, writer))
  const reader = makeFeedReader(fleet)
  let isOver = false
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
    while (!isOver) {
      await writer.step()
      count()
    }
  }
  const read = async () => {
    while (!isOver) await reader.step()
  }
  const happen = happenings(story).finally(() => {
    isOver = true
  })
  const everybody = Promise.all([read(), ...writers.map(write)]).catch((error: unknown) => {
    // Whoever waits for more changes would wait for ever.
    isOver = true
    for (const { resolve } of waiting) resolve()
    throw error
  })
  await Promise.all([everybody, happen])
  await compare(fleet, reader, writers)
}

const compare = async (fleet: Fleet, reader: FeedReader, writers: ReadonlyArray<Writer>): Promise<void> => {
  while (await reader.step());
  const byId = (rows: Iterable<Row>) => [...rows].toSorted((one, other) => one.id - other.id)
  const lists = await Promise.all(Array.from({ length: fleet.size }, (_, index) => fleet.askOne(index, "/api/projects")))
  for (const { json } of lists) assert.deepStrictEqual(byId(reader.table.values()), byId(json))
  const expected = writers.flatMap((writer) => [...writer.projects].map(([uid, project]) => ({ uid, ...project })))
  const byUid = (rows: ReadonlyArray<{ readonly uid: string | null }>) => rows.toSorted((one, other) => String(one.uid).localeCompare(String(other.uid)))
  assert.deepStrictEqual(byUid([...reader.table.values()].map(({ description, name, uid }) => ({ uid, name, description }))), byUid(expected))
}
