/**
 * Reads server-sent events (`text/event-stream`) as they arrive, cut anywhere.
 *
 * @module
 */
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"

/** One event. `id` is the last that was said, by this event or one before; undefined if none was. */
export interface EventMessage {
  readonly event: string
  readonly id: string | undefined
  readonly data: string
}

/** What of an event has been read. */
interface Draft {
  event: string
  data: string | undefined
}

/** The value of a line `name: value`, for a line that begins with the name. */
const valueOf = (line: string, colon: number): string => (colon < 0 ? "" : line.slice(line[colon + 1] === " " ? colon + 2 : colon + 1))

/** What has been read of a stream: lines to fields, fields to events. */
const makeReader = (limit: number) => {
  const decoder = new TextDecoder()
  let rest = ""
  let isAfterReturn = false
  let id: string | undefined
  let draft: Draft = { event: "", data: undefined }

  const readLine = (line: string): EventMessage | undefined => {
    if (line === "") {
      const { data, event } = draft
      draft = { event: "", data: undefined }
      return data === undefined ? undefined : { event: event === "" ? "message" : event, id, data }
    }
    const colon = line.indexOf(":")
    const value = valueOf(line, colon)
    switch (colon < 0 ? line : line.slice(0, colon)) {
      case "event":
        draft.event = value
        break
      case "data":
        draft.data = draft.data === undefined ? value : `${draft.data}\n${value}`
        break
      case "id":
        if (!value.includes("\0")) id = value
        break
      default:
      // A comment, or a field that means nothing here.
    }
    return undefined
  }

  /** The events that are complete with these bytes; undefined if one is larger than the limit. */
  return (bytes: Uint8Array): ReadonlyArray<EventMessage> | undefined => {
    let text = decoder.decode(bytes, { stream: true })
    if (text === "") return []
    // A line ends with \r\n, \r or \n: a \n after the \r that ended the last line belongs to that one.
    if (isAfterReturn && text.startsWith("\n")) text = text.slice(1)
    isAfterReturn = bytes.at(-1) === 13
    const lines = `${rest}${text}`.split(/\r\n|\r|\n/)
    rest = lines.pop() ?? ""
    const messages = lines.flatMap((line) => readLine(line) ?? [])
    return rest.length + (draft.data?.length ?? 0) > limit ? undefined : messages
  }
}

/**
 * The events of a stream of bytes. One that is cut off at the end is none.
 *
 * @param bytes what a server sends
 * @param limit how many characters an event may have
 * @param tooLarge the failure if it has more
 */
export const read = <E, R, E2>(bytes: Stream.Stream<Uint8Array, E, R>, limit: number, tooLarge: () => E2): Stream.Stream<EventMessage, E | E2, R> =>
  Stream.suspend(() => {
    const reader = makeReader(limit)
    return Stream.mapConcatChunkEffect(bytes, (part) => {
      const messages = reader(part)
      return messages === undefined ? Effect.fail(tooLarge()) : Effect.succeed(Chunk.unsafeFromArray(messages))
    })
  })
