import Wire

extension [Roost_TaskReport] {
  /// Sends the reports in their order, in as few messages as hold them; a report that none holds goes as the failure of
  /// its task, which would be as large on every other try.
  ///
  /// `send` says `messageTooLong` of a message of which it has sent nothing; after any other failure nobody hears the
  /// rest.
  package func send(by send: ([Roost_TaskReport]) -> Result<Void, ProtocolError>) {
    guard !isEmpty, case .failure(.messageTooLong(let byteCount, let limit)) = send(self) else {
      return
    }
    if count == 1 {
      _ = send([self[0].tooLarge(byteCount: byteCount, limit: limit)])
    } else {
      Self(prefix(count / 2)).send(by: send)
      Self(dropFirst(count / 2)).send(by: send)
    }
  }
}

extension Roost_TaskReport {
  fileprivate func tooLarge(byteCount: Int, limit: Int) -> Roost_TaskReport {
    let error = ProtocolError.messageTooLong(byteCount: byteCount, limit: limit)
    return .with {
      $0.attempt = attempt
      $0.failure.wrongData =
        outcome.shown.isEmpty
        ? "what a task has to report is too much: \(error). Say fewer 'partitions', or read fewer files at once"
        : "the rows that the job shows are too many: \(error). Show fewer rows or columns, or write them"
    }
  }
}
