import { Client } from "pg"

/** Asks the database until a condition holds. */
export const until = async (url: string, condition: string): Promise<void> => {
  const client = new Client(url)
  await client.connect()
  try {
    for (;;) {
      const { rows } = await client.query<{ readonly holds: boolean }>(`SELECT ${condition} AS holds`)
      if (rows[0]?.holds === true) return
    }
  } finally {
    await client.end()
  }
}
