import ArgumentParser
import Driver
import Wire

struct Cached: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cached", abstract: "Lists the tables that executors hold in memory.")

  @OptionGroup var driver: DriverOption
  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let list = try driver.ask {
      $0.listCachedTables = Roost_ListCachedTables()
    } expecting: {
      if case .cachedTableList(let list) = $0 { list } else { nil }
    }
    if json {
      try printJSON(list.tables.map(CachedTableSummary.init))
      return
    }
    let rows = list.tables.map { table in
      [
        table.name, "\(table.job)", grouped(table.rows), byteText(table.bytes),
        "\(table.partitions - table.lostPartitions)/\(table.partitions)",
        table.executors.joined(separator: " "), table.schema,
      ]
    }
    print(
      TextTable(
        header: ["table", "job", "rows", "bytes", "partitions", "executors", "columns"],
        rows: rows, rightAligned: [false, true, true, true, true, false, false]
      ).text, terminator: "")
  }
}

struct Drop: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "drop", abstract: "Frees a table that executors hold in memory.")

  @Argument(help: "The table's name.")
  var name: String
  @OptionGroup var driver: DriverOption

  func run() throws {
    try driver.ask {
      $0.dropCachedTable.name = name
    } expecting: {
      if case .cachedTableList = $0 { () } else { nil }
    }
    print("dropped \(name)")
  }
}

private struct CachedTableSummary: Encodable {
  var table: String
  var job: UInt64
  var schema: String
  var rows: Int64
  var bytes: Int64
  var partitions: UInt32
  var lostPartitions: UInt32
  var executors: [String]

  init(_ table: Roost_CachedTableDescription) {
    self.table = table.name
    job = table.job
    schema = table.schema
    rows = table.rows
    bytes = table.bytes
    partitions = table.partitions
    lostPartitions = table.lostPartitions
    executors = table.executors
  }
}
