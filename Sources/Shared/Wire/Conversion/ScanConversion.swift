import Columnar
import Plan

// Scans and files, to and from their messages.

extension Scan {
  init(wire: Roost_Scan) throws(ProtocolError) {
    let fileSchema = try Schema(wire: wire.fileSchema)
    var partitions: [[FileSplit]] = []
    for partition in wire.partitions {
      var splits: [FileSplit] = []
      for split in partition.splits { splits.append(try FileSplit(wire: split)) }
      partitions.append(splits)
    }
    var predicates: [ColumnPredicate] = []
    for predicate in wire.predicates { predicates.append(try ColumnPredicate(wire: predicate)) }
    let columns = wire.columns.map { Int($0) }
    guard columns.allSatisfy({ $0 < fileSchema.count }),
      predicates.allSatisfy({ $0.column < fileSchema.count })
    else { throw .malformedMessage("a scan of a column that the files do not have") }
    self.init(
      format: try FileFormat(wire: wire.format), options: try ReadOptions(wire: wire.options),
      fileSchema: fileSchema, columns: columns, predicates: predicates, partitions: partitions)
  }

  var wire: Roost_Scan {
    .with {
      $0.format = format.wire
      $0.options = options.wire
      $0.fileSchema = fileSchema.wire
      $0.columns = columns.map { UInt32($0) }
      $0.predicates = predicates.map(\.wire)
      $0.partitions = partitions.map { splits in .with { $0.splits = splits.map(\.wire) } }
    }
  }
}

extension FileFormat {
  init(wire: Roost_FileFormat) throws(ProtocolError) {
    switch wire {
    case .csv: self = .csv
    case .parquet: self = .parquet
    case .json: self = .json
    case .arrow: self = .arrow
    case .unspecified, .UNRECOGNIZED: throw .malformedMessage("file format \(wire)")
    }
  }

  var wire: Roost_FileFormat {
    switch self {
    case .csv: .csv
    case .parquet: .parquet
    case .json: .json
    case .arrow: .arrow
    }
  }
}

extension ReadOptions {
  init(wire: Roost_ReadOptions) throws(ProtocolError) {
    self.init()
    guard let delimiter = wire.delimiter.first, let quote = wire.quote.first else {
      throw .malformedMessage("read options without delimiter or quote")
    }
    self.header = wire.header
    self.delimiter = delimiter
    self.quote = quote
    self.escape = wire.escape.first
    self.nullValues = wire.nullValues
    self.multiLine = wire.multiLine
  }

  var wire: Roost_ReadOptions {
    .with {
      $0.header = header
      $0.delimiter = String(delimiter)
      $0.quote = String(quote)
      $0.escape = escape.map { String($0) } ?? ""
      $0.nullValues = nullValues
      $0.multiLine = multiLine
    }
  }
}

extension WriteOptions {
  init(wire: Roost_WriteOptions) {
    self.init()
    compression = wire.compression.isEmpty ? nil : wire.compression
    header = wire.header
  }

  var wire: Roost_WriteOptions {
    .with {
      $0.compression = compression ?? ""
      $0.header = header
    }
  }
}

extension FileSplit {
  init(wire: Roost_FileSplit) throws(ProtocolError) {
    let part: Part
    switch wire.part {
    case .bytes(let range):
      guard 0 <= range.lower, range.lower <= range.upper else {
        throw .malformedMessage("a split of bytes \(range.lower) to \(range.upper)")
      }
      part = .bytes(range.lower..<range.upper)
    case .rowGroups(let range):
      guard 0 <= range.lower, range.lower <= range.upper else {
        throw .malformedMessage("a split of row groups \(range.lower) to \(range.upper)")
      }
      part = .rowGroups(Int(range.lower)..<Int(range.upper))
    case nil: part = .whole
    }
    self.init(
      file: FileIdentity(path: wire.path, size: wire.size, modified: wire.modified), part: part)
  }

  var wire: Roost_FileSplit {
    .with {
      $0.path = file.path
      $0.size = file.size
      $0.modified = file.modified
      switch part {
      case .whole: break
      case .bytes(let range):
        $0.bytes = .with {
          $0.lower = range.lowerBound
          $0.upper = range.upperBound
        }
      case .rowGroups(let range):
        $0.rowGroups = .with {
          $0.lower = Int64(range.lowerBound)
          $0.upper = Int64(range.upperBound)
        }
      }
    }
  }
}

extension ColumnPredicate {
  private static let comparisons: [(Comparison, Roost_ColumnPredicate.Comparison)] = [
    (.equal, .equal), (.less, .less), (.lessOrEqual, .lessOrEqual), (.greater, .greater),
    (.greaterOrEqual, .greaterOrEqual), (.isNotNull, .isNotNull),
  ]

  init(wire: Roost_ColumnPredicate) throws(ProtocolError) {
    guard let comparison = Self.comparisons.first(where: { $0.1 == wire.comparison })?.0 else {
      throw .malformedMessage("comparison \(wire.comparison)")
    }
    self.init(
      column: Int(wire.column), comparison: comparison, value: try Scalar(wire: wire.value))
  }

  var wire: Roost_ColumnPredicate {
    .with {
      $0.column = UInt32(column)
      $0.comparison = Self.comparisons.first { $0.0 == comparison }!.1
      $0.value = value.wire
    }
  }
}

extension FileWrite {
  init(wire: Roost_FileWrite) throws(ProtocolError) {
    guard let mode = Mode(rawValue: wire.mode) else {
      throw .malformedMessage("write mode '\(wire.mode)'")
    }
    self.init(
      path: wire.path, format: try FileFormat(wire: wire.format), mode: mode,
      options: WriteOptions(wire: wire.options))
  }

  var wire: Roost_FileWrite {
    .with {
      $0.path = path
      $0.format = format.wire
      $0.mode = mode.rawValue
      $0.options = options.wire
    }
  }
}
