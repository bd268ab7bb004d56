import Driver
import Foundation
import NIOCore
import Plan
import Testing
import Wire

@Suite struct FileStoreTests {
  private let root = FileManager.default.temporaryDirectory
    .appendingPathComponent("roost-files-\(UUID().uuidString)")

  private func store(limits: FileStore.Limits = FileStore.Limits()) throws -> FileStore {
    try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
    return try FileStore(in: LastingFolder(path: root.path), limits: limits)
  }

  private func remove() { try? FileManager.default.removeItem(at: root) }

  private var names: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: root.path)) ?? []).sorted()
  }

  private func file(_ text: String) -> ShippedFile {
    ShippedFile(name: "a.py", digest: ContentDigest.of(text), byteCount: Int64(text.utf8.count))
  }

  private func keep(_ text: String, in store: FileStore, as file: ShippedFile? = nil) throws {
    let file = file ?? self.file(text)
    let incoming = try store.receive(file)
    for character in text { try incoming.append(ByteBuffer(string: String(character))) }
    #expect(incoming.isComplete)
    try store.keep(incoming, file)
    try store.admit([file])
  }

  @Test func aFileIsThereWhenAllOfItIs() throws {
    defer { remove() }
    let store = try store()
    let wanted = file("import numpy")
    #expect(store.hold([wanted, wanted], for: .job(JobID(1))) == [wanted.digest])
    #expect(store.find(wanted.digest) == nil)
    try keep("import numpy", in: store)
    #expect(store.hold([wanted], for: .job(JobID(1))) == [])
    let found = try #require(store.find(wanted.digest))
    #expect(try String(contentsOfFile: found.path, encoding: .utf8) == "import numpy")
    #expect(found.byteCount == 12)
    #expect(names == [wanted.digest])
  }

  @Test func whatIsNotWhatWasAnnouncedIsRefused() throws {
    defer { remove() }
    let store = try store()
    #expect(
      throws: FileTransferError.damaged(
        digest: ContentDigest.of("right"), found: ContentDigest.of("wrong"))
    ) {
      try keep("wrong", in: store, as: file("right"))
    }
    let short = try store.receive(file("abc"))
    #expect(throws: FileTransferError.self) { try short.append(ByteBuffer(string: "abcd")) }
    #expect(store.find(ContentDigest.of("right")) == nil)
    withExtendedLifetime(short) {}
  }

  @Test func nothingIsLeftOfAFileThatDidNotCome() throws {
    defer { remove() }
    let store = try store()
    do {
      let incoming = try store.receive(file("abc"))
      try incoming.append(ByteBuffer(string: "a"))
      #expect(names.count == 1)
    }
    #expect(names.isEmpty)
  }

  @Test func whatIsHeldStaysAndTheRestGoesByAgeAndSize() throws {
    defer { remove() }
    var limits = FileStore.Limits()
    limits.age = .seconds(100)
    limits.byteCount = 6
    limits.grace = .seconds(10)
    let store = try store(limits: limits)
    let texts = ["held", "gone", "old1", "new1"]
    for text in texts { try keep(text, in: store) }
    #expect(store.hold([file("held")], for: .job(JobID(1))) == [])
    let table = CachedTableID(name: "t", job: JobID(2))
    #expect(store.hold([file("gone"), file("held")], for: .table(table)) == [])
    // Used last.
    _ = store.find(file("old1").digest)
    _ = store.find(file("new1").digest)

    store.removeUnneeded(at: .now + .seconds(5))
    #expect(names.count == 4, "they may be needed by a job that is on its way")
    store.removeUnneeded(at: .now + .seconds(50))
    #expect(Set(names) == Set(["held", "gone", "new1"].map { file($0).digest }))
    store.release(.table(table))
    store.removeUnneeded(at: .now + .seconds(200))
    #expect(names == [file("held").digest])
    store.release(.job(JobID(1)))
    store.removeUnneeded(at: .now + .seconds(200))
    #expect(names.isEmpty)
    #expect(store.hold([file("held")], for: .job(JobID(1))) == [file("held").digest])
  }

  @Test func theNextDriverKnowsWhatIsThereAndRemovesWhatWasBeingWritten() throws {
    defer { remove() }
    try keep("kept", in: try store())
    try Data("half".utf8).write(to: root.appendingPathComponent(".new-1"))
    let next = try store()
    #expect(next.hold([file("kept")], for: .job(JobID(1))) == [])
    #expect(names == [file("kept").digest])
  }

  @Test func aFolderThatGoesWithItsDriverRemovesThatOfADeadOne() throws {
    defer { remove() }
    try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
    let dead = root.appendingPathComponent("roost-driver-files-dead")
    try FileManager.default.createDirectory(
      at: dead, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    try Data().write(to: dead.appendingPathComponent("_LOCK"))
    let living = try FileStore(in: Driver.TemporaryFolder(in: root))
    try keep("a", in: living)
    let other = try FileStore(in: Driver.TemporaryFolder(in: root))
    #expect(names.count == 1, "it is made when something comes")
    try keep("b", in: other)
    #expect(names.count == 2)
    #expect(living.find(ContentDigest.of("a")) != nil)
    living.close()
    other.close()
    #expect(names.isEmpty)
  }
}
