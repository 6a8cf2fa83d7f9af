import { overPostgres } from "./overPostgres.js"

overPostgres(["../compatibility/Concurrency"], ["../compatibility/Compatibility", "../../../work-prod-client/test/contract/Contract", "../../../sync-work-prod/test/Http", "../../../sync-work-prod/test/RemoteIndex", "../../../sync-work-prod/test/histories/oursOverHttp"])
