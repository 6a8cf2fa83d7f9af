/**
 * How often each of many may do something: so many times at once, and as many a minute.
 *
 * @module
 */

interface Bucket {
  tokens: number
  filledAt: number
}

/** @category models */
export interface TokenBuckets {
  /** Whether there is a bucket for this name. */
  readonly has: (name: string) => boolean
  /** Milliseconds until there is a token again; 0 if there is one now, which is not taken. */
  readonly wait: (name: string, now: number) => number
  /** Takes a token. Gives 0, or if there is none the milliseconds until there is one. */
  readonly take: (name: string, now: number) => number
}

/**
 * Buckets that are full at first. Beyond `size` names the one that was used least recently is forgotten.
 *
 * @param perMinute tokens that a bucket holds, and those that it gets in a minute
 * @param size names
 * @category constructors
 */
export const make = (perMinute: number, size: number): TokenBuckets => {
  const buckets = new Map<string, Bucket>()
  const millisPerToken = 60_000 / perMinute

  /** The bucket as it is now, moved to the end of the map. */
  const filled = (name: string, now: number): Bucket => {
    const bucket = buckets.get(name) ?? { tokens: perMinute, filledAt: now }
    bucket.tokens = Math.min(perMinute, bucket.tokens + Math.max(0, now - bucket.filledAt) / millisPerToken)
    bucket.filledAt = now
    buckets.delete(name)
    buckets.set(name, bucket)
    const [oldest] = buckets.keys()
    if (buckets.size > size && oldest !== undefined) buckets.delete(oldest)
    return bucket
  }
  const waitFor = ({ tokens }: Bucket): number => (tokens >= 1 ? 0 : Math.ceil((1 - tokens) * millisPerToken))

  return {
    has: (name) => buckets.has(name),
    wait: (name, now) => (buckets.has(name) ? waitFor(filled(name, now)) : 0),
    take: (name, now) => {
      const bucket = filled(name, now)
      const wait = waitFor(bucket)
      if (wait === 0) bucket.tokens -= 1
      return wait
    }
  }
}
