/** Filters and search. */
import { ask, asJson, changed, create, json, page, pair, refused, row, same } from "../Pair.js"

const topic = "filters"

const given = [
  create(1, { name: "Alpha", status: "active", classification: "primary", organization: "Acme" }),
  create(2, { name: "beta", status: "paused", classification: "archive", organization: "acme", description: "about ALPHA" }),
  create(3, { name: "100% a_b", status: "active", path: "/p3", remote_url: "https://x/3" })
]

const alpha = row(1, { name: "Alpha", classification: "primary", organization: "Acme" })
const beta = row(2, { name: "beta", status: "paused", classification: "archive", organization: "acme", description: "about ALPHA" })
const percent = row(3, { name: "100% a_b", path: "/p3", remote_url: "https://x/3" })
const all = [alpha, beta, percent]

const query = (text: string, ...rows: ReadonlyArray<unknown>) => same(ask("GET", `/api/projects?${text}`), json(200, rows))

const escaped = "the signs of patterns have no meaning in a search"

export const filters = [
  pair(topic, "status and classification are exact", ...given, query("status=active", alpha, percent), query("status=paused", beta), query("classification=archive", beta), query("classification=secondary")),
  pair(
    topic,
    "a status or classification that does not exist is ignored",
    ...given,
    ...["status=actve", "status=Active", "status=", "classification=x", "classification=Primary", "classification=", "status=active,paused"].map((text) => query(text, ...all))
  ),
  pair(topic, "an organization is exact, also in its case", ...given, query("organization=Acme", alpha), query("organization=ACME"), query("organization=", ...all)),
  pair(
    topic,
    "project_type is one of four, or ignored if empty",
    ...given,
    query("project_type=Work"),
    query("project_type=", ...all),
    same(ask("GET", "/api/projects?project_type=work"), refused(400, "Invalid project_type. Must be one of: ['Work', 'Personal', 'Learning', 'Inactive']"))
  ),
  pair(topic, "of a filter that is sent twice the first counts", ...given, query("status=paused&status=active", beta), query("status=&status=paused", ...all)),
  pair(topic, "filters must all hold", ...given, query("status=active&organization=Acme", alpha), query("status=paused&organization=Acme")),
  pair(topic, "a search looks into name and description, A to Z in either case", ...given, query("search=alpha", alpha, beta), query("search=ABOUT", beta), query("search=acme"), query("search=https"), query("search=", ...all)),
  pair(
    topic,
    "letters beyond ASCII have one case in a search",
    create(1, { name: "über" }),
    query("search=%C3%BC", row(1, { name: "über" })),
    query("search=%C3%9C")
  ),
  pair(topic, "a blank is + or %20", ...given, query("search=about+alpha", beta), query("search=about%20alpha", beta)),
  pair(
    topic,
    "% and _ of a search match anything",
    ...given,
    changed(ask("GET", "/api/projects?search=_"), json(200, all), escaped, json(200, [percent])),
    changed(ask("GET", "/api/projects?search=%25"), json(200, all), escaped, json(200, [percent])),
    changed(ask("GET", "/api/projects?search=b_ta"), json(200, [beta]), escaped, json(200, [])),
    query("search=%5C"),
    query("search=%00", ...all)
  ),
  pair(topic, "a search that is no UTF-8 finds nothing", ...given, query("search=%FF")),
  pair(
    topic,
    "filters that nobody knows are ignored",
    ...given,
    ...["name=x", "page=2", "limit=1", "offset=2", "per_page=1", "id=1", "order=name"].map((text) => query(text, ...all))
  ),
  pair(
    topic,
    "path, remote_url, updated_since and sort are not known",
    ...given,
    changed(ask("GET", "/api/projects?path=/p3"), json(200, all), "there are more filters", json(200, [percent])),
    changed(ask("GET", "/api/projects?remote_url=https://x/3"), json(200, all), "there are more filters", json(200, [percent])),
    changed(ask("GET", "/api/projects?updated_since=2030-01-01T00:00:00"), json(200, all), "there are more filters", json(200, [])),
    changed(ask("GET", "/api/projects?sort=-id"), json(200, all), "there are more filters", json(200, [percent, beta, alpha]))
  ),
  pair(topic, "addresses end without a slash and have one case", asJson(ask("GET", "/api/projects/"), 404), asJson(ask("GET", "/api/health/"), 404), asJson(ask("GET", "/API/projects"), 404)),
  pair(topic, "two slashes are one, elsewhere", same(ask("GET", "/api//projects"), { status: 308, body: { _tag: "Unread" } })),
  pair(
    topic,
    "a request line of 9,000 characters is refused",
    changed(ask("GET", `/api/projects?search=${"x".repeat(9000)}`), page(400), "the limit is another, and every error is JSON", { status: 414, body: { _tag: "Error" } })
  )
]
