/**
 * A limit on how long a computation may keep the processor. It stops also what never looks at a clock, such as a regular expression that
 * tries everything.
 *
 * @module
 */
import * as Either from "effect/Either"
import { createContext, Script, type Context } from "node:vm"

let prepared: { readonly context: Context & { work?: (() => void) | undefined }; readonly script: Script } | undefined

/** Only `Script` can stop code that runs, so it calls the work. Nothing of a template is ever compiled. */
const prepare = (): NonNullable<typeof prepared> => (prepared ??= { context: createContext({ work: undefined }), script: new Script("work()") })

const isTimeout = (error: unknown): boolean => typeof error === "object" && error !== null && Reflect.get(error, "code") === "ERR_SCRIPT_EXECUTION_TIMEOUT"

/**
 * What the work gives, or nothing if it took longer. What it had changed by then stays changed, so it should change nothing. An error that it
 * throws is thrown on.
 *
 * @param milliseconds at least 1
 * @category combinators
 */
export const within = <A>(milliseconds: number, work: () => A): Either.Either<A, "TooLong"> => {
  const { context, script } = prepare()
  const done: Array<A> = []
  const outer = context.work
  context.work = () => void done.push(work())
  try {
    script.runInContext(context, { timeout: Math.max(1, Math.ceil(milliseconds)) })
  } catch (error) {
    if (isTimeout(error)) return Either.left("TooLong")
    throw error
  } finally {
    context.work = outer
  }
  const [value] = done
  // The script has called the work once and returned, so there is one value; `A` itself may be undefined.
  return Either.right(value as A)
}
