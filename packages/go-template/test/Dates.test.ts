import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import * as Either from "effect/Either"
import { answer, fails, gives, rendered } from "./rendering.js"

const at = (layout: string, zone: string, epoch = 1_700_000_000): string => rendered(`{{ dateInZone ${JSON.stringify(layout)} ${epoch} ${JSON.stringify(zone)} }}`)

describe("layouts of dates", () => {
  it("show every part", () => {
    const shown = (layout: string) => at(layout, "Europe/Berlin", 1_704_103_505)
    assert.strictEqual(shown("Monday, 02-Jan-06 15:04:05 MST"), "Monday, 01-Jan-24 11:05:05 CET")
    assert.strictEqual(shown("2006-01-02T15:04:05Z07:00"), "2024-01-01T11:05:05+01:00")
    assert.strictEqual(shown("Mon Jan _2 3:04:05 PM 2006"), "Mon Jan  1 11:05:05 AM 2024")
    assert.strictEqual(shown("1/2/06 03:4:5pm 002 __2 -07 -0700 -07:00 -070000 -07:00:00 Z0700"), "1/1/24 11:5:5am 001   1 +01 +0100 +01:00 +010000 +01:00:00 +0100")
    assert.strictEqual(shown("January 2006 .000 15h04m05.999"), "January 2024 .000 11h05m05")
    assert.strictEqual(at("15:04:05.000 ,000000 .999", "UTC"), "22:13:20.000 ,000000 ")
    assert.strictEqual(at("Z07:00 Z0700 -0700", "UTC"), "Z Z +0000")
  })

  it("know zones and their summer", () => {
    assert.strictEqual(at("15:04 MST -0700", "America/New_York"), "17:13 EST -0500")
    assert.strictEqual(at("15:04 MST -0700", "America/New_York", 1_720_000_000), "05:46 EDT -0400")
    assert.strictEqual(at("15:04 MST", "Europe/Berlin", 1_720_000_000), "11:46 CEST")
    assert.strictEqual(at("15:04 MST -0700", "Asia/Kolkata"), "03:43 IST +0530")
    assert.strictEqual(at("15:04 MST", "America/Sao_Paulo"), "19:13 -03")
    assert.strictEqual(at("15:04 MST", "Nowhere/Land"), "22:13 UTC")
    assert.strictEqual(at("MST", "Local"), "UTC")
  })

  it("read what they show", () => {
    gives([
      ['{{ toDate "2006-01-02 15:04:05 -0700" "2020-02-29 01:02:03 +0200" }}', "2020-02-29 01:02:03 +0200 +0200"],
      ['{{ toDate "2006-01-02T15:04:05Z07:00" "2020-01-01T00:00:00.25Z" }}', "2020-01-01 00:00:00.25 +0000 UTC"],
      ['{{ toDate "Jan _2, 2006 at 3:04pm (MST)" "Feb  3, 2013 at 7:54pm (UTC)" }}', "2013-02-03 19:54:00 +0000 UTC"],
      ['{{ toDate "02/01/06" "31/12/99" | date "2006" }} {{ toDate "2006 002" "2024 366" | htmlDate }}', "1999 2024-12-31"],
      ['{{ toDate "2006-01-02" "nonsense" }}', "0001-01-01 00:00:00 +0000 UTC"]
    ])
    fails([
      ['{{ mustToDate "2006-01-02" "2021-02-29" }}', "is no date"],
      ['{{ mustToDate "2006-01-02" "2021-02-28x" }}', "is no date"],
      ['{{ mustToDate "15:04" "24:00" }}', "is no date"],
      ['{{ mustDateModify "soon" now }}', "no length of time"]
    ])
  })

  it("show every moment so that it can be read again", () => {
    const moments = FastCheck.integer({ min: -62_000_000_000, max: 250_000_000_000 })
    const zones = FastCheck.constantFrom("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe")
    FastCheck.assert(
      FastCheck.property(moments, zones, (epoch, zone) => {
        const text = at("2006-01-02T15:04:05-07:00:00", zone, epoch)
        assert.strictEqual(rendered(`{{ mustToDate "2006-01-02T15:04:05-07:00:00" ${JSON.stringify(text)} | unixEpoch }}`), String(epoch), text)
      }),
      { numRuns: 150 }
    )
  })
})

describe("lengths of time", () => {
  it("are added and shown", () => {
    gives([
      ['{{ duration 0 }} {{ duration 1 }} {{ duration "3661" }} {{ duration -90 }}', "0s 1s 1h1m1s -1m30s"],
      ['{{ durationRound "1h35m30s" }} {{ durationRound "-49h" }} {{ durationRound "1ms" }} {{ durationRound "10000h" }}', "1h 2d 0s 1y"],
      ['{{ now | dateModify "-1.5h" | date "15:04:05" }} {{ now | dateModify "36h10s" | date "02 15:04:05" }} {{ now | dateModify "x" | date "15" }}', "10:30:00 02 00:00:10 12"],
      ['{{ ago (now | dateModify "-75s") }} {{ ago now }} {{ now.Unix }} {{ now.UTC.Weekday }}', "1m15s 0s 1769860800 Saturday"]
    ])
  })

  it("and dates never throw", () => {
    FastCheck.assert(
      FastCheck.property(FastCheck.string(), FastCheck.string(), (left, right) => {
        for (const call of ["toDate", "mustToDate", "date", "dateModify"]) {
          const shown = answer(`{{ ${call} ${JSON.stringify(left)} ${call === "date" ? "now" : call === "dateModify" ? "now" : JSON.stringify(right)} }}`)
          assert.isTrue(Either.isRight(shown) || shown.left.message.length > 0)
        }
      }),
      { numRuns: 100 }
    )
  })
})
