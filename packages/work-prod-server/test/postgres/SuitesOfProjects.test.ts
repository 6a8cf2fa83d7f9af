import { overPostgres } from "./overPostgres.js"

overPostgres(["../Projects", "../ProjectLists", "../ProjectImport"], ["../OldInstallation", "../Doctor", "../ProjectRendering"])
