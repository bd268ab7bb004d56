import Wire

/// All rows of one table that a job shows.
enum ResultPage {
  private static let limit = 5000

  static func page(_ job: Roost_JobDescription, table: Roost_ShownTable) throws -> Page {
    let shown = try ShownTable(table)
    return Page(title: "\(table.table) of job \(job.job)", section: .jobs) {
      breadcrumbs([("/", "Jobs"), ("/jobs/\(job.job)", "job \(job.job)")])
      element("h1") { table.table }
      note(
        shown.rowCount > limit
          ? "The first \(grouped(limit)) of \(counted(shown.rowCount, "row"))."
          : "\(counted(shown.rowCount, "row")).")
      shown.markup(limit: limit)
    }
  }
}
