import Foundation
import Wire

/// The driver, its executors and what they hold.
package enum ClusterPage {
  /// After so much silence an executor is marked: they speak once a second.
  private static let longSilence: Int64 = 3000

  package static func page(
    driver: Roost_DriverDescription, executors: [Roost_ExecutorDescription],
    cached: [Roost_CachedTableDescription], now: Date
  ) -> Page {
    Page(title: "Cluster", section: .cluster, isLive: true) {
      element("h1") { "Cluster" }
      overview(driver, executors, now: now)
      section("Executors", id: "executors") {
        if executors.isEmpty {
          element("div", ["class": "empty"]) {
            element("p") { "No executor has registered. Start one on each host:" }
            element("pre") { "roost executor --driver \(driver.address)" }
          }
        } else {
          table(of: executors)
        }
        if driver.awaitedExecutors > 0 {
          note(
            "\(counted(driver.awaitedExecutors, "executor")) of before the driver's restart "
              + "have not come back yet.")
        }
      }
      section("Cached tables", id: "cached-tables") {
        if cached.isEmpty {
          note("None. An output {cache: NAME} keeps a table in the memory of the executors.")
        } else {
          table(of: cached)
        }
      }
      if !driver.departed.isEmpty {
        section("Executors that are gone", id: "departed") { departed(driver) }
      }
    }
  }

  private static func overview(
    _ driver: Roost_DriverDescription, _ executors: [Roost_ExecutorDescription], now: Date
  ) -> HTML {
    let slots = executors.reduce(0) { $0 + Int($1.slots) }
    let busy = executors.reduce(0) { $0 + Int(min($1.running, $1.slots)) }
    let used = executors.reduce(Int64(0)) { $0 &+ $1.status.memoryUsed }
    let memory = executors.reduce(Int64(0)) { $0 &+ $1.memory }
    let uptime = Int64(now.timeIntervalSince1970 * 1000) &- driver.startedMilliseconds
    return facts([
      ("Driver", HTML("\(driver.address), process \(driver.processID) on \(driver.host)")),
      ("Version", HTML(driver.version)),
      ("Up", HTML(durationText(milliseconds: uptime / 1000 * 1000))),
      ("Executors", HTML(grouped(executors.count))),
      ("Slots busy", HTML("\(busy) of \(slots)")),
      ("Memory used", HTML("\(byteText(used)) of \(byteText(memory))")),
      (
        "Journal",
        HTML(
          driver.stateFolder.isEmpty
            ? "none: jobs are forgotten when the driver ends"
            : "\(byteText(driver.journalBytes)) in \(driver.stateFolder)")
      ),
      ("Connections", HTML(driver.usesTls ? "TLS" : "not encrypted")),
    ])
  }

  private static func table(of executors: [Roost_ExecutorDescription]) -> HTML {
    var table = DataTable(
      "Executors",
      [
        .text("Executor"), .text("State"), .number("Slots busy"), .text("Memory"),
        .number("Blocks"), .number("On disk"), .number("Sent"), .number("Fetched"),
        .number("Processor"), .number("Heard"), .text("Host"), .text(""),
      ])
    for executor in executors {
      let status = executor.status
      table.addRow([
        HTML(executor.executor),
        state(of: executor),
        HTML("\(executor.running)/\(executor.slots)"),
        fragment {
          element(
            "meter",
            [
              "min": "0", "max": "\(max(1, executor.memory))", "value": "\(status.memoryUsed)",
              "aria-label": "Memory of \(executor.executor)",
            ]
          ) { byteText(status.memoryUsed) }
          " \(byteText(status.memoryUsed)) of \(byteText(executor.memory))"
        },
        HTML("\(grouped(status.blocks)) · \(byteText(status.blockBytes))"),
        HTML(status.diskBytes > 0 || status.spilledBytes > 0 ? spill(status) : "–"),
        HTML(byteText(status.sentBytes)),
        HTML(byteText(status.fetchedBytes)),
        HTML(durationText(microseconds: status.processorMicroseconds)),
        heard(executor),
        HTML("\(executor.host), process \(executor.processID), \(executor.dataAddress)"),
        executor.isDraining
          ? HTML()
          : actionButton("/executors/\(pathSegment(executor.executor))/drain", "Drain"),
      ])
    }
    return table.markup
  }

  private static func spill(_ status: Roost_ExecutorStatus) -> String {
    "\(byteText(status.diskBytes)) (\(byteText(status.spilledBytes)) spilled)"
  }

  private static func state(of executor: Roost_ExecutorDescription) -> HTML {
    let (style, text) =
      executor.isDraining
      ? ("cancelled", "draining")
      : executor.isExcluded ? ("failed", "left out") : ("succeeded", "active")
    return element(
      "span",
      [
        "class": "badge \(style)",
        "title": executor.isExcluded ? "tasks of several jobs failed there" : nil,
      ]
    ) { text }
  }

  /// Age of the last heartbeat.
  private static func heard(_ executor: Roost_ExecutorDescription) -> HTML {
    let silence = executor.silenceMilliseconds
    // Whole seconds, so that a calm page does not change all the time.
    let text =
      silence < 1500 ? "just now" : "\(durationText(milliseconds: silence / 1000 * 1000)) ago"
    return silence >= longSilence ? element("strong", ["class": "warning"]) { text } : HTML(text)
  }

  private static func table(of cached: [Roost_CachedTableDescription]) -> HTML {
    var table = DataTable(
      "Cached tables",
      [
        .text("Table"), .number("Rows"), .number("Size"), .number("Partitions"), .text("Made by"),
        .text("Executors"), .text("Columns"), .text(""),
      ])
    for one in cached {
      table.addRow([
        HTML(one.name), HTML(grouped(one.rows)), HTML(byteText(one.bytes)),
        one.lostPartitions > 0
          ? element("strong", ["class": "warning"]) {
            "\(one.partitions), \(one.lostPartitions) lost"
          } : HTML("\(one.partitions)"),
        link("/jobs/\(one.job)", "job \(one.job)"),
        HTML(one.executors.joined(separator: ", ")),
        element("span", ["class": "wide", "title": one.schema]) { shortened(one.schema, to: 120) },
        actionButton("/cached-tables/\(pathSegment(one.name))/drop", "Drop", isDangerous: true),
      ])
    }
    return table.markup
  }

  private static func departed(_ driver: Roost_DriverDescription) -> HTML {
    var table = DataTable(
      "Executors that are gone", [.text("Executor"), .text("When"), .text("Why")])
    for one in driver.departed {
      table.addRow([one.executor, timeText(milliseconds: one.timeMilliseconds), one.reason])
    }
    return table.markup
  }
}
