import { overPostgres } from "./overPostgres.js"

overPostgres(["../ProjectBatch"], ["../ProjectChanges", "../BatchIdempotency", "../BatchEquivalence", "../BatchIsolation"])
