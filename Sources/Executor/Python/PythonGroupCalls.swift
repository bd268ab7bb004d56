import Columnar
import Plan

/// Calls a function on the groups of a message, whatever becomes of its processes on the way: a group that takes its process down is left
/// out, or fails the job, and those beside it are called again.
///
/// The same for `apply`, `cogroup` and aggregates, which differ in their messages.
struct PythonGroupCalls {
  /// What came of the groups of a message.
  struct Results {
    /// Rows of the groups, and for each row the number of its group, in ascending order.
    var answers: [(rows: RecordBatch, groups: [Int])] = []
    /// What to record of groups without rows, in ascending order.
    var failures: [(group: Int, message: String)] = []
  }

  /// A group failed whose errors are not recorded; nil when none was at work.
  struct Failed: Error {
    var group: Int?
    var failure: PythonFailure
  }

  /// A group whose process is killed from outside is tried so often.
  private static let attemptLimit = 3

  let session: PythonSession

  /// - Parameters:
  ///   - count: of the groups.
  ///   - message: what is sent for some of them.
  /// - Throws: `Failed`, and what `PythonSession.exchange` throws but its `Failure`.
  func run(
    count: Int, message: (Range<Int>) throws -> (PythonRequest, [RecordBatch])
  ) throws -> Results {
    var parts: [(first: Int, results: Results)] = []
    var failures: [(group: Int, message: String)] = []
    var deaths: [Int: Int] = [:]
    var pending = [0..<count]
    while let range = pending.popLast() {
      if range.isEmpty { continue }
      do {
        let (request, bodies) = try message(range)
        parts.append((range.lowerBound, try run(range, request, bodies)))
      } catch let failure as PythonSession.Failure {
        let group = failure.group.map { range.lowerBound + $0 }.flatMap {
          range.contains($0) ? $0 : nil
        }
        if case .ended(let end) = failure.failure, end.isFromOutside,
          deaths[group ?? range.lowerBound, default: 0] + 1 < Self.attemptLimit
        {
          deaths[group ?? range.lowerBound, default: 0] += 1
          pending.append(range)
          continue
        }
        guard session.function.recordsErrors, let group else {
          throw Failed(group: group, failure: failure.failure)
        }
        failures.append((group, failure.failure.text))
        pending.append(group + 1..<range.upperBound)
        pending.append(range.lowerBound..<group)
      }
    }
    var results = Results()
    for part in parts.sorted(by: { $0.first < $1.first }) {
      results.answers += part.results.answers
      failures += part.results.failures
    }
    results.failures = failures.sorted { $0.group < $1.group }
    return results
  }

  private func run(
    _ range: Range<Int>, _ request: PythonRequest, _ bodies: [RecordBatch]
  ) throws -> Results {
    var results = Results()
    let end = try session.exchange(request, bodies) { rows, batch in
      for failed in rows.failed ?? [] {
        guard session.function.recordsErrors, range.contains(range.lowerBound + failed.group)
        else { throw PythonWorker.Interruption.malformed("a failure of group \(failed.group)") }
        results.failures.append((range.lowerBound + failed.group, failed.message))
      }
      guard let batch else { return }
      let groups = try rows.numbers(groupCount: range.count, rowCount: batch.rowCount)
      results.answers.append((batch, groups.map { range.lowerBound + $0 }))
    }
    guard case .done = end else {
      throw PythonError.unexpectedAnswer("it wants more of groups that are complete")
    }
    return results
  }
}

extension PythonAnswer.Rows {
  /// For each row the number of its group.
  func numbers(groupCount: Int, rowCount: Int) throws -> [Int] {
    guard let groups, let counts else {
      guard groupCount == 1 else {
        throw PythonWorker.Interruption.malformed("rows of no group")
      }
      return Array(repeating: 0, count: rowCount)
    }
    var numbers: [Int] = []
    numbers.reserveCapacity(rowCount)
    var last = 0
    for (group, count) in zip(groups, counts) {
      guard (last..<groupCount).contains(group), (0...rowCount - numbers.count).contains(count)
      else { throw PythonWorker.Interruption.malformed("\(count) rows of group \(group)") }
      numbers.append(contentsOf: repeatElement(group, count: count))
      last = group
    }
    guard numbers.count == rowCount, groups.count == counts.count else {
      throw PythonWorker.Interruption.malformed("\(rowCount) rows of \(numbers.count)")
    }
    return numbers
  }
}
