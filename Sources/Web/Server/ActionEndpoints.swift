import Foundation
import Hummingbird
import Wire

/// What the forms of the pages do: each that ends or drops something asks first, on a page of its own.
struct ActionEndpoints: Sendable {
  let driver: DriverQuestions

  var all: [Endpoint] { cancelling + draining + dropping + [comparing] }

  private var cancelling: [Endpoint] {
    let path = "/jobs/{job}/cancel"
    return [
      Endpoint(.get, path) { request in
        let job = try await driver.job(request.number("job", of: "job"))
        guard !job.state.hasEnded else { return .seeOther("/jobs/\(job.job)") }
        return .page(ConfirmationPage.cancel(job.job, name: job.name).page(in: .jobs))
      },
      Endpoint(.post, path) { request in
        let job = try await driver.cancel(request.number("job", of: "job"))
        return .seeOther("/jobs/\(job.job)")
      },
    ]
  }

  private var draining: [Endpoint] {
    let path = "/executors/{executor}/drain"
    return [
      Endpoint(.get, path) { request in
        let name = request.text("executor")
        guard try await driver.executors().contains(where: { $0.executor == name }) else {
          throw WebError.notFound("there is no executor '\(shortened(name, to: 80))'")
        }
        return .page(ConfirmationPage.drain(name).page(in: .cluster))
      },
      Endpoint(.post, path) { request in
        _ = try await driver.drain(request.text("executor"))
        return .seeOther("/cluster")
      },
    ]
  }

  private var dropping: [Endpoint] {
    let path = "/cached-tables/{table}/drop"
    return [
      Endpoint(.get, path) { request in
        let name = request.text("table")
        guard try await driver.cachedTables().contains(where: { $0.name == name }) else {
          throw WebError.notFound("there is no cached table '\(shortened(name, to: 80))'")
        }
        return .page(ConfirmationPage.drop(name).page(in: .cluster))
      },
      Endpoint(.post, path) { request in
        _ = try await driver.drop(request.text("table"))
        return .seeOther("/cluster")
      },
    ]
  }

  /// Submits the job that compares the predictions for a group with what was, and shows that job.
  private var comparing: Endpoint {
    Endpoint(.post, "/jobs/{job}/trainings/{training}/compare") { request in
      let id: UInt64 = try request.number("job", of: "job")
      let training: Int = try request.number("training", of: "trained table")
      let form = try await request.form()
      async let job = driver.job(id)
      let history = try await driver.history(of: id)
      guard let comparison = PageEndpoints.comparison(try await job, history, training) else {
        throw WebError.wrongRequest(
          "the predictions of this table cannot be compared: its models have to be written as Parquet by a job "
            + "that has succeeded and needs no files of its folder")
      }
      var group: GroupComparison.Group = [:]
      for key in comparison.keys {
        if form["null.\(key)"] != nil {
          group[key] = .some(nil)
        } else if let value = form["key.\(key)"] {
          group[key] = value
        }
      }
      let compared = try await driver.submit(
        text: comparison.text(for: group), fileName: history.fileName, folder: history.folder)
      return .seeOther("/jobs/\(compared)")
    }
  }
}
