import DequeModule
import Plan

/// What the functions of a job have printed, as far as it is kept: its end.
package struct JobLog: Sendable {
  /// What an attempt has printed in a while, cut anywhere between two characters.
  package struct Piece: Hashable, Sendable {
    /// The bytes that the job had printed before.
    package var start: Int64
    package var stage: Int
    /// The tables that it computes.
    package var stageName: String
    package var partition: Int
    package var epoch: UInt64
    package var text: String

    package init(
      start: Int64, stage: Int, stageName: String, partition: Int, epoch: UInt64, text: String
    ) {
      self.start = start
      self.stage = stage
      self.stageName = stageName
      self.partition = partition
      self.epoch = epoch
      self.text = text
    }

    fileprivate var end: Int64 { start + Int64(text.utf8.count) }

    /// In memory, also when the text is short.
    fileprivate var byteCount: Int { text.utf8.count + 64 }
  }

  /// Of a job, with what the pieces take beside their text.
  package static let byteLimit = 4 << 20

  package private(set) var pieces: Deque<Piece> = []
  /// The bytes that the job has printed so far.
  package private(set) var end: Int64 = 0
  /// What is kept takes so much.
  package private(set) var byteCount = 0

  package init() {}

  /// What an earlier driver kept, in order.
  package init(_ pieces: [Piece]) {
    self.pieces = Deque(pieces)
    end = pieces.last?.end ?? 0
    byteCount = pieces.reduce(0) { $0 + $1.byteCount }
  }

  /// Adds what an attempt has printed, as the piece that is returned.
  package mutating func append(
    _ text: String, of attempt: AttemptID, stageName: String
  ) -> Piece {
    let piece = Piece(
      start: end, stage: attempt.task.stage, stageName: stageName,
      partition: attempt.task.partition, epoch: attempt.epoch, text: text)
    pieces.append(piece)
    end = piece.end
    byteCount += piece.byteCount
    return piece
  }

  /// Lets the oldest pieces go until the rest takes no more than so many bytes. Where the rest begins when some went.
  package mutating func trim(to limit: Int = JobLog.byteLimit) -> Int64? {
    guard byteCount > limit else { return nil }
    while byteCount > limit, let piece = pieces.popFirst() { byteCount -= piece.byteCount }
    return start
  }

  /// What comes after the first so many bytes, and how much of that is kept no more. Of one who has heard more than there
  /// is, since a driver died before it wrote that down, nothing.
  package func pieces(after heard: Int64) -> (
    leftOutByteCount: Int64, pieces: Deque<Piece>.SubSequence
  ) {
    var first = pieces.endIndex
    while first > pieces.startIndex, pieces[first - 1].start >= heard { first -= 1 }
    return (max(0, start - heard), pieces[first...])
  }

  private var start: Int64 { pieces.first?.start ?? end }
}
