import Columnar
import Testing

@Suite struct RowHashTests {
  /// The values of docs/protocol.md, which other implementations are held to.
  @Test func givesTheDocumentedHashes() throws {
    func hash(_ columns: Column...) -> UInt64 { RowHash.hashes(of: columns, rowCount: 1)[0] }
    func hash(_ strings: String...) throws -> UInt64 {
      RowHash.hashes(of: try strings.map { try Column(strings: [$0]) }, rowCount: 1)[0]
    }
    #expect(hash(Column(longs: [0])) == 0xE220_A839_7B1D_CDAF)
    #expect(hash(Column(longs: [-1])) == 0xE4D9_7177_1B65_2C20)
    #expect(hash(Column(longs: [nil])) == 0x0A7F_B0C1_B3A8_D23E)
    #expect(hash(Column(doubles: [.nan])) == 0xC729_71D8_2E15_BB46)
    #expect(hash(Column(doubles: [1.5])) == 0xD6DA_B18E_1392_608A)
    #expect(try hash("") == 0xE220_A839_7B1D_CDAF)
    #expect(try hash("N14228") == 0xA23B_E2B1_05B1_EC84)
    #expect(try hash("Zürich Hbf") == 0xFD0E_9EC2_E282_22CB)
    #expect(try hash("EWR", "IAH") == 0x4341_983F_DEE2_91F6)
    #expect(hash(Column(longs: [7]), Column(longs: [nil])) == 0x6C01_41DF_9565_E62E)
    let decimal = try Column(
      .decimal(precision: 9, scale: 2), [.decimal(unscaled: -100, scale: 2)])
    #expect(hash(decimal) == 0x041D_BC7E_A741_6A93)
    let list = try Column(.list(.double), [.list([.double(1), .null])])
    #expect(hash(list) == 0x2EA2_8B89_0A01_4E63)
  }

  @Test func equalKeysOfOtherLayoutsHashEqual() throws {
    let wide = Column(longs: [-1, nil, 7])
    let same = try [DataType.byte, .short, .integer].map {
      try Column($0, [.integer(-1), .null, .integer(7)])
    }
    for narrow in same {
      #expect(
        RowHash.hashes(of: [narrow], rowCount: 3) == RowHash.hashes(of: [wide], rowCount: 3))
    }
    let zeros = RowHash.hashes(
      of: [Column(doubles: [0, -0.0, .nan, -.nan, .signalingNaN])], rowCount: 5)
    #expect(zeros[0] == zeros[1])
    #expect(Set(zeros[2...]).count == 1)
    let slice = Column(longs: [3, 4, -1, nil, 7]).slice(2..<5)
    #expect(RowHash.hashes(of: [slice], rowCount: 3) == RowHash.hashes(of: [wide], rowCount: 3))
  }

  @Test func otherKeysHashApart() throws {
    let strings = ["", "\0", "\0\0", "a", "b", "abcdefg", "abcdefgh", "abcdefgh\0", "abcdefghi"]
    #expect(
      Set(RowHash.hashes(of: [try Column(strings: strings)], rowCount: strings.count)).count
        == strings.count)
    let swapped = RowHash.hashes(
      of: [Column(longs: [1, 2, nil, 1]), Column(longs: [2, 1, 1, nil])], rowCount: 4)
    #expect(Set(swapped).count == 4)
    let lists = try Column(
      .list(.double), [.list([]), .null, .list([.null]), .list([.double(0)]), .list([.double(1)])])
    #expect(Set(RowHash.hashes(of: [lists], rowCount: 5)).count == 5)
  }

  @Test func spreadsSequencesEvenlyOverPartitions() {
    for stride in [Int64(1), 1000, 1 << 20, 1 << 40] {
      let keys = Column(longs: (0..<20_000).map { $0 &* stride })
      var counts = [Int](repeating: 0, count: 7)
      for hash in RowHash.hashes(of: [keys], rowCount: 20_000) {
        counts[RowHash.partition(of: hash, count: 7)] += 1
      }
      #expect(counts.min()! > 2_600 && counts.max()! < 3_120, "\(stride): \(counts)")
    }
  }
}
