import { overPostgres } from "./overPostgres.js"

overPostgres(["../compatibility/Concurrency"], ["../compatibility/Compatibility", "../../../work-prod-client/test/contract/Contract", "../../../sync-work-prod/test/Http"])
