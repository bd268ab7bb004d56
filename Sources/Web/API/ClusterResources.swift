import Wire

// The cluster as the API tells of it.

struct ClusterResource: Encodable, Sendable {
  struct Departed: Encodable, Sendable {
    var name: String
    var at: String
    var reason: String
  }

  var version: String
  var address: String
  var host: String
  var processId: Int32
  var startedAt: String
  var stateFolder: String?
  var journalBytes: Int64
  var usesTls: Bool
  var executors: Int
  var slots: Int
  var busySlots: Int
  var awaitedExecutors: UInt32
  var departedExecutors: [Departed]

  init(_ driver: Roost_DriverDescription, executors: [Roost_ExecutorDescription]) {
    version = driver.version
    address = driver.address
    host = driver.host
    processId = driver.processID
    startedAt = isoText(milliseconds: driver.startedMilliseconds)
    stateFolder = driver.stateFolder.isEmpty ? nil : driver.stateFolder
    journalBytes = driver.journalBytes
    usesTls = driver.usesTls
    self.executors = executors.count
    slots = executors.reduce(0) { $0 + Int($1.slots) }
    busySlots = executors.reduce(0) { $0 + Int(min($1.running, $1.slots)) }
    awaitedExecutors = driver.awaitedExecutors
    departedExecutors = driver.departed.map {
      Departed(name: $0.executor, at: isoText(milliseconds: $0.timeMilliseconds), reason: $0.reason)
    }
  }
}

struct ExecutorListResource: Encodable, Sendable {
  var executors: [ExecutorResource]

  init(_ executors: [Roost_ExecutorDescription]) {
    self.executors = executors.map { ExecutorResource($0) }
  }
}

struct ExecutorResource: Encodable, Sendable {
  var name: String
  var state: String
  var slots: UInt32
  var runningTasks: UInt32
  var memoryBytes: Int64
  var memoryUsedBytes: Int64
  var blocks: UInt32
  var blockBytes: Int64
  var diskBytes: Int64
  var spilledBytes: Int64
  var sentBytes: Int64
  var fetchedBytes: Int64
  var residentBytes: Int64
  var cpuSeconds: Double
  var dataAddress: String
  var host: String
  var processId: Int32
  var heartbeatAgeSeconds: Double

  init(_ executor: Roost_ExecutorDescription) {
    let status = executor.status
    name = executor.executor
    state = executor.isDraining ? "draining" : executor.isExcluded ? "excluded" : "active"
    slots = executor.slots
    runningTasks = executor.running
    memoryBytes = executor.memory
    memoryUsedBytes = status.memoryUsed
    blocks = status.blocks
    blockBytes = status.blockBytes
    diskBytes = status.diskBytes
    spilledBytes = status.spilledBytes
    sentBytes = status.sentBytes
    fetchedBytes = status.fetchedBytes
    residentBytes = status.residentBytes
    cpuSeconds = Double(status.processorMicroseconds) / 1e6
    dataAddress = executor.dataAddress
    host = executor.host
    processId = executor.processID
    heartbeatAgeSeconds = Double(executor.silenceMilliseconds) / 1000
  }
}

struct CachedTableListResource: Encodable, Sendable {
  struct Table: Encodable, Sendable {
    var name: String
    var job: UInt64
    var schema: String
    var rows: Int64
    var bytes: Int64
    var partitions: UInt32
    var lostPartitions: UInt32
    var executors: [String]
  }

  var cachedTables: [Table]

  init(_ tables: [Roost_CachedTableDescription]) {
    cachedTables = tables.map {
      Table(
        name: $0.name, job: $0.job, schema: $0.schema, rows: $0.rows, bytes: $0.bytes,
        partitions: $0.partitions, lostPartitions: $0.lostPartitions, executors: $0.executors)
    }
  }
}
