import Columnar
import Glibc
import Testing

/// How tables are cut; the file system is not needed beyond the sizes of files.
@Suite struct FilePartitioningTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func partitions(
    sizes: [Int], count: Int?, options: ReadOptions = ReadOptions()
  ) throws -> [[FileSplit]] {
    for (index, size) in sizes.enumerated() {
      try folder.write(
        "\(100 + index).csv", [UInt8](repeating: UInt8(ascii: "\n"), count: size))
    }
    let table = try FileTable(
      paths: [folder.path], format: .csv, options: options,
      declaredSchema: Schema([Field("a", .long)]))
    return table.partitions(count: count)
  }

  private func ranges(_ splits: [FileSplit]) -> [Range<Int64>] {
    splits.compactMap { if case .bytes(let range) = $0.part { range } else { nil } }
  }

  @Test func everyByteIsInOneSplit() throws {
    for count in [nil, 1, 2, 3, 8, 1000] {
      let sizes = [1000, 0, 3, 517, 1, 40]
      let partitions = try partitions(sizes: sizes, count: count)
      #expect(partitions.count <= count ?? 1)
      #expect(partitions.allSatisfy { !$0.isEmpty })
      var next: [String: Int64] = [:]
      for split in partitions.joined() {
        guard case .bytes(let range) = split.part else { continue }
        #expect(range.lowerBound == next[split.file.path, default: 0])
        #expect(!range.isEmpty)
        next[split.file.path] = range.upperBound
      }
      #expect(next.sorted { $0.key < $1.key }.map(\.value) == [1000, 3, 517, 1, 40])
    }
  }

  @Test func partitionsAreOfOneSize() throws {
    let partitions = try partitions(sizes: [4000, 2000, 2000], count: 4)
    #expect(partitions.map(ranges) == [[0..<2000], [2000..<4000], [0..<2000], [0..<2000]])
  }

  /// Files of any size without a block on the disk.
  private func partitionCount(ofTextOf size: Int) throws -> Int {
    let path = try folder.write("large.csv", "")
    try #require(truncate(path, size) == 0)
    return try FileTable(
      paths: [path], format: .csv, options: ReadOptions(),
      declaredSchema: Schema([Field("a", .long)])
    ).partitions(count: nil).count
  }

  @Test func textIsCutFinerWhenThereIsLittle() throws {
    let mebibyte = 1 << 20
    #expect(try partitionCount(ofTextOf: 8 * mebibyte) == 1)
    #expect(try partitionCount(ofTextOf: 80 * mebibyte) == 10)
    #expect(try partitionCount(ofTextOf: 512 * mebibyte) == 16)
    #expect(try partitionCount(ofTextOf: 4096 * mebibyte) == 64)
  }

  @Test func smallFilesArePackedWhole() throws {
    let partitions = try partitions(sizes: Array(repeating: 10, count: 30), count: 3)
    #expect(partitions.map(\.count) == [10, 10, 10])
    #expect(partitions.joined().allSatisfy { $0.part == .bytes(0..<10) })
  }

  @Test func filesOfManyLinesAValueStayWhole() throws {
    var options = ReadOptions()
    options.multiLine = true
    let partitions = try partitions(sizes: [100, 100], count: 8, options: options)
    #expect(partitions.joined().map(\.part) == [.whole, .whole])
    #expect(partitions.count == 2)
  }

  @Test func emptyFilesMakeOneEmptyPartition() throws {
    #expect(try partitions(sizes: [0, 0], count: nil) == [[]])
    #expect(try partitions(sizes: [0], count: 5) == [[]])
  }

  @Test func rowGroupsAreNotCut() throws {
    let table = try FileTable(
      paths: [fixture("groups.parquet"), fixture("groups.parquet")], format: .parquet,
      options: ReadOptions(), declaredSchema: nil)
    #expect(table.partitions(count: nil).map { $0.map(\.part) } == [[.rowGroups(0..<4)]])
    #expect(
      table.partitions(count: 2).map { $0.map(\.part) } == [
        [.rowGroups(0..<2)], [.rowGroups(2..<4)],
      ])
    #expect(table.partitions(count: 100).count == 4)
  }
}
